"""What a project is refused, each with its code and with nothing changed."""

from uuid import UUID

import pytest

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.projects.stage import GRADE, refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def verb(actor, project, name, body=None, **more):
    more.setdefault("if_match", project["version"])
    return await actor.post(f"/v1/projects/{project['id']}/{name}", body, **more)


async def test_a_foreign_division_cannot_be_written_into(stage):
    body = {"title": "项目", "kind": "activity", "division": "350503001001", "summary": "摘要"}
    refused(await stage.worker.post("/v1/projects", body), 403, "OUT_OF_SCOPE")


async def test_a_project_of_another_region_does_not_exist(stage):
    project = await stage.draft()
    foreign = stage.acting("social_worker", "350503001001")
    refused(await foreign.get(f"/v1/projects/{project['id']}"), 404, "NOT_FOUND")
    refused(await verb(foreign, project, "cancel", {"reason": "误建"}), 404, "NOT_FOUND")
    assert taken(await foreign.get("/v1/projects"))["items"] == []


async def test_an_author_is_a_person(stage):
    nobody = stage.service.acting("social_worker", COMMUNITY)
    body = {"title": "项目", "kind": "activity", "division": COMMUNITY, "summary": "摘要"}
    refused(await nobody.post("/v1/projects", body), 403, "PERSON_UNKNOWN")


async def test_a_resident_does_not_write_plans(stage):
    refused(await stage.acting("resident").post("/v1/projects", {}), 403, "ROLE_NOT_ALLOWED")


async def test_the_callers_own_key_names_one_project(stage):
    key = [{"system": "agency", "id": "P-1"}]
    await stage.draft(external_ids=key)
    body = {"title": "另一个", "kind": "activity", "division": COMMUNITY, "summary": "摘要", "external_ids": key}
    refused(await stage.worker.post("/v1/projects", body), 409, "EXTERNAL_ID_TAKEN")


async def test_only_known_fields_and_kinds(stage):
    body = {"title": "项目", "kind": "party", "division": COMMUNITY, "summary": "摘要", "state": "approved"}
    found = refused(await stage.worker.post("/v1/projects", body), 422, "INVALID_INPUT")
    assert {error["pointer"] for error in found["errors"]} == {"/kind", "/state"}


@pytest.mark.parametrize("field", ["indicator", "unit", "baseline", "target", "due_date", "source", "dimension"])
async def test_goals_are_smart(stage, field):
    await stage.hear_concern()
    plan = stage.plan()
    plan["goals"][1] = {name: value for name, value in plan["goals"][1].items() if name != field}
    found = refused(await verb(stage.worker, await stage.draft(), "design", plan), 422, "GOAL_NOT_SMART")
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [(f"/goals/1/{field}", "REQUIRED")]


async def test_numbers_are_numbers(stage):
    plan = stage.plan()
    plan["goals"][0] = plan["goals"][0] | {"baseline": "0", "target": True}
    found = refused(await verb(stage.worker, await stage.draft(), "design", plan), 422, "INVALID_INPUT")
    assert {error["pointer"] for error in found["errors"]} == {"/goals/0/baseline", "/goals/0/target"}


@pytest.mark.parametrize("value", [0, 1_772_000_000, "1772000000", "2030-12-31T10:00:00Z", True, "soon"])
async def test_dates_are_dates(stage, value):
    plan = stage.plan()
    plan["goals"][0] = plan["goals"][0] | {"due_date": value}
    found = refused(await verb(stage.worker, await stage.draft(), "design", plan), 422, "INVALID_INPUT")
    assert [error["pointer"] for error in found["errors"]] == ["/goals/0/due_date"]


@pytest.mark.parametrize("total", [2_999_999, 3_000_001])
async def test_budgets_add_up(stage, total):
    await stage.hear_concern()
    answer = await verb(stage.worker, await stage.draft(), "design", stage.plan(budget_fen=total))
    refused(answer, 422, "BUDGET_MISMATCH")


async def test_a_plan_answers_confirmed_concerns(stage):
    project = await stage.draft()
    found = refused(await verb(stage.worker, project, "design", stage.plan()), 409, "CONCERN_NOT_CONFIRMED")
    assert str(stage.concern) in found["detail"]
    await stage.hear_concern()
    await stage.retire_concern()
    refused(await verb(stage.worker, project, "design", stage.plan()), 409, "CONCERN_NOT_CONFIRMED")
    refused(await verb(stage.worker, project, "design", stage.plan(concern_ids=[])), 409, "CONCERN_NOT_CONFIRMED")


