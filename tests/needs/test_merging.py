"""Needs become one without losing a voice, and two again exactly as they were."""

import asyncio
from collections import Counter
from datetime import datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.merging import Part, supporters
from tests.needs.stories import (
    TRIAGE,
    accepted,
    confirmed,
    done,
    drafted,
    notices,
    read,
    refused,
    resident,
    responded,
    submitted,
    triaged,
    worker,
)
from wushe.db import uuid7
from wushe.errors import CHINA

SESSION = pytest.mark.asyncio(loop_scope="session")
WHY = "同一个食堂"


async def merged(needs, need, into, reason=WHY):
    shown = await read(worker(needs), need)
    return await done(worker(needs), shown, "merge", {"into_id": into["id"], "reason": reason})


async def split(needs, need):
    return await done(worker(needs), await read(worker(needs), need), "split", {"reason": "不是一回事"})


async def cosigned(needs, need, person):
    answer = await resident(needs, person).post(f"/v1/needs/{need['id']}/cosign")
    assert answer.status_code == 200, answer.text


async def traced(needs, need):
    return (await worker(needs).get(f"/v1/needs/{need['id']}/history")).json()


async def snapshot(needs, *pairs):
    """Everything that is kept of some needs and what they hang on, but for the counting of changes."""
    idents = ", ".join(f"'{need['id']}'" for need in pairs)
    tables = {
        "needs": "id",
        "cosignatures": "need_id",
        "concern_needs": "need_id",
    }
    found = {}
    for table, column in tables.items():
        rows = await needs.sql(f"select * from {table} where {column} in ({idents}) order by id")
        found[table] = [
            {name: value for name, value in row._mapping.items() if name not in {"version", "event_seq", "updated_at"}}
            for row in rows
        ]
    counts = await needs.sql("select id, state, need_count, person_count from concerns order by id")
    return found, [tuple(row) for row in counts]


# Who stands behind what


@SESSION
async def test_a_merge_keeps_the_set_of_authors_and_co_signers(needs):
    ann, ben, cleo, dan = (uuid7() for _ in range(4))
    one = await triaged(needs, resident(needs, ann))
    other = await accepted(needs, resident(needs, ben))
    await cosigned(needs, one, cleo)
    await cosigned(needs, other, cleo)
    await cosigned(needs, one, dan)
    gone = await merged(needs, one, other)
    assert (gone["state"], gone["merged_into_id"]) == ("merged", other["id"])
    found = await traced(needs, other)
    assert (found["supporter_count"], found["state"]) == (4, "accepted")
    [step] = found["steps"]
    assert (step["kind"], step["role"], step["reason"], step["need_id"]) == (
        "merged",
        "community_worker",
        WHY,
        one["id"],
    )
    assert {told["person_id"] for told in await notices(needs, "need_merge")} == {str(p) for p in (ann, cleo, dan)}
    assert {told["person_id"] for told in await notices(needs, "need_absorb")} == {str(ben)}
    [event] = await needs.announced("cn.wushe.needs.need.merged.v1")
    assert event["data"] == {"need_id": one["id"], "state": "merged", "into_id": other["id"]}
    [told] = [each for each in await notices(needs, "need_merge") if each["person_id"] == str(ann)]
    last = datetime.fromisoformat(step["opt_out_until"]).astimezone(CHINA)
    assert f"{last:%Y-%m-%d} 之前可以退出合并" in told["zh"]


@SESSION
async def test_merged_authors_hear_of_all_that_follows_and_read_it(needs):
    ann, neighbour = uuid7(), uuid7()
    one = await triaged(needs, resident(needs, ann))
    await cosigned(needs, one, neighbour)
    other = await triaged(needs, resident(needs))
    await merged(needs, one, other)
    other = await done(worker(needs), await read(worker(needs), other), "accept")
    other = await done(worker(needs), other, "respond", {"answer": "下月开办。"})
    for code in ("need_accept", "need_respond"):
        assert {str(ann), str(neighbour)} <= {told["person_id"] for told in await notices(needs, code)}
    mine = {need["id"]: need["state"] for need in (await resident(needs, ann).get("/v1/needs")).json()["items"]}
    assert mine == {one["id"]: "merged", other["id"]: "responded"}
    signed = {need["id"] for need in (await resident(needs, neighbour).get("/v1/needs")).json()["items"]}
    assert signed == {one["id"], other["id"]}


@SESSION
async def test_a_split_restores_both_exactly(needs):
    one, other = await accepted(needs, resident(needs)), await accepted(needs, resident(needs))
    shared = uuid7()
    for need in (one, other):
        await cosigned(needs, need, shared)
    await cosigned(needs, one, uuid7())
    await drafted(needs, one["id"], other["id"])
    before = await snapshot(needs, one, other)
    await merged(needs, one, other)
    assert await snapshot(needs, one, other) != before
    back = await split(needs, one)
    assert (back["state"], back["merged_into_id"]) == ("accepted", None)
    assert await snapshot(needs, one, other) == before
    steps = (await traced(needs, one))["steps"]
    assert [(step["kind"], step["role"]) for step in steps] == [
        ("merged", "community_worker"),
        ("split", "community_worker"),
    ]
    assert await needs.announced("cn.wushe.needs.need.split.v1")
    again = await merged(needs, one, other)
    assert again["state"] == "merged"


