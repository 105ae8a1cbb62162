"""What was said without a network: any order, split and repetition of a batch end in the same state."""

import asyncio
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.needs.stories import CANTEEN, ELSEWHERE, refused, registered, resident, statement, submitted, triaged, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH, AT = "/v1/needs/batches", "2026-11-20T09:00:00+08:00"


def item(client_id, kind="need", **more):
    if kind == "need":
        more = {"need": statement(statement=f"{CANTEEN} {client_id}", **more)}
    return {"client_id": client_id, "kind": kind, "at": AT, **more}


async def sent(actor, *items):
    answer = await actor.post(PATH, {"items": list(items)})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def states(receipts):
    return {each["client_id"]: each["state"] for each in receipts}


async def test_each_item_has_its_receipt(needs):
    neighbour = await triaged(needs, resident(needs))
    person = uuid7()
    mine = resident(needs, person)
    receipts = await sent(
        mine,
        item("w-1", "withdraw", base="n-1"),
        item("n-1"),
        item("c-1", "cosign", need_id=neighbour["id"]),
        item("c-2", "cosign", base="n-9"),
        item("x-1", division=ELSEWHERE),
    )
    assert states(receipts) == {
        "w-1": "applied",
        "n-1": "applied",
        "c-1": "applied",
        "c-2": "held",
        "x-1": "refused",
    }
    by_id = {each["client_id"]: each for each in receipts}
    assert by_id["x-1"]["code"] == "OUT_OF_SCOPE"
    assert by_id["w-1"]["object_id"] == by_id["n-1"]["object_id"]
    need = (await mine.get(f"/v1/needs/{by_id['n-1']['object_id']}")).json()
    assert (need["state"], need["said_at"], need["author_person_id"]) == (
        "withdrawn",
        "2026-11-20T01:00:00Z",
        str(person),
    )


async def test_danger_said_without_a_network_is_answered_with_help_lines(needs):
    danger = item("d-1")
    danger["need"]["statement"] = "我不想活了"
    [receipt] = await sent(resident(needs), danger)
    assert receipt["state"] == "applied" and receipt["help_lines"]


async def test_what_waits_is_applied_when_its_base_comes(needs):
    mine = resident(needs)
    assert states(await sent(mine, item("w", "withdraw", base="n"))) == {"w": "held"}
    assert [each.content for each in await needs.sql("select content from offline_items")] == [{"kind": "withdraw"}]
    assert states(await sent(mine, item("n"))) == {"n": "applied"}
    assert states(await sent(mine, item("w", "withdraw", base="n"))) == {"w": "applied"}
    assert [each.state for each in await needs.sql("select state from needs")] == ["withdrawn"]
    assert [each.content for each in await needs.sql("select content from offline_items")] == [None, None]


async def test_ids_belong_to_an_account_and_to_one_thing_said(needs):
    first, second = resident(needs), resident(needs)
    assert states(await sent(first, item("n"))) == states(await sent(second, item("n"))) == {"n": "applied"}
    [again] = await sent(first, item("n", place="三号楼"))
    assert (again["state"], again["code"]) == ("refused", "CLIENT_ID_REUSED")
    assert len(await needs.sql("select 1 from needs")) == 2


async def test_an_item_that_was_refused_is_judged_again(needs):
    need = await submitted(resident(needs))
    mine, word = resident(needs), item("c", "cosign", need_id=need["id"])
    assert [each["code"] for each in await sent(mine, word)] == ["NOT_FOUND"]
    triage = {"field": "elderly", "target_group": "elderly", "urgency": "normal", "theme": "elder_meal"}
    assert (await worker(needs).post(f"/v1/needs/{need['id']}/triage", triage, if_match=1)).status_code == 200
    assert states(await sent(mine, word)) == {"c": "applied"}


