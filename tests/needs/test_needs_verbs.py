import pytest

from services.needs.domain.lifecycle import NEED_TRANSITIONS, NeedVerb
from services.needs.domain.notices import OF_NEED
from services.needs.events import OF_VERB
from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import (
    CANTEEN,
    ELSEWHERE,
    TRIAGE,
    done,
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

pytestmark = pytest.mark.asyncio(loop_scope="session")


# Handling


async def test_a_need_is_triaged_accepted_answered_and_judged(needs):
    person = uuid7()
    author = resident(needs, person)
    need = await responded(needs, author)
    assert (need["state"], need["answer"], need["version"]) == ("responded", "已安排送餐。", 4)
    assert need["due_at"] > need["responded_at"]
    closed = await done(author, need, "outcome", {"outcome": "solved"})
    assert (closed["state"], closed["outcome"], closed["silent"]) == ("closed", "solved", False)
    assert closed["closed_at"]
    kinds = [event["type"].split(".")[-2] for event in await needs.announced() if event["public"]]
    assert kinds == ["submitted", "triaged", "accepted", "responded", "closed"]
    sequences = [event["sequence"] for event in await needs.announced()]
    assert sequences == sorted(set(sequences))
    [told] = await notices(needs, "need_accept")
    assert told["person_id"] == str(person)
    assert told["about"] == {"collection": "needs", "id": need["id"]}


async def test_nobody_is_told_of_what_they_did_themselves(needs):
    author = resident(needs)
    await done(author, await responded(needs, author), "outcome", {"outcome": "solved"})
    assert await notices(needs, "need_outcome") == []


async def test_triage_takes_known_themes_only(needs):
    need = await submitted(resident(needs))
    path = f"/v1/needs/{need['id']}/triage"
    answer = await worker(needs).post(path, {**TRIAGE, "theme": "no_such"}, if_match=1)
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/theme"
    answer = await worker(needs).post(path, {**TRIAGE, "field": "cooking"}, if_match=1)
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/field"


async def test_a_rejection_names_its_reason(needs):
    person = uuid7()
    need = await submitted(resident(needs, person))
    path = f"/v1/needs/{need['id']}/reject"
    refused(await worker(needs).post(path, {}, if_match=1), 422, "INVALID_INPUT")
    refused(await worker(needs).post(path, {"reason_code": "because"}, if_match=1), 422, "INVALID_INPUT")
    rejected = await done(worker(needs), need, "reject", {"reason_code": "not_a_need"})
    assert (rejected["state"], rejected["reject_reason"]) == ("rejected", "not_a_need")
    assert len(await notices(needs, "need_reject")) == 1
    assert (await read(resident(needs, person), need))["state"] == "rejected"


async def test_versions_guard_every_verb(needs):
    need = await triaged(needs, resident(needs))
    path = f"/v1/needs/{need['id']}/accept"
    stale = refused(await worker(needs).post(path, if_match=1), 412, "STALE_VERSION")
    assert "2" in stale["detail"]
    refused(await worker(needs).post(path), 428, "VERSION_REQUIRED")
    refused(await worker(needs).post(path, if_match=2, key=None), 400, "IDEMPOTENCY_KEY_MISSING")


async def test_a_step_out_of_order_names_the_possible_ones(needs):
    need = await submitted(resident(needs))
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/accept", if_match=1)
    problem = refused(answer, 409, "ACTION_NOT_ALLOWED")
    assert problem["allowed"] == ["triage", "reject", "withdraw", "merge"]
    assert "submitted" in problem["detail"]


async def test_an_author_withdraws_their_own_need_only(needs):
    person = uuid7()
    need = await triaged(needs, resident(needs, person))
    path = f"/v1/needs/{need['id']}/withdraw"
    refused(await resident(needs).post(path, if_match=2), 403, "NOT_THE_AUTHOR")
    withdrawn = await done(resident(needs, person), need, "withdraw")
    assert withdrawn["state"] == "withdrawn"


# Co-signing


async def test_a_person_stands_behind_a_need_once(needs):
    person, neighbour = uuid7(), uuid7()
    need = await triaged(needs, resident(needs, person))
    path = f"/v1/needs/{need['id']}/cosign"
    signed = (await resident(needs, neighbour).post(path)).json()
    assert (signed["cosigner_count"], signed["statement"]) == (1, None)
    refused(await resident(needs, neighbour).post(path), 409, "ALREADY_COSIGNED")
    refused(await resident(needs, person).post(path), 409, "ALREADY_COSIGNED")
    assert (await resident(needs).post(path)).json()["cosigner_count"] == 2
    assert {told["person_id"] for told in await notices(needs, "need_cosign")} == {str(person)}


async def test_co_signers_hear_like_the_author(needs):
    person, neighbour = uuid7(), uuid7()
    need = await triaged(needs, resident(needs, person))
    await resident(needs, neighbour).post(f"/v1/needs/{need['id']}/cosign")
    await done(worker(needs), {**need, "version": 3}, "accept")
    told = {notice["person_id"] for notice in await notices(needs, "need_accept")}
    assert told == {str(person), str(neighbour)}


async def test_co_signers_hear_that_a_need_was_taken_back(needs):
    person, neighbour = uuid7(), uuid7()
    need = await triaged(needs, resident(needs, person))
    await resident(needs, neighbour).post(f"/v1/needs/{need['id']}/cosign")
    await done(resident(needs, person), await read(resident(needs, person), need), "withdraw")
    assert [told["person_id"] for told in await notices(needs, "need_withdraw")] == [str(neighbour)]


async def test_every_move_of_a_need_is_told(needs):
    moving = {verb for (state, verb), after in NEED_TRANSITIONS.items() if state is not after}
    assert moving - set(OF_NEED) == {NeedVerb.LEAVE_MERGE}, "which is told as a split"
    assert moving - set(OF_VERB) == {NeedVerb.MERGE, NeedVerb.SPLIT, NeedVerb.LEAVE_MERGE}, "which say more"


async def test_who_may_not_co_sign(needs):
    fresh = await submitted(resident(needs))
    refused(await resident(needs).post(f"/v1/needs/{fresh['id']}/cosign"), 404, "NOT_FOUND")
    need = await responded(needs, resident(needs))
    path = f"/v1/needs/{need['id']}/cosign"
    refused(await resident(needs).post(path), 409, "ACTION_NOT_ALLOWED")
    refused(await worker(needs).post(path), 403, "ROLE_NOT_ALLOWED")
    refused(await needs.acting("resident").post(path), 403, "ROLE_NOT_ALLOWED")


# Outcome, closing, reopening


async def test_only_the_author_judges_the_outcome(needs):
    need = await responded(needs, resident(needs))
    answer = await resident(needs).post(f"/v1/needs/{need['id']}/outcome", {"outcome": "solved"}, if_match=4)
    refused(answer, 403, "NOT_THE_AUTHOR")
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/outcome", {"outcome": "solved"}, if_match=4)
    refused(answer, 403, "ROLE_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("solved", "closed"),
        ("partly", "closed"),
        ("no_longer_needed", "closed"),
        ("not", "reopened"),
        ("worse", "reopened"),
    ],
)
async def test_the_outcome_closes_or_reopens(needs, outcome, state):
    author = resident(needs)
    need = await done(author, await responded(needs, author), "outcome", {"outcome": outcome})
    assert (need["state"], need["outcome"]) == (state, outcome)
    assert (need["closed_at"] is None) is (state == "reopened")