@SESSION
async def test_a_concern_counts_the_people_of_merged_needs_once(needs):
    ann, shared = uuid7(), uuid7()
    one, other = await accepted(needs, resident(needs, ann)), await accepted(needs, resident(needs))
    for need in (one, other):
        await cosigned(needs, need, shared)
    concern = await confirmed(needs, one["id"], other["id"])
    assert (concern["need_count"], concern["person_count"]) == (2, 3)
    await merged(needs, one, other)
    shown = await read(worker(needs), concern)
    assert (shown["need_count"], shown["person_count"], shown["evidence"]["persons"]) == (1, 3, 3)
    await split(needs, one)
    shown = await read(worker(needs), concern)
    assert (shown["need_count"], shown["person_count"]) == (2, 3)


@SESSION
async def test_a_concern_loses_no_voice_by_a_merge(needs):
    one, other = await accepted(needs, resident(needs)), await accepted(needs, resident(needs))
    await confirmed(needs, one["id"])
    shown = await read(worker(needs), one)
    path = f"/v1/needs/{one['id']}/merge"
    answer = await worker(needs).post(path, {"into_id": other["id"], "reason": WHY}, if_match=shown["version"])
    refused(answer, 409, "CONCERNS_DIFFER")


# Leaving


@SESSION
async def test_who_may_leave_and_until_when(needs):
    ann, neighbour = uuid7(), uuid7()
    one, other = await triaged(needs, resident(needs, ann)), await triaged(needs, resident(needs))
    await cosigned(needs, one, neighbour)
    path = f"/v1/needs/{one['id']}/leave-merge"
    refused(await resident(needs, ann).post(path), 409, "ACTION_NOT_ALLOWED")
    await merged(needs, one, other)
    refused(await resident(needs).post(path), 403, "NOT_BEHIND_THIS_NEED")
    refused(await worker(needs).post(path), 403, "ROLE_NOT_ALLOWED")
    for _ in range(2):
        assert (await resident(needs, neighbour).post(path)).status_code == 200
    assert (await traced(needs, other))["supporter_count"] == 2
    await needs.advance(days=6)
    back = (await resident(needs, ann).post(path)).json()
    assert (back["state"], back["merged_into_id"]) == ("triaged", None)
    found = await traced(needs, one)
    assert [step["kind"] for step in found["steps"]] == ["merged", "left", "left"]
    assert (found["supporter_count"], (await traced(needs, other))["supporter_count"]) == (2, 1)
    await merged(needs, one, other)
    assert (await traced(needs, other))["supporter_count"] == 3
    await needs.advance(days=8)
    refused(await resident(needs, ann).post(path), 409, "OPT_OUT_WINDOW_PASSED")


@SESSION
async def test_whoever_asked_may_still_take_their_need_back(needs):
    ann = uuid7()
    one, other = await triaged(needs, resident(needs, ann)), await triaged(needs, resident(needs))
    await merged(needs, one, other)
    gone = await done(resident(needs, ann), await read(resident(needs, ann), one), "withdraw")
    assert (gone["state"], gone["merged_into_id"]) == ("withdrawn", None)
    found = await traced(needs, other)
    assert (found["supporter_count"], [step["kind"] for step in found["steps"]]) == (1, ["merged", "withdrawn"])


@SESSION
@pytest.mark.parametrize("end", ["withdraw", "reject"])
async def test_what_was_merged_stands_alone_again_when_the_other_ends(needs, end):
    ben = uuid7()
    one, other = await submitted(resident(needs)), await triaged(needs, resident(needs, ben))
    await merged(needs, one, other)
    shown = await read(worker(needs), other)
    if end == "withdraw":
        await done(resident(needs, ben), shown, "withdraw")
    else:
        await done(worker(needs), shown, "reject", {"reason_code": "out_of_remit"})
    back = await read(worker(needs), one)
    assert (back["state"], back["merged_into_id"]) == ("submitted", None)
    assert [step["kind"] for step in (await traced(needs, one))["steps"]] == ["merged", "released"]


# What is refused


