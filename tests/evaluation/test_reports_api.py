"""Closing, reports, appeals and advices over HTTP, and steps that a crash cuts in two."""

from uuid import uuid4

import pytest

from services.evaluation.usecases import closing, opening
from tests.evaluation.steps import AUTHOR, ORG, answers
from tests.harness import account
from wushe.jobs import worker

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def close(stage, actor=None):
    detail = await stage.evaluation()
    address = f"/v1/evaluations/{detail['id']}/close"
    return await (actor or stage.committee).post(address, if_match=detail["version"])


async def test_nobody_closes_early_however_it_stands(stage, evaluation):
    await stage.opened(6)
    refused = await close(stage)
    assert (refused.status_code, refused.json()["code"]) == (409, "BALLOT_WINDOW_OPEN")
    await evaluation.advance(days=7)
    closed = await close(stage)
    assert (closed.status_code, closed.json()["state"]) == (200, "closing")
    assert (await close(stage)).json()["code"] == "ACTION_NOT_ALLOWED"
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "closed"


async def test_whoever_has_a_part_in_it_does_not_close(stage, evaluation):
    await stage.opened(6)
    await evaluation.advance(days=7)
    undertaker = evaluation.acting("civil_affairs", person=uuid4(), org=ORG)
    for actor in (evaluation.acting("committee", person=AUTHOR), undertaker):
        assert (await close(stage, actor)).json()["code"] == "OWN_PROJECT"
    assert (await close(stage, evaluation.acting("committee"))).json()["code"] == "PERSON_UNKNOWN"
    for actor in (stage.worker, evaluation.acting("third_party", person=uuid4())):
        assert (await close(stage, actor)).json()["code"] == "ROLE_NOT_ALLOWED"


async def test_a_stale_version_does_not_close(stage, evaluation):
    detail = await stage.opened(6)
    await evaluation.advance(days=7)
    address = f"/v1/evaluations/{detail['id']}/close"
    assert (await stage.committee.post(address, if_match=detail["version"] - 1)).status_code == 412
    assert (await stage.committee.post(address)).status_code == 428


async def test_too_few_answers_are_suppressed_and_leave_the_money_to_a_person(stage, evaluation):
    report = await stage.closed([1] * 4, 6)
    content = report["content"]
    assert (content["satisfaction"]["standing"], content["satisfaction"]["score"]) == ("suppressed", None)
    assert (content["grade"], content["flags"]) == (None, ["suppressed"])
    await evaluation.advance(days=8)
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert (advice["kind"], advice["factor"], advice["reasons"]) == ("manual", None, ["suppressed", "no_grade"])


async def test_few_of_many_answers_are_flagged_and_cut_nothing(stage, evaluation):
    report = await stage.closed([1] * 5, 20)
    assert report["content"]["flags"] == ["low_response"]
    await evaluation.advance(days=8)
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert (advice["kind"], advice["grade"], advice["factor"]) == ("manual", "failed", None)


async def test_below_the_pass_grade_payment_waits(stage, evaluation):
    await stage.closed([1] * 8)
    await evaluation.advance(days=8)
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert (advice["kind"], advice["factor"], advice["reasons"]) == ("withhold", "0.00", ["below_pass_grade"])
    read = await stage.committee.get(f"/v1/payout-advices/{advice['id']}")
    assert read.json() == advice


async def test_an_evaluation_nobody_was_served_in_still_ends(stage, evaluation):
    report = await stage.closed([], 0)
    assert (report["content"]["n"], report["content"]["N"]) == (0, 0)
    assert report["content"]["flags"] == ["suppressed", "low_response"]


async def appeal(stage, actor, reason="到场人数与实际不符"):
    return await actor.post("/v1/appeals", json={"evaluation_id": stage.evaluation_id, "reason": reason})


async def resolve(actor, appeal, outcome="dismissed"):
    body = {"outcome": outcome, "answer": "已核对签到表"}
    return await actor.post(f"/v1/appeals/{appeal['id']}/resolve", json=body, if_match=appeal["version"])


async def test_an_open_appeal_keeps_the_report_a_draft(stage, evaluation):
    report = await stage.closed([5] * 8)
    resident = stage.resident(stage.persons[0])
    made = (await appeal(stage, resident)).json()
    assert (made["state"], made["version"]) == ("open", 1)
    await evaluation.advance(days=8)
    refused = await stage.committee.post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "APPEAL_WINDOW_OPEN")
    assert (await stage.committee.get(f"/v1/reports/{report['id']}")).json()["state"] == "draft"
    officer = evaluation.acting("street_officer", "350502001000", person=uuid4())
    settled = await resolve(officer, made)
    assert (settled.status_code, settled.json()["state"], settled.json()["answer"]) == (
        200,
        "dismissed",
        "已核对签到表",
    )
    done = await stage.committee.post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"])
    assert (done.status_code, done.json()["state"]) == (200, "final")
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert advice["kind"] == "pay"


async def test_an_upheld_appeal_leaves_the_money_to_a_person(stage, evaluation):
    await stage.closed([5] * 8)
    made = (await appeal(stage, stage.resident(stage.persons[0]))).json()
    officer = evaluation.acting("street_officer", "350502001000", person=uuid4())
    assert (await resolve(officer, made, "upheld")).json()["state"] == "upheld"
    assert (await resolve(officer, made | {"version": 2})).json()["code"] == "ACTION_NOT_ALLOWED"
    await evaluation.advance(days=8)
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert (advice["kind"], advice["reasons"]) == ("manual", ["appeal_upheld"])


