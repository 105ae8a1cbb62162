"""From a completed project to a payout advice, over HTTP."""

from uuid import uuid4

import pytest

from services.evaluation.domain import tally
from tests.evaluation.steps import PROJECTS, answers

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVALUATION = "cn.wushe.evaluation"


async def test_the_whole_path(stage, evaluation):
    detail = await stage.opened(10)
    assert (detail["state"], detail["roster_count"]) == ("open", 10)
    assert detail["counts"] == {"roster": 10, "credentials": 0, "ballots": 0}
    receipts = await stage.voted([5] * 8 + [2], detail)
    assert (await stage.evaluation())["counts"] == {"roster": 10, "credentials": 9, "ballots": 9}

    await evaluation.advance(days=15)
    closed = await stage.evaluation()
    assert closed["state"] == "closed"
    log = (await evaluation.anonymous().get(f"/v1/evaluations/{closed['id']}/log")).json()
    assert log["root"] == closed["log_root"] == tally.root([entry["leaf"] for entry in log["entries"]])
    assert {receipt["leaf"] for receipt in receipts} == {entry["leaf"] for entry in log["entries"]}
    for entry in log["entries"]:
        assert tally.leaf(bytes.fromhex(entry["salt"]), entry["answers"]) == entry["leaf"]

    report = (await stage.committee.get(f"/v1/evaluations/{closed['id']}/report")).json()
    content = report["content"]
    assert (report["state"], content["n"], content["N"], content["credentials"]) == ("draft", 9, 10, 9)
    assert content["dimensions"]["outcome"]["standing"] == "not_assessable"
    assert content["dimensions"]["output"]["score"] == 100
    assert content["satisfaction"]["score"] == 88.89
    assert (content["composite"], content["grade"]) == (91.67, "excellent")

    early = await stage.committee.post(f"/v1/reports/{report['id']}/finalise", if_match=report["version"])
    assert (early.status_code, early.json()["code"]) == (409, "APPEAL_WINDOW_OPEN")
    await evaluation.advance(days=8)
    final = (await stage.committee.get(f"/v1/reports/{report['id']}")).json()
    assert final["state"] == "final"
    (advice,) = (await stage.committee.get("/v1/payout-advices")).json()["items"]
    assert (advice["kind"], advice["grade"], advice["factor"]) == ("pay", "excellent", "1.00")
    chain = (await evaluation.sibling("gateway").get(f"/internal/lifecycle/{stage.project_id}")).json()
    assert chain["scheme"]["state"] == "frozen"
    assert chain["evaluations"][0]["report"]["grade"] == "excellent"
    assert chain["payout_advices"][0]["kind"] == "pay"


async def test_what_is_announced_and_to_whom(stage, evaluation):
    detail = await stage.opened(10)
    await evaluation.sweep()
    await stage.voted([5] * 6, detail)
    await evaluation.advance(days=15)
    await evaluation.advance(days=8)
    data = {
        noun: [event["data"] for event in await evaluation.announced(f"{EVALUATION}.{noun}.v1")]
        for noun in ("scheme.frozen", "evaluation.opened", "evaluation.closed", "report.finalised")
    }
    assert {noun: len(found) for noun, found in data.items()} == dict.fromkeys(data, 1)
    assert data["evaluation.opened"][0]["project_id"] == str(stage.project_id)
    closed = data["evaluation.closed"][0]
    assert (closed["roster"], closed["credentials"], closed["ballots"]) == (10, 6, 6)
    (advice,) = await evaluation.announced(f"{EVALUATION}.payout_advice.issued.v1")
    assert not advice["public"]
    assert (advice["data"]["kind"], advice["data"]["factor"], advice["data"]["phase"]) == ("pay", "1.00", "after")
    notices = [event["data"] for event in await evaluation.announced(f"{EVALUATION}.notice.issued.v1")]
    told = {code: [each["person_id"] for each in notices if each["code"] == code] for code in
            ("evaluation_invited", "credential_issued")}  # fmt: skip
    assert sorted(told["evaluation_invited"]) == sorted(str(person) for person in stage.persons)
    assert sorted(told["credential_issued"]) == sorted(str(person) for person in stage.persons[:6])


