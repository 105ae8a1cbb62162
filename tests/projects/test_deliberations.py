"""Recorded decisions of the residents over HTTP: counted, publicised, effective, annulled, refused."""

import pytest

from services.projects.domain.presets import DECISION_RULES
from tests.harness import COMMUNITY, STREET
from tests.projects.stage import refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
SQUARE_METRE = 10_000


def meeting(stage, project, **changes):
    """Item 7 with exactly 2/3 taking part and exactly 3/4 agreeing."""
    body = {
        "project_id": project["id"],
        "body": "owners_assembly",
        "rule_code": "owners_278_special",
        "held_on": stage.today,
        "totals": {"heads": 120, "area_cm2": 10_560 * SQUARE_METRE},
        "participating": {"heads": 80, "area_cm2": 7_040 * SQUARE_METRE},
        "yes": {"heads": 60, "area_cm2": 5_280 * SQUARE_METRE},
        "minutes": "同意加装休息座椅与扶手。",
    }
    return body | changes


async def record(stage, project, **changes):
    return await stage.committee.post("/v1/deliberations", meeting(stage, project, **changes))


async def publicise(stage, decision):
    path = f"/v1/deliberations/{decision['id']}/publicise"
    return await stage.committee.post(path, if_match=decision["version"])


async def test_a_resolution_takes_effect_after_its_publicity(stage):
    project = await stage.designed(kind="micro_renovation")
    decision = taken(await record(stage, project), 201)
    assert (decision["state"], decision["result"]) == (
        "counted",
        {"quorum_met": True, "passed": True, "missing": []},
    )
    assert (await stage.read(project))["state"] == "deliberating"
    decision = taken(await publicise(stage, decision))
    await stage.service.advance(days=6.9)
    assert (await stage.read(project))["state"] == "deliberating"
    await stage.service.advance(days=0.2)
    project = await stage.read(project)
    assert project["state"] == "resolved"
    decision = taken(await stage.worker.get(f"/v1/deliberations/{decision['id']}"))
    assert decision["state"] == "effective"
    assert (await stage.verb(stage.worker, project, "submit"))["state"] == "submitted"


async def test_the_answer_carries_the_decisions_own_version(stage):
    answer = await record(stage, await stage.designed(kind="micro_renovation"))
    assert answer.headers["etag"] == f'"v{taken(answer, 201)["version"]}"'


async def test_a_binding_no_ends_the_project_and_says_what_was_missing(stage):
    project = await stage.designed(kind="micro_renovation")
    yes = {"heads": 59, "area_cm2": 5_280 * SQUARE_METRE}
    decision = taken(await record(stage, project, yes=yes), 201)
    assert decision["state"] == "not_passed"
    assert decision["result"]["missing"] == [
        {"axis": "heads", "test": "pass", "have": 59, "of": 80, "share": "3/4", "strict": False, "short_by": 1}
    ]
    assert (await stage.read(project))["state"] == "failed_deliberation"
    found = refused(await publicise(stage, decision), 409, "ACTION_NOT_ALLOWED")
    assert found["allowed"] == []


async def test_advice_does_not_replace_a_resolution(stage):
    project = await stage.designed(kind="micro_governance")
    advice = {
        "body": "consultation_committee",
        "rule_code": "consultation",
        "totals": {"heads": 15},
        "participating": {"heads": 12},
        "yes": {"heads": 12},
    }
    decision = taken(await record(stage, project, **advice), 201)
    assert not decision["binding"]
    taken(await publicise(stage, decision))
    await stage.service.advance(days=8)
    project = await stage.read(project)
    assert project["state"] == "designed"
    answer = await stage.worker.post(f"/v1/projects/{project['id']}/submit", if_match=project["version"])
    refused(answer, 409, "RESOLUTION_REQUIRED")


async def test_advice_that_was_not_given_leaves_the_plan(stage):
    project = await stage.designed()
    advice = {
        "body": "compound_council",
        "rule_code": "consultation",
        "totals": {"heads": 15},
        "participating": {"heads": 12},
        "yes": {"heads": 6},
    }
    assert taken(await record(stage, project, **advice), 201)["state"] == "not_passed"
    assert (await stage.read(project))["state"] == "designed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rule_code": "residents_2018", "body": "residents_meeting"}, "RULE_NOT_IN_FORCE"),
        ({"rule_code": "residents_2026", "body": "residents_meeting"}, "RULE_NOT_IN_FORCE"),
        ({"held_on": "2020-12-31"}, "INVALID_INPUT"),
        ({"rule_code": "show_of_hands"}, "RULE_UNKNOWN"),
        ({"body": "compound_council"}, "BODY_NOT_COMPETENT"),
        ({"held_on": "2099-01-01"}, "INVALID_INPUT"),
        ({"yes": {"heads": 60}}, "INVALID_INPUT"),
        ({"yes": {"heads": 81, "area_cm2": 1}}, "INVALID_INPUT"),
        ({"totals": {"heads": 0, "area_cm2": 1}}, "INVALID_INPUT"),
        ({"totals": {"heads": -1, "area_cm2": 1}}, "INVALID_INPUT"),
        ({"totals": {"heads": "120", "area_cm2": 1}}, "INVALID_INPUT"),
    ],
)
async def test_what_cannot_be_recorded(stage, changes, code):
    project = await stage.designed(kind="micro_renovation")
    refused(await record(stage, project, **changes), 422, code)
    assert (await stage.read(project))["version"] == project["version"]


