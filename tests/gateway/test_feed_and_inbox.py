"""What services announce: public events come to stand in the feed without a gap, notices in one person's inbox."""

import asyncio

import pytest

from gateway.consumers import consumers
from gateway.repository import Feed
from tests.harness import COMMUNITY, COUNTY, STREET
from wushe.db import engine_for, uuid7
from wushe.inbox import consume
from wushe.jobs import worker
from wushe.work import Database

pytestmark = pytest.mark.asyncio(loop_scope="session")
FOREIGN = "350503001001"


def cloud_event(number: int, *, division: str = COMMUNITY, public: bool = True) -> dict[str, object]:
    return {
        "id": str(uuid7()),
        "source": "/needs",
        "type": "cn.wushe.needs.need.submitted.v1",
        "subject": f"needs/{uuid7()}",
        "time": "2026-11-20T05:00:00Z",
        "sequence": f"{number:010d}",
        "division": division,
        "public": public,
        "data": {"need_id": str(uuid7()), "state": "submitted"},
    }


async def announce(house, number: int = 1, **more: object) -> dict[str, object]:
    event = cloud_event(number, **more)
    assert await consume(house.database, consumers, event, issuer="needs")
    return event


async def test_public_events_are_read_in_order_from_any_place(house, signed_in):
    sent = [await announce(house, number) for number in range(1, 6)]
    reader = signed_in("integration", COUNTY)
    first = (await reader.get("/v1/events", params={"limit": 3})).json()
    assert [item["id"] for item in first["items"]] == [event["id"] for event in sent[:3]]
    assert first["more"]
    rest = (await reader.get("/v1/events", params={"after": first["next_after"]})).json()
    assert [item["id"] for item in rest["items"]] == [event["id"] for event in sent[3:]]
    assert not rest["more"]
    assert rest["items"][0]["data"] == sent[3]["data"]
    cursors = [item["cursor"] for item in first["items"] + rest["items"]]
    assert cursors == list(range(cursors[0], cursors[0] + 5))
    assert (await reader.get("/v1/events", params={"after": cursors[-1]})).json()["next_after"] == cursors[-1]


async def test_the_feed_is_limited_to_the_readers_divisions(house, signed_in):
    await announce(house, division=FOREIGN)
    ours = await announce(house)
    found = (await signed_in("civil_affairs", COUNTY).get("/v1/events")).json()["items"]
    assert [item["id"] for item in found] == [ours["id"]]
    assert (await signed_in("resident").get("/v1/events")).status_code == 403


async def test_internal_events_and_repetitions_do_not_reach_the_feed(house, signed_in):
    await announce(house, public=False)
    event = await announce(house)
    assert not await consume(house.database, consumers, event, issuer="needs")
    found = (await signed_in("auditor", COUNTY).get("/v1/events")).json()["items"]
    assert [item["id"] for item in found] == [event["id"]]


async def cursors_of(database) -> list[int]:
    async with database.work(worker("test")) as work:
        return [row.cursor for row in await Feed(work).after(0, 1000)]


async def give_up(database) -> None:
    with pytest.raises(ConnectionAbortedError):
        async with database.work(worker("test")) as work:
            await Feed(work).next_cursor()
            raise ConnectionAbortedError


async def test_concurrent_appenders_leave_no_gap(fresh_database):
    address = fresh_database("gateway").runtime
    database, reader = [Database(engine_for(address), source="gateway") for _ in range(2)]
    places = [COMMUNITY, FOREIGN, "110101001001"]
    events = [cloud_event(number, division=places[number % 3]) for number in range(40)]
    appending = [consume(database, consumers, event, issuer="needs") for event in events]
    running = asyncio.gather(*appending, *(give_up(database) for _ in range(5)))
    seen = []
    while not running.done():
        seen.append(await cursors_of(reader))
    await running
    seen.append(await cursors_of(reader))
    await database.close()
    await reader.close()
    # Whoever reads sees the feed end somewhere, and never a hole that is filled later.
    assert all(cursors == list(range(1, len(cursors) + 1)) for cursors in seen)
    assert len(seen[-1]) == 40
    assert len({len(cursors) for cursors in seen}) > 2


def notice(person: object, code: str = "EVALUATION_OPEN") -> dict[str, object]:
    return {
        "person_id": str(person),
        "code": code,
        "zh": "您可以评价了。",
        "en": "You can evaluate now.",
        "about": {"collection": "evaluations", "id": str(uuid7())},
    }


async def test_notices_reach_their_person_alone(house, signed_in):
    lin, chen = uuid7(), uuid7()
    for kind in ("needs", "projects", "evaluation"):
        await house.hear(f"cn.wushe.{kind}.notice.issued.v1", notice(lin, kind.upper()))
    # A project of the street speaks to a resident whose scope is the community.
    await house.hear("cn.wushe.projects.notice.issued.v1", notice(lin, "STREET"), division=STREET)
    await house.hear("cn.wushe.needs.notice.issued.v1", notice(chen))
    reader = signed_in("resident", person=lin)
    items = (await reader.get("/v1/me/inbox")).json()["items"]
    assert [(item["code"], item["source"]) for item in items] == [
        ("STREET", "projects"),
        ("EVALUATION", "evaluation"),
        ("PROJECTS", "projects"),
        ("NEEDS", "needs"),
    ]
    assert (await reader.get("/v1/me")).json()["unread"] == 4
    assert (await signed_in("resident").get("/v1/me/inbox")).json()["items"] == []
    others = signed_in("resident", person=chen)
    read = f"/v1/me/inbox/{items[0]['id']}/read"
    assert (await others.post(read)).status_code == 404
    assert (await signed_in("operator", COUNTY).post(read)).status_code == 404
    first, again = await reader.post(read), await reader.post(read)
    assert first.status_code == 200, first.text
    assert first.json()["read_at"] == again.json()["read_at"] is not None
    assert (await reader.get("/v1/me")).json()["unread"] == 3
    assert len((await reader.get("/v1/me/inbox", params={"unread": "true"})).json()["items"]) == 3


async def test_the_inbox_is_read_page_by_page(house, signed_in):
    lin = uuid7()
    for number in range(5):
        await house.hear("cn.wushe.needs.notice.issued.v1", notice(lin, f"N{number}"))
    reader, codes, cursor = signed_in("resident", person=lin), [], ""
    while cursor is not None:
        page = (await reader.get("/v1/me/inbox", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        codes += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert codes == ["N4", "N3", "N2", "N1", "N0"]


async def test_a_forged_event_is_not_heard(house):
    answer = await house.client.post("/internal/events", json=cloud_event(1), headers={"webhook-id": "x"})
    assert answer.status_code == 401