async def test_a_concern_retired_later_stops_the_plan_where_it_is(stage):
    project = await stage.designed()
    await stage.retire_concern()
    found = refused(await verb(stage.worker, project, "submit"), 409, "CONCERN_NOT_CONFIRMED")
    assert str(stage.concern) in found["detail"]
    await stage.hear_concern()
    project = await stage.verb(stage.worker, project, "submit")
    project = await stage.verb(stage.supervisor, project, "review", {"opinion": "可以。"})
    await stage.freeze(project)
    await stage.retire_concern()
    refused(await verb(stage.street, project, "approve"), 409, "CONCERN_NOT_CONFIRMED")
    assert (await stage.read(project))["state"] == "reviewed"


async def test_a_community_answers_a_concern_of_its_street(stage):
    await stage.hear_concern(STREET)
    project = await stage.verb(stage.worker, await stage.draft(), "design", stage.plan())
    [seen] = await stage.service.sql("select scope from audit where verb = 'design'")
    assert seen.scope == COMMUNITY
    await stage.retire_concern(STREET)
    refused(await verb(stage.worker, project, "submit"), 409, "CONCERN_NOT_CONFIRMED")


async def test_a_draft_with_a_wrong_concern_is_mended_by_the_plan(stage):
    await stage.hear_concern()
    project = await stage.draft(concern_ids=[str(uuid7())])
    plan = stage.plan(concern_ids=[str(stage.concern)])
    assert taken(await verb(stage.worker, project, "design", plan))["concern_ids"] == [str(stage.concern)]


@pytest.mark.parametrize(
    "change", [{"party": "volunteer"}, {"responsible": False}], ids=["no social worker", "nobody responsible"]
)
async def test_a_social_worker_answers_for_the_project(stage, change):
    await stage.hear_concern()
    plan = stage.plan()
    plan["team"][0] |= change
    refused(await verb(stage.worker, await stage.draft(), "design", plan), 409, "SOCIAL_WORKER_MISSING")


async def test_nobody_is_on_the_team_twice(stage):
    plan = stage.plan()
    plan["team"] *= 2
    found = refused(await verb(stage.worker, await stage.draft(), "design", plan), 422, "INVALID_INPUT")
    assert found["errors"][0]["pointer"] == "/team/1/person_id"


async def test_verbs_need_the_version_seen(stage):
    project = await stage.designed()
    refused(await verb(stage.worker, project, "submit", if_match=None), 428, "VERSION_REQUIRED")
    refused(await verb(stage.worker, project, "submit", if_match=project["version"] - 1), 412, "STALE_VERSION")
    refused(await verb(stage.worker, project, "submit", key=None), 400, "IDEMPOTENCY_KEY_MISSING")


async def test_steps_out_of_order_name_what_is_possible(stage):
    project = await stage.designed()
    found = refused(await verb(stage.street, project, "approve"), 409, "ACTION_NOT_ALLOWED")
    assert found["allowed"] == ["cancel", "design", "submit"]
    found = refused(await verb(stage.worker, project, "complete"), 409, "ACTION_NOT_ALLOWED")
    assert "designed" in found["detail"]


@pytest.mark.parametrize("kind", ["micro_renovation", "micro_governance"])
async def test_micro_projects_need_a_resolution(stage, kind):
    project = await stage.designed(kind=kind)
    refused(await verb(stage.worker, project, "submit"), 409, "RESOLUTION_REQUIRED")


async def test_the_team_does_not_review_itself(stage):
    project = await stage.verb(stage.worker, await stage.designed(), "submit")
    opinion = {"opinion": "很好。"}
    for person in (stage.author, stage.member):
        insider = stage.acting("supervisor", COUNTY, person=person)
        refused(await verb(insider, project, "review", opinion), 403, "OWN_PROJECT")
    colleague = stage.acting("supervisor", COUNTY, org=stage.agency)
    assert taken(await verb(colleague, project, "review", opinion))["state"] == "reviewed"


async def test_nobody_approves_their_own_through_any_role(stage):
    project = await stage.reviewed()
    await stage.freeze(project)
    for person, org in ((stage.author, None), (stage.member, None), (None, stage.agency)):
        for role, scope in (("street_officer", STREET), ("civil_affairs", COUNTY)):
            insider = stage.acting(role, scope, person=person, org=org)
            refused(await verb(insider, project, "approve"), 403, "OWN_PROJECT")
    unknown = stage.service.acting("street_officer", STREET)
    refused(await verb(unknown, project, "approve"), 403, "PERSON_UNKNOWN")
    assert (await stage.read(project))["state"] == "reviewed"


