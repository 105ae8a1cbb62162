"""After a failed report payment waits, and those who were served are asked once more, no oftener."""

from uuid import uuid4

import pytest

from tests.evaluation.steps import AUTHOR, answers

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVALUATION = "cn.wushe.evaluation"


async def final(stage, ratings):
    """A final report with these ratings."""
    report = await stage.closed(ratings)
    await stage.service.advance(days=8)
    return (await stage.committee.get(f"/v1/reports/{report['id']}")).json()


async def again(report, actor, reason="已更换带队社工，补做了两次探访"):
    address = f"/v1/reports/{report['id']}/re-evaluate"
    return await actor.post(address, json={"reason": reason}, if_match=report["version"])


def code(answer):
    return answer.status_code, answer.json()["code"]


async def test_a_second_round_with_new_keys_takes_the_place_of_the_first(stage, evaluation, ready_signing, monkeypatch):
    failed = await final(stage, [1] * 8)
    first = await stage.evaluation()
    monkeypatch.setattr(evaluation.app.state.office, "signing", type(ready_signing)())
    made = await again(failed, stage.officer)
    assert made.status_code == 200, made.text
    opened = made.json()
    assert (opened["round"], opened["state"], opened["phase"]) == (2, "pending", "after")
    assert made.headers["etag"] == f'"v{opened["version"]}"'
    await evaluation.sweep()
    second = await stage.evaluation()
    assert (second["id"], second["state"], second["roster_count"]) == (opened["id"], "open", first["roster_count"])
    assert second["keys"][0]["key_id"] != first["keys"][0]["key_id"]

    await stage.voted([5] * 8, second)
    await evaluation.advance(days=15)
    await evaluation.advance(days=8)
    advices = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert [(each["evaluation_id"], each["kind"]) for each in advices] == [
        (second["id"], "pay"), (first["id"], "withhold"),
    ]  # fmt: skip
    told = [event["data"] for event in await evaluation.announced(f"{EVALUATION}.report.finalised.v1")]
    assert [(each["evaluation_id"], each["factor"]) for each in told] == [(first["id"], "0.00"), (second["id"], "1.00")]
    chain = (await evaluation.sibling("gateway").get(f"/internal/lifecycle/{stage.project_id}")).json()
    assert [(each["round"], each["report"]["grade"]) for each in chain["evaluations"]] == [
        (1, "failed"), (2, "excellent"),
    ]  # fmt: skip


async def test_there_is_no_third_round(stage, evaluation):
    failed = await final(stage, [1] * 8)
    assert (await again(failed, stage.officer)).status_code == 200
    assert code(await again(failed, stage.officer)) == (412, "STALE_VERSION")
    failed["version"] += 1
    assert code(await again(failed, stage.officer)) == (409, "ALREADY_RE_EVALUATED")
    await evaluation.sweep()
    await stage.voted([1] * 8, await stage.evaluation())
    await evaluation.advance(days=15)
    await evaluation.advance(days=8)
    report = (await stage.committee.get(f"/v1/evaluations/{stage.evaluation_id}/report")).json()
    assert (report["state"], report["content"]["grade"]) == ("final", "failed")
    assert code(await again(report, stage.officer)) == (409, "ALREADY_RE_EVALUATED")


async def test_a_token_of_the_first_round_is_worth_nothing_in_the_second(stage, evaluation, ready_signing, monkeypatch):
    detail = await stage.opened(10)
    kept = await stage.credential(stage.persons[9], detail)
    await stage.voted([1] * 8, detail)
    await evaluation.advance(days=15)
    await evaluation.advance(days=8)
    report = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/report")).json()
    monkeypatch.setattr(evaluation.app.state.office, "signing", type(ready_signing)())
    await again(report, stage.officer)
    await evaluation.sweep()
    second = await stage.evaluation()
    assert code(await stage.cast(*kept, answers(), second["id"])) == (422, "SIGNATURE_INVALID")


async def test_only_a_final_failed_report_is_asked_for_again(stage, evaluation):
    draft = await stage.closed([1] * 8)
    assert code(await again(draft, stage.officer)) == (409, "ACTION_NOT_ALLOWED")
    other = type(stage)(evaluation)
    assert code(await again(await final(other, [5] * 8), other.officer)) == (409, "REPORT_NOT_FAILED")
    suppressed = type(stage)(evaluation)
    assert code(await again(await final(suppressed, [1] * 4), suppressed.officer)) == (409, "REPORT_NOT_FAILED")


async def test_who_may_ask_again(stage, evaluation):
    failed = await final(stage, [1] * 8)
    street = "350502001000"
    assert code(await again(failed, stage.committee)) == (403, "ROLE_NOT_ALLOWED")
    own = evaluation.acting("street_officer", street, person=AUTHOR)
    assert code(await again(failed, own)) == (403, "OWN_PROJECT")
    assert code(await again(failed, evaluation.acting("street_officer", street))) == (403, "PERSON_UNKNOWN")
    assert code(await again(failed, stage.officer, "")) == (422, "INVALID_INPUT")
    county = evaluation.acting("civil_affairs", "350502000000", person=uuid4())
    assert (await again(failed, county)).status_code == 200


async def test_after_acceptance_projects_is_asked_who_was_served(stage, evaluation, monkeypatch):
    failed = await final(stage, [1] * 8)
    served = [{"record_id": str(uuid4()), "person_id": str(person), "state": "confirmed"} for person in stage.persons]
    await stage.hear("project.accepted", {"project_id": str(stage.project_id)}, 12)

    async def get(_siblings, _service, _path, **_params):
        return {"records": served}

    monkeypatch.setattr("wushe.http.Siblings.get", get)
    await again(failed, stage.officer)
    await evaluation.sql("update evaluations set created_at = created_at - interval '31 seconds'")
    await evaluation.sweep()
    detail = await stage.evaluation()
    assert (detail["round"], detail["state"], detail["roster_count"]) == (2, "open", 10)