async def test_after_the_window_nobody_appeals(stage, evaluation):
    report = await stage.closed([5] * 8)
    await evaluation.sql("update reports set appeal_until = now() - interval '1 second'")
    late = await appeal(stage, stage.resident(stage.persons[0]))
    assert (late.status_code, late.json()["code"]) == (409, "APPEAL_WINDOW_CLOSED")
    await evaluation.sweep()
    refused = await appeal(stage, stage.resident(stage.persons[0]))
    assert (refused.status_code, refused.json()["code"]) == (409, "ACTION_NOT_ALLOWED")
    assert (await stage.committee.get(f"/v1/reports/{report['id']}")).json()["state"] == "final"


async def test_before_the_report_nobody_appeals(stage):
    await stage.opened(6)
    assert (await appeal(stage, stage.resident(stage.persons[0]))).status_code == 404
    assert (await stage.committee.get(f"/v1/evaluations/{stage.evaluation_id}/report")).status_code == 404


async def test_people_see_their_own_appeals_and_staff_all(stage, evaluation):
    await stage.closed([5] * 8)
    one, two = (stage.resident(person) for person in stage.persons[:2])
    made = (await appeal(stage, one)).json()
    await appeal(stage, two)
    assert [each["id"] for each in (await one.get("/v1/appeals")).json()["items"]] == [made["id"]]
    assert (await two.get(f"/v1/appeals/{made['id']}")).status_code == 404
    assert (await one.get(f"/v1/appeals/{made['id']}")).status_code == 200
    found = await stage.committee.get("/v1/appeals", params={"evaluation_id": stage.evaluation_id, "state": "open"})
    assert len(found.json()["items"]) == 2


async def test_nobody_settles_their_own_appeal_or_project(stage, evaluation):
    report = await stage.closed([5] * 8)
    officer = evaluation.acting("street_officer", "350502001000", person=AUTHOR)
    made = (await appeal(stage, stage.resident(stage.persons[0]))).json()
    assert (await resolve(officer, made)).json()["code"] == "OWN_PROJECT"
    author = evaluation.acting("committee", person=AUTHOR)
    refused = await author.post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"])
    assert refused.json()["code"] == "OWN_PROJECT"
    reports = await stage.committee.get("/v1/reports", params={"project_id": str(stage.project_id), "state": "draft"})
    assert [each["id"] for each in reports.json()["items"]] == [report["id"]]


async def test_nobody_settles_their_own_appeal_from_another_account(stage, evaluation):
    await stage.closed([5] * 8)
    author = uuid4()
    made = (await appeal(stage, evaluation.acting("committee", person=author))).json()
    for subject in ("street_officer:the same account", account(f"committee:{author}")):
        officer = evaluation.acting("street_officer", "350502001000", person=author, subject=subject)
        assert (await resolve(officer, made)).json()["code"] == "OWN_PROJECT"
    subject = account(f"committee:{author}")
    same_account = evaluation.acting("street_officer", "350502001000", person=uuid4(), subject=subject)
    assert (await resolve(same_account, made)).json()["code"] == "OWN_PROJECT"
    assert (await resolve(stage.officer, made)).status_code == 200


async def test_an_account_without_a_person_decides_nothing(stage, evaluation):
    report = await stage.closed([5] * 8)
    nobody = evaluation.acting("resident")
    made = (await appeal(stage, stage.resident(stage.persons[0]))).json()
    tried = [
        await appeal(stage, nobody),
        await nobody.get("/v1/appeals"),
        await resolve(evaluation.acting("street_officer", "350502001000"), made),
        await evaluation.acting("committee").post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"]),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in tried} == {(403, "PERSON_UNKNOWN")}
    assert (await nobody.get(f"/v1/appeals/{made['id']}")).status_code == 404


async def test_computing_is_not_finalising(stage, evaluation):
    report = await stage.closed([5] * 8)
    computer = evaluation.acting("third_party", person=uuid4())
    refused = await computer.post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"])
    assert refused.json()["code"] == "ROLE_NOT_ALLOWED"


class Crash(Exception):
    """The process dies here."""


async def cut(database, step, office):
    """Run a step whose own transaction is lost after the other database has committed."""
    with pytest.raises(Crash):
        async with database.work(worker("evaluation")) as work:
            assert await step(work, office) == 1
            raise Crash


async def test_an_opening_cut_in_two_is_resumed(stage, evaluation):
    await stage.designed()
    await stage.frozen()
    await stage.completed(await stage.served([uuid4() for _ in range(6)]))
    office = evaluation.app.state.office
    await stage.prepared()
    await cut(evaluation.database, opening.open_next, office)
    assert (await stage.evaluation())["state"] == "prepared"
    await evaluation.sweep()
    detail = await stage.evaluation()
    assert detail["state"] == "open"
    await stage.voted([5], detail)


async def test_a_closing_cut_in_two_is_resumed_with_the_same_log(stage, evaluation):
    detail = await stage.opened(6)
    await stage.voted([5] * 5, detail)
    token, signature = await stage.credential(stage.persons[5], detail)
    await evaluation.sql("update evaluations set state = 'closing'")
    await cut(evaluation.database, closing.seal_next, evaluation.app.state.office)
    assert (await stage.evaluation())["state"] == "closing"
    assert (await stage.cast(token, signature, answers())).json()["code"] == "EVALUATION_CLOSED"
    sealed = (await evaluation.anonymous().get(f"/v1/evaluations/{detail['id']}/log")).json()
    await evaluation.sweep()
    assert (await evaluation.anonymous().get(f"/v1/evaluations/{detail['id']}/log")).json() == sealed
    closed = await stage.evaluation()
    assert (closed["state"], closed["log_root"]) == ("closed", sealed["root"])
    assert closed["counts"] == {"roster": 6, "credentials": 6, "ballots": 5}