async def test_whoever_rewrote_the_plan_wrote_it(stage):
    second = uuid7()
    project = await stage.designed()
    colleague = stage.acting("org_manager", person=second, org=stage.agency)
    project = await stage.verb(colleague, project, "design", stage.plan())
    project = await stage.verb(stage.worker, project, "submit")
    project = await stage.verb(stage.supervisor, project, "review", {"opinion": "可以。"})
    await stage.freeze(project)
    refused(await verb(stage.acting("street_officer", STREET, person=second), project, "approve"), 403, "OWN_PROJECT")


async def test_who_wrote_part_of_a_plan_for_the_community_does_not_approve_it(stage):
    project, member = await stage.designed(), stage.acting("committee")
    refused(await verb(member, project, "submit"), 403, "ROLE_NOT_ALLOWED")
    project = await stage.verb(member, project, "design", stage.plan())
    project = await stage.verb(stage.worker, project, "submit")
    project = await stage.verb(stage.supervisor, project, "review", {"opinion": "可以。"})
    await stage.freeze(project)
    refused(await verb(member, project, "approve"), 403, "OWN_PROJECT")
    assert (await verb(stage.committee, project, "approve")).json()["code"] == "LEVEL_TOO_LOW"


async def test_nobody_approves_what_pays_their_organisation(stage):
    project = await stage.reviewed()
    await stage.freeze(project)
    contract = {
        "project_id": project["id"],
        "payee_org_id": str(stage.payee),
        "purchaser": "街道办事处",
        "tranches": [{"label": "尾款", "amount_fen": 1, "gate": "acceptance"}],
    }
    taken(await stage.street.post("/v1/contracts", contract), 201)
    paid = stage.acting("street_officer", STREET, org=stage.payee)
    refused(await verb(paid, project, "approve"), 403, "OWN_PROJECT")


async def test_the_amount_decides_who_approves(stage):
    project = await stage.reviewed()
    await stage.freeze(project)
    refused(await verb(stage.committee, project, "approve"), 403, "LEVEL_TOO_LOW")
    assert taken(await verb(stage.county, project, "approve"))["state"] == "approved"


async def test_approval_waits_for_the_scheme(stage):
    project = await stage.reviewed()
    refused(await verb(stage.street, project, "approve"), 409, "SCHEME_NOT_FROZEN")


async def test_somebody_has_to_be_left_to_approve(stage):
    chain = {
        "levels": ["street_officer", "civil_affairs"],
        "bands": [{"level": "street_officer"}],
        "named": {"street_officer": [str(stage.author)], "civil_affairs": [str(stage.member)]},
    }
    rule = {"division": COMMUNITY, "value": chain, "source": "审批授权表"}
    county = stage.county
    taken(await county.put("/v1/rules/projects/approval_chain", rule, if_match=1))
    project = await stage.designed()
    refused(await verb(stage.worker, project, "submit"), 409, "NO_ELIGIBLE_APPROVER")


async def test_a_level_without_anybody_eligible_is_passed_over(stage):
    chain = {
        "levels": ["street_officer", "civil_affairs"],
        "bands": [{"level": "street_officer"}],
        "named": {"street_officer": [str(stage.author)]},
    }
    rule = {"division": COMMUNITY, "value": chain, "source": "审批授权表"}
    taken(await stage.county.put("/v1/rules/projects/approval_chain", rule, if_match=1))
    project = await stage.reviewed()
    await stage.freeze(project)
    refused(await verb(stage.street, project, "approve"), 403, "LEVEL_TOO_LOW")
    assert taken(await verb(stage.county, project, "approve"))["state"] == "approved"


async def test_a_chain_that_cannot_be_read_is_a_refusal(stage):
    rule = {"division": COMMUNITY, "value": {"levels": []}, "source": "误填"}
    taken(await stage.county.put("/v1/rules/projects/approval_chain", rule, if_match=1))
    refused(await verb(stage.worker, await stage.designed(), "submit"), 409, "RULE_UNREADABLE")


async def test_the_scheme_of_the_approval_stays(stage):
    project = await stage.approved()
    await stage.service.hear(
        "cn.wushe.evaluation.scheme.frozen.v1",
        {"project_id": project["id"], "scheme_id": str(uuid7()), "scheme_hash": "cd" * 32},
    )
    assert (await stage.read(project))["scheme_hash"] == project["scheme_hash"]


async def test_a_rejected_project_keeps_its_reason(stage):
    project = await stage.reviewed()
    project = await stage.verb(stage.street, project, "reject", {"reason": "与现有项目重复。"})
    steps = taken(await stage.worker.get(f"/v1/projects/{project['id']}/timeline"))["items"]
    assert steps[-1]["reason"] == "与现有项目重复。"
    refused(await verb(stage.worker, project, "design", stage.plan()), 409, "ACTION_NOT_ALLOWED")