async def test_a_withdrawal_widens_nobody_elses_item(needs):
    mine = resident(needs)
    elsewhere = item("x", division=ELSEWHERE)
    receipts = await sent(mine, item("n"), item("w", "withdraw", base="n"), elsewhere)
    assert states(receipts) == {"n": "applied", "w": "applied", "x": "refused"}


INCOMPLETE = {
    "a need without words": {"client_id": "a", "kind": "need", "at": AT},
    "a need about another": item("a") | {"base": "b"},
    "a co-signature of nothing": {"client_id": "a", "kind": "cosign", "at": AT},
    "of two needs": {"client_id": "a", "kind": "cosign", "at": AT, "base": "b", "need_id": str(uuid7())},
    "with words": item("a") | {"kind": "withdraw", "base": "b"},
}


@pytest.mark.parametrize("what", INCOMPLETE)
async def test_an_item_says_what_its_kind_asks_for(needs, what):
    [receipt] = await sent(resident(needs), INCOMPLETE[what])
    assert (receipt["state"], receipt["code"]) == ("refused", "INVALID_INPUT")
    assert receipt["errors"]


async def test_staff_take_down_needs_and_say_nothing_in_others_place(needs):
    known, mine = await registered(needs), worker(needs)
    receipts = await sent(mine, item("n", resident_id=known["id"], channel="visit"), item("w", "withdraw", base="n"))
    assert [(each["state"], each["code"]) for each in receipts] == [("applied", None), ("refused", "ROLE_NOT_ALLOWED")]


async def test_a_batch_has_its_bounds(needs):
    mine = resident(needs)
    for items in (
        [],
        [item(f"n-{number}") for number in range(201)],
        [item("n", external_ids=[{"system": "a", "id": "b"}])],
    ):
        refused(await mine.post(PATH, {"items": items}), 422, "INVALID_INPUT")


async def test_the_same_batch_at_once_counts_once(committed):
    real = committed.open("needs")
    person = uuid7()
    batch = {"items": [item("n"), item("w", "withdraw", base="n"), item("m")]}
    answers = await asyncio.gather(*(resident(real, person).post(PATH, batch) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {200: 4}
    listed = (await worker(real).get("/v1/needs")).json()["items"]
    assert sorted(each["state"] for each in listed) == ["submitted", "withdrawn"]


def story(neighbour):
    """Everything one device has to say, in the order in which it was said."""
    return [
        item("n-1"),
        item("w-1", "withdraw", base="n-1"),
        item("n-2", channel="visit"),
        item("c-1", "cosign", need_id=neighbour),
        item("c-2", "cosign", need_id=neighbour),
        item("n-3"),
        item("c-3", "cosign", base="n-3"),
        item("w-4", "withdraw", base="never-sent"),
    ]


async def snapshot(needs):
    """Everything that matters afterwards, without ids, times or the order of arrival."""
    found = await needs.sql("select statement, state, cosigner_count, channel, said_at, client_ref from needs")
    held = await needs.sql("select client_id from offline_items where state = 'held'")
    events = Counter(event["type"] for event in await needs.announced())
    signed = await needs.sql("select need_id, person_id from cosignatures")
    return sorted(map(str, found)), sorted(each.client_id for each in held), events, len(signed)


@st.composite
def deliveries(draw):
    """How a story may arrive: in any order, any of it again, cut into any batches; in the end all of it was sent."""
    places = list(range(8))
    order = draw(st.permutations(places)) + draw(st.lists(st.sampled_from(places), max_size=6))
    order = draw(st.permutations(order))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=4)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@settings(
    max_examples=8,
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
        neighbour = (await triaged(needs, resident(needs)))["id"]
        told, person = story(neighbour), uuid7()
        await driver.execute("savepoint told")
        await sent(resident(needs, person), *told)
        wanted = await snapshot(needs)
        assert wanted[1] == ["w-4"]
        await driver.execute("rollback to savepoint told")
        for batch in batches:
            await sent(resident(needs, person), *(told[place] for place in batch))
        assert await snapshot(needs) == wanted
    finally:
        await driver.execute("rollback to savepoint example")
