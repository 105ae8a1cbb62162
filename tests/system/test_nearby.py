"""Row 53, 互联网+社工: an accepted need finds the providers next door, through needs, resources and the gateway."""

import pytest

from tests.needs.stories import accepted, resident
from tests.resources.nearby import LAT, LON, manager, willing
from tests.resources.stories import good, worker
from tests.system.courier import carry
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLACE = {"lon": LON, "lat": LAT, "crs": "wgs84"}


async def test_an_accepted_need_is_offered_to_consenting_providers_within_a_kilometre(bench):
    needs, resources, gateway = [await bench.open(name) for name in ("needs", "resources", "gateway")]
    person = uuid7()
    provider = await willing(resources, person=person)
    await willing(resources, north=0.03)
    need = await accepted(needs, resident(needs), location=PLACE)
    await carry(bench)
    path = f"/v1/need-offers?need_id={need['id']}"
    (offer,) = good(await worker(resources).get(path))["items"]
    assert (offer["provider_id"], offer["channel"], offer["delivery"]) == (provider["id"], "notice", "sent")
    inbox = good(await gateway.acting("org_manager", person=person).get("/v1/me/inbox"))["items"]
    assert [message["code"] for message in inbox] == ["need_offer"]
    assert need["statement"] not in str(inbox) + str(offer)
    taken = f"/v1/need-offers/{offer['id']}/accept"
    answer = good(await manager(resources, provider).post(taken, if_match=offer["version"]))
    assert (answer["state"], answer["delivery"]) == ("accepted", "answered")


@pytest.mark.parametrize("more", [{}, {"location": PLACE, "statement": "我真的不想活了"}])
async def test_a_need_without_a_place_or_that_may_be_danger_is_offered_to_nobody(bench, more):
    needs, resources = [await bench.open(name) for name in ("needs", "resources")]
    await willing(resources)
    await accepted(needs, resident(needs), **more)
    await carry(bench)
    assert await needs.announced("cn.wushe.needs.need.offerable.v1") == []
    assert good(await worker(resources).get("/v1/need-offers"))["items"] == []
