"""Pages leave for the gateway's telephone port, are followed there, and carry nothing of the matter."""

import asyncio
import json
from collections import Counter

import pytest
import pytest_asyncio

from gateway.channels.telephone import HttpTelephone
from tests.gateway.provider import KEY, FakeProvider, signed
from tests.gateway.wechat import serving
from tests.needs.crises import DESPERATE, does, in_danger, matter, paged, staffed, tickets
from tests.needs.stories import TRIAGE, done, read, resident, submitted, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
CANARY = "金丝雀啼叫三声"


@pytest_asyncio.fixture(loop_scope="session")
async def house(bench):
    return await bench.open("gateway")


@pytest_asyncio.fixture(loop_scope="session")
async def provider(house, monkeypatch):
    """A telephone provider the gateway uses."""
    state = house.app.state
    async with serving(FakeProvider()) as fake:
        telephone = HttpTelephone(state.client, url=fake.url, key=KEY, deadline=2)
        monkeypatch.setitem(state._state, "telephone", telephone)
        monkeypatch.setattr(state.settings, "telephone_key", KEY)
        yield fake


async def follow(needs):
    """Ten seconds of technical time pass."""
    await needs.sql("update crisis_pages set tried_at = tried_at - interval '11 seconds'")
    await needs.sweep()


async def states(needs, ticket):
    return [(page["channel"], page["state"]) for page in (await matter(needs, ticket))["pages"]]


async def test_a_person_on_duty_is_reached_by_telephone_without_a_word_of_the_matter(needs, house, provider):
    await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sweep()
    await house.sweep()
    (sent,) = provider.sent.values()
    assert sent == {
        "kind": "sms",
        "number": "19900000001",
        "template": "urgent_matter",
        "params": {"number": ticket["number"]},
    }
    await follow(needs)
    assert await states(needs, ticket) == [("sms", "sent")]
    assert await house.sql("select 1 from pushes") == [], "a message bound by a quota never counts as a page"
    report = json.dumps({"provider_id": "m-1", "result": "delivered"})
    answer = await house.anonymous().post("/v1/page-receipts", content=report, key=None, headers=signed(report))
    assert answer.status_code == 200, answer.text
    await follow(needs)
    (page,) = (await matter(needs, ticket))["pages"]
    assert page["state"] == "delivered" and page["sent_at"] and page["delivered_at"]


async def test_a_page_that_fails_is_tried_the_other_way_and_then_the_next_person_at_once(needs, house, provider):
    duty = await staffed(needs)
    ticket = await in_danger(needs)
    provider.statuses = [400, 400]
    for _ in range(5):
        await needs.sweep()
        await house.sweep()
        await follow(needs)
    assert await states(needs, ticket) == [("sms", "failed"), ("voice", "failed"), ("voice", "sent")]
    assert await paged(needs, ticket) == [duty["first"], duty["first"], duty["backup"]]


async def test_a_call_that_was_lost_is_made_again_and_the_person_is_rung_once(needs, house, provider, bench):
    await staffed(needs)
    ticket = await in_danger(needs)
    away = bench.services.pop("gateway")
    await needs.sweep()
    assert await states(needs, ticket) == [("sms", "pending")]
    bench.services["gateway"] = away
    await needs.sweep()
    assert provider.sent == {}, "asked a moment ago, it is not asked again yet"
    needs.app.state.siblings._lines.clear()
    await follow(needs)
    # Killed between the call and the note of its answer: what was asked is asked again, under the same key.
    await needs.sql("update crisis_pages set outside_id = null, state = 'pending'")
    await follow(needs)
    await house.sweep()
    await follow(needs)
    assert len(provider.sent) == 1
    (page,) = (await matter(needs, ticket))["pages"]
    assert (page["state"], page["tries"]) == ("sent", 3)


async def test_without_any_telephone_everybody_is_tried_and_it_is_seen(needs, house):
    await staffed(needs)
    ticket = await in_danger(needs)
    for _ in range(20):
        await needs.sweep()
        await house.sweep()
        await follow(needs)
    found = await states(needs, ticket)
    assert {state for _, state in found} == {"failed"}
    assert len(found) == 10, "five to page, two ways each; then the ladder keeps its pace"
    assert (await matter(needs, ticket))["next_page_at"]


async def test_nothing_is_sent_once_somebody_has_it(needs, house, provider):
    await staffed(needs)
    ticket = await in_danger(needs)
    await needs.sql("update crisis_tickets set next_page_at = opened_at")
    sweep = next(each for each in needs.app.state.sweeps.scheduled if each.name == "page_next")
    await needs.app.state.sweeps.run(needs.database, sweep)
    assert await states(needs, ticket) == [("sms", "pending")]
    await does(worker(needs), ticket, "acknowledge")
    await needs.sweep()
    await house.sweep()
    assert await states(needs, ticket) == [("sms", "cancelled")]
    assert provider.sent == {}


async def test_of_many_who_answer_at_once_one_has_it(committed):
    real = committed.open("needs")
    need = await submitted(resident(real), statement=DESPERATE)
    (ticket,) = [each for each in await tickets(real) if each["need_id"] == need["id"]]
    path = f"/v1/crisis-tickets/{ticket['id']}/acknowledge"
    answers = await asyncio.gather(*(worker(real).post(path) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    (winner,) = [answer.json()["assigned_person_id"] for answer in answers if answer.status_code == 200]
    assert (await matter(real, ticket))["assigned_person_id"] == winner


# What leaves the boundary


async def test_the_words_of_danger_stay_in_their_row(needs, house, provider, caplog, capfd):
    """A canary in the words is in the need and in the answer kept for its author, and nowhere else in any database."""
    await staffed(needs)
    author = resident(needs, uuid7())
    ticket = await in_danger(needs, f"我不想活了，{CANARY}", author)
    need = await read(worker(needs), {"id": ticket["need_id"]})
    need = await done(worker(needs), need, "triage", {**TRIAGE, "field": "mental_health"})
    await done(worker(needs), need, "accept")
    for _ in range(2):
        await needs.sweep()
        await house.sweep()
        await follow(needs)
    await does(worker(needs), ticket, "acknowledge")
    await does(worker(needs), ticket, "resolve", {"outcome": "safe", "done": "已平安"})
    assert {table for table in await tables(needs) if await holds(needs, table)} == {"needs", "idempotency"}
    assert [table for table in await tables(house) if await holds(house, table)] == []
    assert CANARY not in json.dumps([*provider.sent.values()], ensure_ascii=False)
    told = capfd.readouterr()
    assert CANARY not in caplog.text + told.out + told.err
    similar = {"statement": CANARY, "division": need["division"]}
    assert (await worker(needs).post("/v1/needs/similar", similar)).json()["items"] == []
    proposals = await worker(needs).get(f"/v1/concerns/proposals?division={need['division']}")
    assert CANARY not in proposals.text
    assert await needs.announced() == []
    stored = await needs.sql("select body from idempotency where body like :it", it=f"%{CANARY}%")
    assert len(stored) <= 3, "the answers to the author and to the two workers who handled it"


async def tables(service) -> list[str]:
    found = await service.sql("select tablename from pg_tables where schemaname = 'public'")
    return [row[0] for row in found]


async def holds(service, table: str) -> bool:
    found = await service.sql(f"select exists (select from {table} t where t::text like :it)", it=f"%{CANARY}%")
    return found[0][0]
