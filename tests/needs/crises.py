"""Short ways to a crisis ticket, a duty rota, and a gateway with a telephone provider that takes pages."""

from datetime import timedelta
from typing import Any

from tests.harness import COMMUNITY, COUNTY, STREET, Actor, Service
from tests.needs.stories import resident, submitted, worker
from wushe import clock
from wushe.db import uuid7

DESPERATE = "我真的不想活了"
BEATEN = "隔壁女孩天天被她爸打，浑身是伤"


def hours(start: float, end: float) -> dict[str, str]:
    """A shift from so many hours from now."""
    now = clock.now()
    return {
        "starts_at": (now + timedelta(hours=start)).isoformat(),
        "ends_at": (now + timedelta(hours=end)).isoformat(),
    }


def somebody(post: str = "first", channel: str = "sms", **more: Any) -> dict[str, Any]:
    return {"person_id": str(uuid7()), "post": post, "channel": channel, "phone": "19900000001", **more}


def planner(needs: Service, scope: str = COUNTY) -> Actor:
    return needs.acting("civil_affairs", scope, person=uuid7())


async def shift(needs: Service, *people: dict[str, Any], division: str = COMMUNITY, **when: Any) -> dict[str, Any]:
    body = {"division": division, "people": list(people), **(when or hours(-1, 700))}
    answer = await planner(needs).post("/v1/duty-rosters", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def staffed(needs: Service) -> dict[str, str]:
    """A community with two people and a supervisor on duty, and a street with one: their person ids."""
    own = [somebody(), somebody("backup", "voice"), somebody("supervisor")]
    above = [somebody()]
    await shift(needs, *own)
    await shift(needs, *above, division=STREET)
    names = ("first", "backup", "supervisor", "street")
    return {name: person["person_id"] for name, person in zip(names, [*own, *above], strict=True)}


async def in_danger(needs: Service, words: str = DESPERATE, author: Actor | None = None) -> dict[str, Any]:
    """The ticket of a need somebody submitted."""
    need = await submitted(author or resident(needs), statement=words)
    (ticket,) = [each for each in await tickets(needs) if each["need_id"] == need["id"]]
    return ticket


async def tickets(needs: Service, query: str = "") -> list[dict[str, Any]]:
    answer = await worker(needs).get(f"/v1/crisis-tickets{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def matter(needs: Service, ticket: dict[str, Any]) -> dict[str, Any]:
    answer = await worker(needs).get(f"/v1/crisis-tickets/{ticket['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def paged(needs: Service, ticket: dict[str, Any]) -> list[str | None]:
    """Whom a ticket was paged to, in order."""
    return [page["person_id"] for page in (await matter(needs, ticket))["pages"]]


async def does(actor: Actor, ticket: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    """One verb at the ticket's present version."""
    now = (await actor.get(f"/v1/crisis-tickets/{ticket['id']}")).json()
    version = None if verb == "acknowledge" else now["version"]
    answer = await actor.post(f"/v1/crisis-tickets/{ticket['id']}/{verb}", body, if_match=version)
    assert answer.status_code == 200, answer.text
    return answer.json()