async def test_the_evaluation_waits_for_every_record(stage, evaluation):
    await stage.designed()
    await stage.frozen()
    late, person = uuid4(), uuid4()
    records = await stage.served([uuid4(), uuid4()])
    await stage.completed([*records, late])
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "pending"
    await stage.record(late, person, "confirmed")
    await evaluation.sweep()
    assert (await stage.evaluation())["roster_count"] == 3


async def test_after_a_while_projects_is_asked(stage, evaluation, monkeypatch):
    await stage.designed()
    await stage.frozen()
    persons = [uuid4() for _ in range(5)]
    records = [uuid4() for _ in persons]
    await stage.completed(records)
    asked = []

    async def get(_siblings, service, path, **_params):
        asked.append((service, path))
        states = ("confirmed", "confirmed", "disputed", "lapsed", "recorded")
        return {"records": [{"record_id": str(record), "person_id": str(person), "state": state}
                            for record, person, state in zip(records, persons, states, strict=True)]}  # fmt: skip

    monkeypatch.setattr("wushe.http.Siblings.get", get)
    await evaluation.sweep()
    assert (asked, (await stage.evaluation())["state"]) == ([], "pending")
    await evaluation.sql("update evaluations set created_at = created_at - interval '31 seconds'")
    await evaluation.sweep()
    assert asked == [("projects", f"/internal/projects/{stage.project_id}/records")]
    assert (await stage.evaluation())["roster_count"] == 2


async def test_projects_not_answering_only_delays(stage, evaluation, monkeypatch):
    await stage.designed()
    await stage.frozen()
    await stage.completed([uuid4()])
    await evaluation.sql("update evaluations set created_at = created_at - interval '31 seconds'")
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "pending"


async def test_without_a_frozen_scheme_nothing_opens(stage, evaluation):
    await stage.designed()
    made = await stage.scheme()
    await stage.completed(await stage.served([uuid4()]))
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "pending"
    await stage.committee.post(f"/v1/schemes/{made['id']}/freeze", if_match=made["version"])
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "open"


async def test_events_twice_or_out_of_date_change_nothing(stage, evaluation):
    await stage.designed()
    record, person = uuid4(), uuid4()
    await stage.record(record, person, "disputed", sequence=3)
    await stage.record(record, person, "confirmed", sequence=2)
    rows = await evaluation.sql("select state, sequence from adopted_records where id = :id", id=record)
    assert [tuple(row) for row in rows] == [("disputed", 3)]
    await stage.completed([])
    await stage.completed([])
    assert len(await evaluation.sql("select 1 from evaluations")) == 1


async def test_a_redesigned_plan_replaces_the_copy(stage, evaluation):
    await stage.designed()
    person = uuid4()
    data = {"project_id": str(stage.project_id), "title": "新方案", "kind": "activity", "author_person_id": str(person),
            "team_person_ids": [], "undertaker_org_id": None, "goals": [], "planned": {"persons": 5}}  # fmt: skip
    await stage.hear("project.designed", data, 2)
    await stage.hear("project.designed", data | {"title": "迟到的旧方案"}, 1)
    (row,) = await evaluation.sql("select title, author_person_id from adopted_projects")
    assert (row.title, row.author_person_id) == ("新方案", person)


async def test_a_decision_about_an_unknown_project_is_delivered_again(stage, evaluation):
    data = {"project_id": str(uuid4()), "approver_person_id": str(uuid4())}
    assert (await evaluation.hear(f"{PROJECTS}.project.decided.v1", data)).status_code == 404


async def test_after_acceptance_no_copy_of_who_was_served_is_kept(stage, evaluation):
    await stage.designed()
    await stage.served([uuid4(), uuid4()])
    await stage.hear("project.accepted", {"project_id": str(stage.project_id), "state": "accepted"}, 12)
    assert await evaluation.sql("select 1 from adopted_records") == []


async def test_a_closed_evaluation_takes_no_more_ballots(stage, evaluation):
    detail = await stage.opened(6)
    token, signature = await stage.credential(stage.persons[0], detail)
    await evaluation.advance(days=15)
    late = await stage.cast(token, signature, answers())
    assert (late.status_code, late.json()["code"]) == (409, "EVALUATION_CLOSED")
