"""What those say whose needs were merged: each a word of their own."""

import pytest

from tests.harness import STREET
from tests.needs.stories import TRIAGE, accepted, confirmed, done, drafted, read, refused, resident, triaged, worker
from tests.needs.test_merging import merged, traced
from tests.needs.test_tracking import asked, tracked
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def merged_and_answered(needs, ann, ben):
    """Two needs of two people, one merged into the other and that one answered."""
    one, other = await accepted(needs, resident(needs, ann)), await accepted(needs, resident(needs, ben))
    concern = await confirmed(needs, other["id"])
    await merged(needs, one, other)
    answered = await done(worker(needs), await read(worker(needs), other), "respond", {"answer": "下月开办。"})
    return await read(resident(needs, ann), one), answered, concern


async def test_whoever_was_merged_in_says_themselves_what_came_of_it(needs):
    ann, ben = uuid7(), uuid7()
    one, other, concern = await merged_and_answered(needs, ann, ben)
    await done(resident(needs, ben), other, "outcome", {"outcome": "solved"})
    again = await done(resident(needs, ann), one, "outcome", {"outcome": "not"})
    assert (again["state"], again["merged_into_id"], again["outcome"]) == ("accepted", None, "not")
    assert (await read(worker(needs), other))["outcome"] == "solved", "each has a word of their own"
    [told] = await needs.announced("cn.wushe.needs.staff.noticed.v1")
    assert (told["data"]["role"], told["data"]["about"]["id"]) == ("supervisor", one["id"])
    steps = (await traced(needs, one))["steps"]
    assert [(step["kind"], step["role"]) for step in steps] == [("merged", "community_worker"), ("left", "resident")]
    assert (await read(worker(needs), concern))["person_count"] == 1
    said = (await worker(needs).get(f"/v1/needs/outcomes?division={one['division']}")).json()
    assert (said["judged"], said["counts"]["solved"], said["counts"]["not"]) == (2, 1, 1)


async def test_whoever_was_merged_in_reads_the_answer(needs):
    ann = uuid7()
    _, other, _ = await merged_and_answered(needs, ann, uuid7())
    shown = await read(resident(needs, ann), other)
    assert (shown["answer"], shown["statement"], shown["author_person_id"]) == ("下月开办。", None, None)
    assert (await read(resident(needs), other))["answer"] is None, "which neighbours do not"


async def test_whoever_has_a_code_follows_a_merged_need_as_well(needs):
    need = await asked(needs)
    other = await accepted(needs, resident(needs))
    await done(worker(needs), await read(worker(needs), need), "triage", TRIAGE)
    await merged(needs, need, other)
    await done(worker(needs), await read(worker(needs), other), "respond", {"answer": "下月开办。"})
    found = await tracked(needs, need["tracking_code"])
    assert (found["state"], found["answer"], found["outcome"]) == ("merged", "下月开办。", None)
    word = {"code": need["tracking_code"], "outcome": "not"}
    judged = (await needs.anonymous().post("/v1/needs/track/outcome", word, key=None)).json()
    assert (judged["state"], judged["outcome"], judged["answer"]) == ("triaged", "not", None)


async def test_a_merged_need_is_judged_once_it_was_answered_and_once(needs):
    ann, ben = uuid7(), uuid7()
    author = resident(needs, ann)
    early = await triaged(needs, author)
    await merged(needs, early, await triaged(needs, resident(needs)))
    early = await read(author, early)
    word = {"outcome": "solved"}
    path = f"/v1/needs/{early['id']}/outcome"
    refused(await author.post(path, word, if_match=early["version"]), 409, "ACTION_NOT_ALLOWED")
    one, other, _ = await merged_and_answered(needs, ann, ben)
    path = f"/v1/needs/{one['id']}/outcome"
    refused(await resident(needs).post(path, word, if_match=one["version"]), 403, "NOT_THE_AUTHOR")
    said = await done(author, one, "outcome", word)
    assert (said["state"], said["merged_into_id"], said["outcome"]) == ("merged", other["id"], "solved")
    assert (await read(worker(needs), other))["state"] == "responded", "its own author has not spoken"
    refused(await author.post(path, word, if_match=said["version"]), 409, "ACTION_NOT_ALLOWED")
    await done(resident(needs, ben), other, "outcome", word)
    late, _, _ = await merged_and_answered(needs, ann, ben)
    await needs.advance(days=15)
    await needs.advance(days=31)
    late = await read(author, late)
    answer = await author.post(f"/v1/needs/{late['id']}/outcome", {"outcome": "not"}, if_match=late["version"])
    refused(answer, 409, "REOPEN_WINDOW_PASSED")


async def test_a_concern_of_the_whole_street_is_weighed_again_and_loses_no_voice(needs):
    ann = uuid7()
    one, other = await accepted(needs, resident(needs, ann)), await accepted(needs, resident(needs))
    drawn = await drafted(needs, one["id"], other["id"], division=STREET)
    concern = await done(worker(needs, STREET), drawn, "confirm")
    await merged(needs, one, other)
    assert (await read(worker(needs, STREET), concern))["need_count"] == 1
    assert (await resident(needs, ann).post(f"/v1/needs/{one['id']}/leave-merge")).status_code == 200
    [kept] = (await worker(needs, STREET).get("/v1/concerns")).json()["items"]
    assert (kept["need_count"], kept["person_count"]) == (2, 2)
    alone = await accepted(needs, resident(needs))
    path, shown = f"/v1/needs/{one['id']}/merge", await read(worker(needs), one)
    answer = await worker(needs).post(path, {"into_id": alone["id"], "reason": "相同"}, if_match=shown["version"])
    refused(answer, 409, "CONCERNS_DIFFER")
