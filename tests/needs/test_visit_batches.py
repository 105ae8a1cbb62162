"""Visits recorded without a network: any order, split and repetition of a batch end in the same state."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.harness import Actor
from tests.needs.stories import CANTEEN, ELSEWHERE, registered, worker
from tests.needs.surveying import ANSWERS, fielding, recorded, team, visit
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sent(by: Actor, *items):
    answer = await by.post("/v1/visits/batches", {"items": list(items)})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def item(client_id, **more):
    return {"client_id": client_id, "visit": visit(**more)}


async def test_one_refused_visit_stops_no_other_and_leaves_nothing(needs):
    known = await registered(needs)
    heard = {"resident_ids": [known["id"]], "needs": [{"statement": CANTEEN}]}
    bad = {**heard, "needs": [*heard["needs"], {"statement": "陪诊", "resident_id": str(uuid7())}]}
    by = worker(needs)
    receipts = await sent(by, item("v-1", **heard), item("v-2", **bad), item("v-3", division=ELSEWHERE), item("v-4"))
    told = [(each["client_id"], each["state"], each["code"]) for each in receipts]
    assert told == [
        ("v-1", "applied", None),
        ("v-2", "refused", "INVALID_INPUT"),
        ("v-3", "refused", "OUT_OF_SCOPE"),
        ("v-4", "applied", None),
    ]
    assert len(await needs.sql("select 1 from visits")) == 2
    assert len(await needs.sql("select 1 from needs")) == 1
    (again,) = await sent(by, item("v-2", **heard))
    assert again["code"] == "CLIENT_ID_REUSED"


async def test_danger_on_a_visit_is_answered_with_help_lines_and_opens_a_ticket(needs):
    (receipt,) = await sent(worker(needs), item("d-1", outcome="absent", notes="敲门没人应，门里有臭味"))
    assert receipt["help_lines"]
    assert len(await needs.sql("select 1 from crisis_tickets where state = 'open'")) == 1


def story(known, plan):
    """Everything a day of visits leaves on a telephone."""
    heard = {"resident_ids": [known[0]], "needs": [{"statement": CANTEEN}, {"statement": "楼道灯坏了"}]}
    asked = {"plan_id": plan, "answers": ANSWERS}
    return [
        item("v-1", **heard, **asked, service_note="量血压"),
        item("v-2", **asked, resident_ids=[known[0]]),
        item("v-3", **asked, resident_ids=[known[1]], follow_up={"task": "回访", "due_on": "2099-01-01"}),
        item("v-4", plan_id=plan, outcome="absent"),
        item("v-5", outcome="absent", notes="敲门没人应，门里有臭味"),
        item("v-6", division=ELSEWHERE),
    ]


async def snapshot(needs):
    """Everything that matters afterwards, without ids, times or the order of arrival."""
    asked = (
        "select outcome, plan_id, resident_ids, started_at, danger from visits",
        "select statement, channel, danger, visit_id is not null from needs",
        "select task, state, due_on from follow_ups",
        "select state, origin from crisis_tickets",
    )
    found = [sorted(map(str, await needs.sql(each))) for each in asked]
    (sums,) = await needs.sql("select sum(visits), sum(reached), sum(absent), sum(persons) from survey_counts")
    return found, tuple(map(int, sums)), Counter(event["type"] for event in await needs.announced())


@st.composite
def deliveries(draw):
    """How a story may arrive: in any order, any of it again, cut into any batches; in the end all of it was sent."""
    places = list(range(6))
    order = draw(st.permutations(places + draw(st.lists(st.sampled_from(places), max_size=4))))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=3)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=deliveries())
async def test_any_order_split_and_repetition_end_in_the_same_state(needs, batches):
    driver = needs.database.driver
    await driver.execute("savepoint example")
    try:
        person = uuid7()
        by = needs.acting("community_worker", person=person)
        plan = await fielding(needs, team=team(community_worker=person))
        await needs.sql("update survey_plans set started_at = '2026-01-05T00:00:00Z'")
        told = story([(await registered(needs))["id"] for _ in range(2)], plan["id"])
        await driver.execute("savepoint told")
        await sent(by, *told)
        wanted = await snapshot(needs)
        assert wanted[1] == (4, 3, 1, 2)
        await driver.execute("rollback to savepoint told")
        for batch in batches:
            await sent(by, *(told[place] for place in batch))
        assert await snapshot(needs) == wanted
    finally:
        await driver.execute("rollback to savepoint example")


async def test_a_visit_sent_alone_and_again_in_a_batch_is_two_visits_only_if_it_was_two(needs):
    by = worker(needs)
    await recorded(by)
    first, second = await sent(by, item("v-1"), item("v-1"))
    assert first["object_id"] == second["object_id"]
    assert len(await needs.sql("select 1 from visits")) == 2