async def test_silence_closes_and_is_marked(needs):
    person = uuid7()
    need = await responded(needs, resident(needs, person))
    await needs.advance(days=13)
    assert (await read(worker(needs), need))["state"] == "responded"
    await needs.advance(days=2)
    closed = await read(worker(needs), need)
    assert (closed["state"], closed["silent"], closed["outcome"]) == ("closed", True, None)
    assert closed["closed_at"] >= closed["due_at"]
    [told] = await notices(needs, "need_close")
    assert told["person_id"] == str(person)


async def test_silence_never_closes_danger(needs):
    need = await submitted(resident(needs), statement="我真的不想活了")
    need = await done(worker(needs), need, "triage", TRIAGE)
    need = await done(worker(needs), need, "respond", {"answer": "社工已上门。"})
    await needs.advance(days=60)
    assert (await read(worker(needs), need))["state"] == "responded"


async def test_a_silent_close_can_be_answered_within_the_window(needs):
    author = resident(needs)
    need = await responded(needs, author)
    await needs.advance(days=15)
    again = await done(author, {**need, "version": 5}, "outcome", {"outcome": "not"})
    assert (again["state"], again["silent"]) == ("reopened", False)
    need = await done(worker(needs), again, "respond", {"answer": "已改为每日送餐。"})
    assert (need["outcome"], need["silent"]) == (None, False)


