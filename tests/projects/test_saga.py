"""The start: reserved, refused, too late, twice, and given up while waiting."""

from datetime import timedelta

import pytest
import time_machine

from tests.projects.stage import refused
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
WITHDRAWN = "cn.wushe.projects.start.withdrawn.v1"
STARTED = "cn.wushe.projects.project.started.v1"


async def states(stage, project):
    rows = await stage.service.sql("select state from start_sagas where project_id = :id order by id", id=project["id"])
    return [row.state for row in rows]


async def expire(stage, minutes=16):
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        await stage.service.sweep()


async def test_everything_reserved_begins_the_work(stage):
    project, saga = await stage.resourcing()
    assert (await stage.read(project))["state"] == "resourcing"
    asked = (await stage.service.announced("cn.wushe.projects.start.requested.v1"))[-1]["data"]
    assert (asked["saga_id"], asked["budget_fen"]) == (saga, 3_000_000)
    await stage.answer(project, saga)
    assert (await stage.read(project))["state"] == "implementing"
    assert len(await stage.service.announced(STARTED)) == 1
    assert await states(stage, project) == ["reserved"]


async def test_no_work_begins_without_a_social_worker(stage):
    """The plan had to name one; whoever took them off the team since does not get past the start."""
    project = await stage.publicised()
    await stage.service.advance(days=7.1)
    await stage.service.sql("update team_members set party = 'volunteer' where project_id = :id", id=project["id"])
    refused(
        await stage.worker.post(f"/v1/projects/{project['id']}/start", if_match=project["version"]),
        409,
        "SOCIAL_WORKER_MISSING",
    )
    assert (await stage.read(project))["state"] == "publicised"


async def test_a_refusal_leads_back_and_releases(stage):
    project, saga = await stage.resourcing()
    await stage.answer(project, saga, "refused", data={"reason": "场地已被占用"})
    assert (await stage.read(project))["state"] == "publicised"
    assert [event["data"]["saga_id"] for event in await stage.service.announced(WITHDRAWN)] == [saga]
    steps = (await stage.worker.get(f"/v1/projects/{project['id']}/timeline")).json()["items"]
    assert (steps[-1]["verb"], steps[-1]["reason"]) == ("release", "场地已被占用")


async def test_the_deadline_leads_back_and_a_new_start_is_a_new_attempt(stage):
    project, first = await stage.resourcing()
    await expire(stage, minutes=14)
    assert await states(stage, project) == ["open"]
    await expire(stage)
    project = await stage.read(project)
    assert project["state"] == "publicised"
    await stage.verb(stage.worker, project, "start")
    assert await states(stage, project) == ["expired", "open"]
    await stage.answer(project, first)
    assert (await stage.read(project))["state"] == "resourcing"
    assert await states(stage, project) == ["expired", "open"]


async def test_the_sandbox_clock_does_not_move_the_deadline(stage):
    project, _ = await stage.resourcing()
    await stage.service.advance(days=30)
    assert await states(stage, project) == ["open"]


async def test_reserved_after_the_deadline_changes_nothing(stage):
    project, saga = await stage.resourcing()
    await expire(stage)
    before = await stage.read(project)
    await stage.answer(project, saga)
    assert await stage.read(project) == before
    assert await stage.service.announced(STARTED) == []
    assert len(await stage.service.announced(WITHDRAWN)) == 1


async def test_the_deadline_after_reserved_changes_nothing(stage):
    project, saga = await stage.resourcing()
    await stage.answer(project, saga)
    before = await stage.read(project)
    await expire(stage)
    assert await stage.read(project) == before
    assert await stage.service.announced(WITHDRAWN) == []


async def test_reserved_twice_begins_once(stage):
    project, saga = await stage.resourcing()
    event = str(uuid7())
    for _ in range(2):
        assert (await stage.answer(project, saga, event_id=event)).status_code == 204
    await stage.answer(project, saga)
    assert len(await stage.service.announced(STARTED)) == 1
    await stage.answer(project, saga, "refused")
    assert (await stage.read(project))["state"] == "implementing"


async def test_an_answer_for_another_project_changes_nothing(stage):
    project, _ = await stage.resourcing()
    other = await stage.draft()
    _, saga = project, (await stage.service.announced("cn.wushe.projects.start.requested.v1"))[-1]["data"]["saga_id"]
    await stage.answer(other, saga)
    await stage.answer(project, str(uuid7()))
    assert (await stage.read(project))["state"] == "resourcing"
    assert (await stage.read(other))["state"] == "draft"


async def test_giving_up_while_waiting_withdraws_the_request(stage):
    project, saga = await stage.resourcing()
    project = await stage.verb(stage.worker, project, "cancel", {"reason": "资金落空。"})
    assert project["state"] == "cancelled"
    assert [event["data"]["saga_id"] for event in await stage.service.announced(WITHDRAWN)] == [saga]
    assert await states(stage, project) == ["withdrawn"]
    await stage.answer(project, saga)
    assert (await stage.read(project))["state"] == "cancelled"


async def test_a_running_project_is_not_cancelled(stage):
    project = await stage.implementing()
    answer = await stage.worker.post(
        f"/v1/projects/{project['id']}/cancel", {"reason": "不做了。"}, if_match=project["version"]
    )
    assert refused(answer, 409, "ACTION_NOT_ALLOWED")["allowed"] == ["complete", "suspend", "terminate"]