async def test_a_meeting_decides_about_the_plan_as_it_is(stage):
    project = await stage.designed(kind="micro_renovation")
    held_on = stage.today
    await stage.service.advance(days=1)
    project = await stage.verb(stage.worker, project, "design", stage.plan())
    found = refused(await record(stage, project, held_on=held_on), 422, "INVALID_INPUT")
    assert [(error["pointer"], error["code"]) for error in found["errors"]] == [("/held_on", "BEFORE_DESIGN")]
    assert taken(await record(stage, project), 201)["state"] == "counted"


ADVICE = {
    "body": "compound_council",
    "rule_code": "consultation",
    "totals": {"heads": 15},
    "participating": {"heads": 12},
    "yes": {"heads": 12},
}


async def edit_consultation(stage, **changes):
    rule = {"division": COMMUNITY, "value": DECISION_RULES["consultation"] | changes, "source": "议事章程"}
    taken(await stage.county.put("/v1/rules/projects/decision_consultation", rule, if_match=1))


async def test_a_rule_edited_after_the_meeting_does_not_decide_it(stage):
    project = await stage.designed()
    held_on = stage.today
    await stage.service.advance(days=1)
    await edit_consultation(stage, axes={"heads": {"pass": {"share": "1/15", "strict": False}}})
    refused(await record(stage, project, **ADVICE, held_on=held_on), 422, "RULE_NOT_IN_FORCE")
    assert taken(await record(stage, project, **ADVICE), 201)["state"] == "counted"


async def test_a_rule_that_expired_before_the_record_does_not_decide(stage):
    project = await stage.designed()
    held_on = stage.today
    await edit_consultation(stage, valid_to=held_on)
    await stage.service.advance(days=1)
    refused(await record(stage, project, **ADVICE, held_on=held_on), 422, "RULE_NOT_IN_FORCE")


@pytest.mark.parametrize("stake", ["author", "member", "agency"])
async def test_nobody_records_publicises_or_annuls_the_resolution_of_their_own_plan(stage, stake):
    project = await stage.designed(kind="micro_renovation")
    who = {"org" if stake == "agency" else "person": getattr(stage, stake)}
    recorder = stage.acting("community_worker", **who)
    refused(await recorder.post("/v1/deliberations", meeting(stage, project)), 403, "OWN_PROJECT")
    nobody = stage.service.acting("committee")
    refused(await nobody.post("/v1/deliberations", meeting(stage, project)), 403, "PERSON_UNKNOWN")
    decision = taken(await record(stage, project), 201)
    path = f"/v1/deliberations/{decision['id']}"
    refused(await recorder.post(f"{path}/publicise", if_match=decision["version"]), 403, "OWN_PROJECT")
    officer = stage.acting("street_officer", STREET, **who)
    answer = await officer.post(f"{path}/annul", {"reason": "异议。"}, if_match=decision["version"])
    refused(answer, 403, "OWN_PROJECT")
    assert taken(await publicise(stage, decision))["state"] == "publicised"


async def test_an_annulled_decision_can_be_taken_again(stage):
    project = await stage.designed(kind="micro_renovation")
    decision = taken(await publicise(stage, taken(await record(stage, project), 201)))
    path = f"/v1/deliberations/{decision['id']}/annul"
    taken(await stage.street.post(path, {"reason": "业主异议成立。"}, if_match=decision["version"]))
    await stage.service.advance(days=30)
    assert (await stage.read(project))["state"] == "designed"
    assert taken(await record(stage, project), 201)["state"] == "counted"


async def test_an_effective_decision_is_not_annulled(stage):
    project = await stage.designed(kind="micro_renovation")
    decision = taken(await publicise(stage, taken(await record(stage, project), 201)))
    await stage.service.advance(days=8)
    path = f"/v1/deliberations/{decision['id']}"
    decision = taken(await stage.street.get(path))
    answer = await stage.street.post(f"{path}/annul", {"reason": "太迟。"}, if_match=decision["version"])
    refused(answer, 409, "ACTION_NOT_ALLOWED")


async def test_two_decisions_at_a_time_are_one_too_many(stage):
    project = await stage.designed(kind="micro_renovation")
    taken(await record(stage, project), 201)
    refused(await record(stage, project), 409, "ACTION_NOT_ALLOWED")


async def test_anyone_may_count_again(stage):
    decision = taken(await record(stage, await stage.designed(kind="micro_renovation")), 201)
    tally = taken(await stage.acting("resident").get(f"/v1/deliberations/{decision['id']}/tally"))
    assert tally["result"] == decision["result"]
    assert tally["rule"]["axes"]["heads"]["pass"] == {"share": "3/4", "strict": False}


async def test_lists_and_strangers(stage):
    project = await stage.designed(kind="micro_renovation")
    decision = taken(await record(stage, project), 201)
    found = taken(await stage.worker.get(f"/v1/deliberations?project_id={project['id']}"))["items"]
    assert [row["id"] for row in found] == [decision["id"]]
    foreign = stage.acting("committee", "350503001001")
    refused(await foreign.get(f"/v1/deliberations/{decision['id']}"), 404, "NOT_FOUND")
    refused(await foreign.post("/v1/deliberations", meeting(stage, project)), 404, "NOT_FOUND")
    refused(await stage.committee.post("/v1/deliberations", meeting(stage, {"id": str(uuid7())})), 404, "NOT_FOUND")
    refused(await stage.worker.post("/v1/deliberations", meeting(stage, project)), 403, "ROLE_NOT_ALLOWED")