async def test_after_the_window_a_new_need_is_asked_for(needs):
    author = resident(needs)
    need = await done(author, await responded(needs, author), "outcome", {"outcome": "solved"})
    await needs.advance(days=31)
    path = f"/v1/needs/{need['id']}/reopen"
    refused(await author.post(path, {"reason": "又坏了"}, if_match=5), 409, "REOPEN_WINDOW_PASSED")


async def test_closing_by_hand_is_for_the_author(needs):
    author = resident(needs)
    need = await responded(needs, author)
    path = f"/v1/needs/{need['id']}/close"
    refused(await author.post(path, {"reason": ""}, if_match=4), 422, "INVALID_INPUT")
    refused(await resident(needs).post(path, {"reason": "好了"}, if_match=4), 403, "NOT_THE_AUTHOR")
    problem = refused(await worker(needs).post(path, {"reason": "好了"}, if_match=4), 409, "AUTHOR_MAY_STILL_ANSWER")
    assert need["due_at"][:10] in problem["detail"]
    closed = await done(author, need, "close", {"reason": "已经收到餐"})
    assert (closed["state"], closed["close_reason"], closed["silent"]) == ("closed", "已经收到餐", False)
    reopened = await done(author, closed, "reopen", {"reason": "没有送来"})
    assert (reopened["state"], reopened["closed_at"]) == ("reopened", None)


async def test_staff_close_danger_only_after_silence_and_it_is_marked(needs):
    need = await submitted(resident(needs), statement="我真的不想活了")
    need = await done(worker(needs), need, "triage", TRIAGE)
    path, reason = f"/v1/needs/{need['id']}/close", {"reason": "已转介，持续随访"}
    refused(await worker(needs).post(path, reason, if_match=2), 409, "ACTION_NOT_ALLOWED")
    need = await done(worker(needs), need, "respond", {"answer": "社工已上门。"})
    await needs.advance(days=13)
    refused(await worker(needs).post(path, reason, if_match=3), 409, "AUTHOR_MAY_STILL_ANSWER")
    await needs.advance(days=2)
    closed = await done(worker(needs), need, "close", reason)
    assert (closed["state"], closed["silent"], closed["outcome"]) == ("closed", True, None)


async def test_a_district_sets_its_own_days_of_silence(needs):
    rule, office = f"/v1/rules/needs/silence_days?division={COMMUNITY}", needs.acting("civil_affairs", COUNTY)
    assert (await resident(needs).get(rule)).json()["value"] == 14
    change = {"division": COUNTY, "value": 3, "source": "区民政局通知"}
    assert (await office.put("/v1/rules/needs/silence_days", change, if_match=1)).status_code == 200
    need = await responded(needs, resident(needs))
    await needs.advance(days=4)
    assert (await read(worker(needs), need))["silent"] is True


# Similar


async def test_similar_needs_are_shown_before_submitting(needs):
    need = await triaged(needs, resident(needs))
    await triaged(needs, resident(needs), statement="小区停车位太少，晚上回来没地方停车。")
    await submitted(resident(needs), statement="也想有个老年食堂")
    asked = {"statement": "想办个老年食堂，做饭麻烦", "division": COMMUNITY}
    found = (await resident(needs).post("/v1/needs/similar", asked)).json()
    assert [item["need_id"] for item in found["items"]] == [need["id"]]
    [item] = found["items"]
    assert item["statement"] is None
    assert item["person_count"] == 1
    assert [reason["code"] for reason in item["reasons"]] == ["similar_words", "same_theme", "recent", "shared_terms"]
    read = (await worker(needs).post("/v1/needs/similar", asked)).json()["items"]
    assert {item["statement"] for item in read} == {CANTEEN, "也想有个老年食堂"}


async def test_danger_is_answered_with_lines_instead_of_neighbours(needs):
    await triaged(needs, resident(needs))
    asked = {"statement": "不想活了，老年食堂也没意思", "division": COMMUNITY}
    found = (await resident(needs).post("/v1/needs/similar", asked)).json()
    assert found["items"] == []
    assert found["help_lines"]
    refused(await resident(needs).post("/v1/needs/similar", {**asked, "division": ELSEWHERE}), 403, "OUT_OF_SCOPE")