@SESSION
async def test_danger_and_chains_are_refused(needs):
    first, second, third = [await triaged(needs, resident(needs)) for _ in range(3)]
    alarm = await done(worker(needs), await submitted(resident(needs), statement="我真的不想活了"), "triage", TRIAGE)

    async def merging(need, into_id):
        shown = await read(worker(needs), need)
        body = {"into_id": into_id, "reason": WHY}
        return await worker(needs).post(f"/v1/needs/{need['id']}/merge", body, if_match=shown["version"])

    refused(await merging(alarm, first["id"]), 409, "NEVER_MERGED")
    refused(await merging(first, alarm["id"]), 409, "NEVER_MERGED")
    for strange in (first["id"], str(uuid7())):
        problem = refused(await merging(first, strange), 422, "INVALID_INPUT")
        assert problem["errors"][0]["pointer"] == "/into_id"
    await merged(needs, first, second)
    refused(await merging(second, third["id"]), 409, "MERGE_CHAIN")
    refused(await merging(second, first["id"]), 409, "MERGE_CHAIN")
    refused(await merging(third, first["id"]), 409, "MERGE_CHAIN")
    answered = await responded(needs, resident(needs))
    refused(await merging(third, answered["id"]), 409, "ACTION_NOT_ALLOWED")
    refused(await merging(answered, third["id"]), 409, "ACTION_NOT_ALLOWED")
    refused(await resident(needs).post(f"/v1/needs/{first['id']}/cosign"), 409, "ACTION_NOT_ALLOWED")
    body = {"into_id": third["id"], "reason": WHY}
    for role in ("social_worker", "committee", "resident"):
        answer = await needs.acting(role).post(f"/v1/needs/{second['id']}/merge", body, if_match=3)
        refused(answer, 403, "ROLE_NOT_ALLOWED")


# Any sequence


PERSONS = [UUID(int=n) for n in range(6)]


@given(
    authors=st.lists(st.sampled_from(PERSONS), min_size=4, max_size=4),
    signed=st.sets(st.tuples(st.integers(0, 3), st.sampled_from(PERSONS))),
    into=st.lists(st.sampled_from([None, 0, 1]), min_size=2, max_size=2),
)
def test_whatever_is_merged_the_union_of_people_stays(authors, signed, into):
    idents = [UUID(int=100 + n) for n in range(4)]
    targets = [None, None, *(None if target is None else idents[target] for target in into)]
    parts = [Part(ident, target, author) for ident, target, author in zip(idents, targets, authors, strict=True)]
    names = [(idents[place], person) for place, person in signed]
    people = supporters(idents, parts, names)
    apart = supporters(idents, [Part(part.need_id, None, part.author) for part in parts], names)
    assert frozenset().union(*people.values()) == frozenset().union(*apart.values())
    for place, target in enumerate(targets):
        assert apart[idents[place]] <= people[idents[place]]
        assert target is None or people[idents[place]] <= people[target]


@SESSION
async def test_any_sequence_of_merges_and_splits_keeps_everybody(needs):
    dice, people = Random(4), [uuid7() for _ in range(7)]
    pool = [await triaged(needs, resident(needs, person)) for person in people[:4]]
    for need in pool:
        for person in dice.sample(people[4:], 2):
            await cosigned(needs, need, person)
    office = worker(needs)
    for _ in range(20):
        need, into = dice.sample(pool, 2)
        shown = await read(office, need)
        verb, body = (
            ("split", {"reason": WHY}) if dice.random() < 0.4 else ("merge", {"into_id": into["id"], "reason": WHY})
        )
        answer = await office.post(f"/v1/needs/{need['id']}/{verb}", body, if_match=shown["version"])
        assert answer.status_code in {200, 409}, answer.text
    for need in pool:
        shown = await read(office, need)
        if shown["state"] == "merged":
            await split(needs, need)
    assert {(await traced(needs, need))["supporter_count"] for need in pool} == {3}


# At the same moment


@SESSION
async def test_two_workers_merging_one_need_at_once_one_wins(committed):
    real = committed.open("needs")
    for _ in range(4):
        one, first, second = [await triaged(real, resident(real)) for _ in range(3)]
        asked = [
            worker(real).post(f"/v1/needs/{one['id']}/merge", {"into_id": into["id"], "reason": WHY}, if_match=2)
            for into in (first, second, first)
        ]
        answers = Counter(answer.status_code for answer in await asyncio.gather(*asked))
        assert answers == {200: 1, 412: 2}


@SESSION
async def test_two_needs_merged_into_each_other_at_once_make_no_circle(committed):
    real = committed.open("needs")
    for _ in range(4):
        one, other = [await triaged(real, resident(real)) for _ in range(2)]
        asked = [
            worker(real).post(f"/v1/needs/{need['id']}/merge", {"into_id": into["id"], "reason": WHY}, if_match=2)
            for need, into in ((one, other), (other, one))
        ]
        answers = sorted(answer.status_code for answer in await asyncio.gather(*asked))
        assert answers == [200, 412]


@SESSION
async def test_co_signing_while_it_is_merged_is_counted_or_refused(committed):
    real = committed.open("needs")
    for _ in range(4):
        one, other = [await triaged(real, resident(real)) for _ in range(2)]
        merging = worker(real).post(f"/v1/needs/{one['id']}/merge", {"into_id": other["id"], "reason": WHY}, if_match=2)
        signing = [resident(real).post(f"/v1/needs/{need['id']}/cosign") for need in (one, other)]
        answers = await asyncio.gather(merging, *signing)
        signed = sum(answer.status_code == 200 for answer in answers[1:])
        if answers[0].status_code == 412:  # somebody signed first
            await merged(real, one, other)
        assert {answer.status_code for answer in answers[1:]} <= {200, 409}
        assert (await traced(real, other))["supporter_count"] == 2 + signed
