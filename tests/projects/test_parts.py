"""Social workers and agencies carry on the projects they have a part in, and read the records of no others."""

import pytest

from services.projects.domain.approval import Interests, Person
from services.projects.domain.persons import NotYourProject, require_part
from tests.harness import STREET
from tests.projects.stage import minutes_from, refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
STRANGERS = ("social_worker", "org_manager")
REASON = {"reason": "改由我们承接。"}


def stranger(stage, role):
    return stage.acting(role, STREET, org=uuid7())


async def try_verb(actor, project, verb, body=None):
    return await actor.post(f"/v1/projects/{project['id']}/{verb}", body, if_match=project["version"])


def contract(stage, project, payee=None):
    return {
        "project_id": project["id"],
        "payee_org_id": str(payee or stage.payee),
        "purchaser": "街道办事处",
        "tranches": [{"label": "尾款", "amount_fen": 1_000, "gate": "acceptance"}],
    }


async def test_the_rule():
    person, org = uuid7(), uuid7()
    makers = Interests(persons=frozenset({person}), orgs=frozenset({org}))
    for who in (Person(person, None), Person(None, org), Person(uuid7(), org)):
        require_part(who, role="org_manager", makers=makers)
    for who in (Person(uuid7(), uuid7()), Person(None, None)):
        require_part(who, role="community_worker", makers=makers)
        with pytest.raises(NotYourProject):
            require_part(who, role="social_worker", makers=makers)


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_stranger_does_not_rewrite_submit_or_give_up_a_plan(stage, role):
    project = await stage.designed()
    actor = stranger(stage, role)
    takeover = stage.plan(undertaker_org_id=str(actor.caller.org))
    for verb, body in (("design", takeover), ("submit", None), ("cancel", REASON)):
        refused(await try_verb(actor, project, verb, body), 403, "NOT_YOUR_PROJECT")
    assert await stage.read(project) == project


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_stranger_does_not_contract_with_itself(stage, role):
    project = await stage.designed()
    actor = stranger(stage, role)
    refused(await actor.post("/v1/contracts", contract(stage, project, actor.caller.org)), 403, "NOT_YOUR_PROJECT")
    drafted = taken(await stage.worker.post("/v1/contracts", contract(stage, project)), 201)
    path = f"/v1/contracts/{drafted['id']}/withdraw"
    refused(await actor.post(path, REASON, if_match=drafted["version"]), 403, "NOT_YOUR_PROJECT")
    paid = stage.acting("org_manager", STREET, org=stage.payee)
    refused(await paid.post(path, REASON, if_match=drafted["version"]), 403, "NOT_YOUR_PROJECT")
    assert taken(await stage.street.post(path, REASON, if_match=drafted["version"]))["state"] == "withdrawn"


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_stranger_does_not_start_complete_or_archive(stage, role):
    project = await stage.publicised()
    actor = stranger(stage, role)
    for verb in ("start", "complete", "archive"):
        refused(await try_verb(actor, project, verb), 403, "NOT_YOUR_PROJECT")
    assert await stage.read(project) == project


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_stranger_does_not_run_activities(stage, role):
    project = await stage.implementing()
    actor, person = stranger(stage, role), str(uuid7())
    body = {"project_id": project["id"], "title": "茶话会", "method": "group", "capacity": 9, "place": "活动室"}
    body |= {"starts_at": minutes_from(stage.now, 30), "ends_at": minutes_from(stage.now, 90)}
    refused(await actor.post("/v1/activities", body), 403, "NOT_YOUR_PROJECT")
    activity = taken(await stage.worker.post("/v1/activities", body), 201)
    path = f"/v1/activities/{activity['id']}"
    refused(await actor.post(f"{path}/cancel", REASON, if_match=activity["version"]), 403, "NOT_YOUR_PROJECT")
    for verb in ("signup", "withdraw", "check-in"):
        refused(await actor.post(f"{path}/{verb}", {"person_id": person}), 403, "NOT_YOUR_PROJECT")
    if role == "social_worker":
        present = {"persons": [{"person_id": person, "minutes": 60}]}
        refused(await actor.post(f"{path}/attendance", present), 403, "NOT_YOUR_PROJECT")
    assert taken(await stage.worker.get(path)) == activity


async def test_everyone_with_a_part_carries_the_project_on(stage):
    project = await stage.designed()
    for actor in (
        stage.acting("social_worker", person=stage.member),
        stage.acting("social_worker", org=stage.agency),
        stage.acting("org_manager", org=stage.agency),
    ):
        project = await stage.verb(actor, project, "design", stage.plan())
    helper = uuid7()
    team = [*stage.plan()["team"], {"person_id": str(helper), "party": "community_org", "role": "协办"}]
    plan = stage.plan(team=team, undertaker_org_id=None)
    project = await stage.verb(stage.worker, project, "design", plan)
    await stage.verb(stage.acting("org_manager", person=helper), project, "submit")


async def test_the_place_itself_answers_for_its_projects(stage):
    project = await stage.publicised()
    project = await stage.verb(stage.acting("community_worker"), project, "start")
    assert (await stage.verb(stage.committee, project, "cancel", REASON))["state"] == "cancelled"


async def test_records_are_read_by_those_with_a_part(stage):
    project = await stage.implementing()
    activity = await stage.activity(project)
    [record] = await stage.attend(activity, [uuid7()])
    readers = (
        stage.worker,
        stage.acting("social_worker", person=stage.member),
        stage.acting("org_manager", org=stage.agency),
        stage.acting("community_worker"),
    )
    for reader in readers:
        found = taken(await reader.get(f"/v1/service-records?project_id={project['id']}"))["items"]
        assert [row["id"] for row in found] == [record["id"]]
        assert taken(await reader.get(f"/v1/service-records/{record['id']}"))["version"] == 1
        assert len(taken(await reader.get(f"/v1/activities/{activity['id']}/attendances"))["items"]) == 1


@pytest.mark.parametrize("role", STRANGERS)
async def test_records_of_others_are_not_read(stage, role):
    activity = await stage.activity(await stage.implementing())
    [record] = await stage.attend(activity, [uuid7()])
    paid = stage.acting(role, org=stage.payee)
    for reader in (stranger(stage, role), stage.acting(role), stage.service.acting(role), paid):
        assert taken(await reader.get("/v1/service-records"))["items"] == []
        refused(await reader.get(f"/v1/service-records/{record['id']}"), 404, "NOT_FOUND")
        assert taken(await reader.get(f"/v1/activities/{activity['id']}/attendances"))["items"] == []


async def test_a_record_of_a_project_without_an_undertaker_is_not_everyones(stage):
    activity = await stage.activity(await stage.implementing())
    await stage.attend(activity, [uuid7()])
    await stage.service.sql("update projects set undertaker_org_id = null")
    assert taken(await stage.service.acting("org_manager").get("/v1/service-records"))["items"] == []
