"""A project is broken off after its work has begun, by somebody without a part in it."""

import pytest

from tests.harness import COUNTY, STREET
from tests.projects.stage import refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
REASON = {"reason": "承接机构注销。"}


async def terminate(actor, project, body=REASON):
    return await actor.post(f"/v1/projects/{project['id']}/terminate", body, if_match=project["version"])


async def test_work_under_way_is_broken_off_and_told(stage):
    project = await stage.implementing()
    records = await stage.attend(await stage.activity(project), [uuid7()])
    project = taken(await terminate(stage.county, project))
    assert project["state"] == "terminated"
    [told] = await stage.service.announced("cn.wushe.projects.project.terminated.v1")
    assert told["public"]
    assert told["data"] == {"project_id": project["id"], "state": "terminated"}
    steps = taken(await stage.worker.get(f"/v1/projects/{project['id']}/timeline"))["items"]
    assert (steps[-1]["verb"], steps[-1]["reason"]) == ("terminate", REASON["reason"])
    resident = stage.acting("resident", person=records[0]["person_id"])
    answer = await resident.post(f"/v1/service-records/{records[0]['id']}/confirm", {})
    refused(answer, 409, "RECORDS_SEALED")
    assert refused(await terminate(stage.county, project), 409, "ACTION_NOT_ALLOWED")["allowed"] == []


async def test_suspended_work_is_broken_off(stage):
    project = await stage.verb(stage.street, await stage.implementing(), "suspend", {"reason": "场地维修。"})
    assert taken(await terminate(stage.street, project))["state"] == "terminated"


async def test_what_has_not_begun_is_cancelled_instead(stage):
    found = refused(await terminate(stage.street, await stage.publicised()), 409, "ACTION_NOT_ALLOWED")
    assert "cancel" in found["allowed"]


async def test_who_does_not_terminate(stage):
    project = await stage.implementing()
    for role in ("social_worker", "org_manager", "committee", "supervisor"):
        refused(await terminate(stage.acting(role, COUNTY), project), 403, "ROLE_NOT_ALLOWED")
    for part in ({"person": stage.author}, {"person": stage.member}, {"org": stage.agency}):
        refused(await terminate(stage.acting("street_officer", STREET, **part), project), 403, "OWN_PROJECT")
    refused(await terminate(stage.service.acting("civil_affairs", COUNTY), project), 403, "PERSON_UNKNOWN")
    refused(await terminate(stage.street, project, {}), 422, "INVALID_INPUT")
    assert (await stage.read(project))["state"] == "implementing"