async def test_the_publicity_window_passes_by_the_sandbox_clock_only(stage):
    project = await stage.verb(stage.committee, await stage.approved(), "publicise")
    refused(await verb(stage.worker, project, "start"), 409, "PUBLICITY_RUNNING")
    await stage.service.advance(days=6.9)
    refused(await verb(stage.worker, project, "start"), 409, "PUBLICITY_RUNNING")
    await stage.service.advance(days=0.2)
    assert taken(await verb(stage.worker, project, "start"))["state"] == "resourcing"


async def test_an_open_record_keeps_the_project_open(stage):
    project = await stage.implementing()
    records = await stage.attend(await stage.activity(project), [uuid7(), uuid7()])
    await stage.say(records[0])
    found = refused(await verb(stage.worker, project, "complete"), 409, "RECORDS_OPEN")
    assert "1 条服务记录" in found["detail"]
    await stage.say(records[1])
    taken(await verb(stage.worker, await stage.read(project), "complete"))


async def test_an_activity_without_an_outcome_keeps_the_project_open(stage):
    project = await stage.implementing()
    records = await stage.attend(await stage.activity(project), [uuid7()])
    await stage.say(records[0])
    unheld = await stage.activity(project, starts=60, ends=120)
    refused(await verb(stage.worker, project, "complete"), 409, "RECORDS_OPEN")
    path = f"/v1/activities/{unheld['id']}/cancel"
    taken(await stage.worker.post(path, {"reason": "下雨。"}, if_match=unheld["version"]))
    taken(await verb(stage.worker, project, "complete"))


async def test_who_served_nobody_has_nothing_to_complete(stage):
    project = await stage.implementing()
    refused(await verb(stage.worker, project, "complete"), 409, "NOTHING_SERVED")
    records = await stage.attend(await stage.activity(project), [uuid7()])
    await stage.say(records[0], "dispute", {"reason": "没有参加。"})
    refused(await verb(stage.worker, project, "complete"), 409, "NOTHING_SERVED")


async def test_acceptance_waits_for_the_final_report(stage):
    project = await stage.evaluating()
    refused(await verb(stage.street, project, "accept"), 409, "EVALUATION_NOT_FINAL")
    report = GRADE | {"project_id": project["id"]}
    await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", report | {"phase": "mid"})
    refused(await verb(stage.street, project, "accept"), 409, "EVALUATION_NOT_FINAL")
    await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", report | {"grade": None, "factor": None})
    insider = stage.acting("civil_affairs", COUNTY, person=stage.member)
    refused(await verb(insider, project, "accept"), 403, "OWN_PROJECT")
    assert taken(await verb(stage.street, project, "accept"))["state"] == "accepted"


@pytest.mark.parametrize(
    "failing", [{"grade": "failed", "factor": "0.00"}, {"grade": "poor", "factor": 0}, {"grade": "failed"}]
)
async def test_what_the_served_found_wanting_is_not_accepted(stage, failing):
    project = await stage.evaluating()
    report = {"project_id": project["id"], "phase": "after"}
    await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", report | failing)
    refused(await verb(stage.street, project, "accept"), 409, "EVALUATION_FAILED")
    await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", report | GRADE)
    assert taken(await verb(stage.street, project, "accept"))["state"] == "accepted"


async def test_suspension_stops_the_work(stage):
    project = await stage.implementing()
    activity = await stage.activity(project)
    project = await stage.verb(stage.street, project, "suspend", {"reason": "场地维修。"})
    body = {"persons": [{"person_id": str(uuid7()), "minutes": 60}]}
    path = f"/v1/activities/{activity['id']}/attendance"
    refused(await stage.worker.post(path, body), 409, "ACTION_NOT_ALLOWED")
    project = await stage.verb(stage.street, project, "resume")
    assert len(await stage.attend(activity, [uuid7()])) == 1


async def test_one_key_has_one_effect(stage):
    body = {"title": "项目", "kind": "activity", "division": COMMUNITY, "summary": "摘要"}
    first = await stage.worker.post("/v1/projects", body, key="k1")
    again = await stage.worker.post("/v1/projects", body, key="k1")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    refused(await stage.worker.post("/v1/projects", body | {"title": "别的"}, key="k1"), 422, "IDEMPOTENCY_KEY_REUSED")
    assert len(taken(await stage.worker.get("/v1/projects"))["items"]) == 1
    assert UUID(first.json()["id"])
