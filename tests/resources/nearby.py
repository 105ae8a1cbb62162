"""Short ways to a provider who wants to be asked, and to a need that is put to it."""

from typing import Any
from uuid import UUID

from tests.harness import COMMUNITY, Actor, Service
from tests.resources.stories import good, verified_provider, worker
from wushe.db import uuid7

LON, LAT = 118.589, 24.909


def manager(service: Service, provider: dict[str, Any]) -> Actor:
    return service.acting("org_manager", person=uuid7(), org=provider["id"])


async def willing(service: Service, *, north: float = 0.002, person: UUID | None = None, **more: Any) -> dict[str, Any]:
    """A verified provider some thousandths of a degree north of the need (0.001 is 111 m)."""
    provider = await verified_provider(service, **{"uscc": None, "registration": "filed", **more})
    body = {"accepts": True, "location": {"lon": LON, "lat": LAT + north, "crs": "wgs84"}}
    path = f"/v1/providers/{provider['id']}/welcome-offers"
    named = {**body, "person_id": str(person)} if person else body
    return good(await manager(service, provider).post(path, named, if_match=provider["version"]))


async def put(service: Service, need: UUID | None = None, **more: Any) -> list[dict[str, Any]]:
    """A need is accepted somewhere: the offers that come of it."""
    need = need or uuid7()
    data = {"need_id": str(need), "field": "elderly", "lon": LON, "lat": LAT, **more}
    answer = await service.hear("cn.wushe.needs.need.offerable.v1", data, division=COMMUNITY)
    assert answer.status_code == 204, answer.text
    return good(await worker(service).get(f"/v1/need-offers?need_id={need}"))["items"]
