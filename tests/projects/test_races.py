"""What happens at the same moment, with real commits."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from services.projects.domain.attendance import record_digest
from tests.projects.stage import Stage, minutes_from, taken
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_ONCE = 10


@pytest.fixture
def real(committed):
    """The service on a database of its own."""
    return Stage(committed.open("projects"))


async def at_once(*requests) -> Counter:
    return Counter(answer.status_code for answer in await asyncio.gather(*requests))


async def test_the_last_places_are_given_once(real):
    activity = await real.activity(await real.approved(), starts=30, ends=90, capacity=3)
    path = f"/v1/activities/{activity['id']}/signup"
    answers = await at_once(*(real.acting("resident").post(path, {}) for _ in range(AT_ONCE)))
    assert answers == {200: 3, 409: AT_ONCE - 3}
    assert taken(await real.worker.get(f"/v1/activities/{activity['id']}"))["taken"] == 3


async def test_two_contracts_that_fit_alone_but_not_together(real):
    project = await real.approved()
    body = {
        "project_id": project["id"],
        "payee_org_id": str(real.payee),
        "purchaser": "街道办事处",
        "tranches": [{"label": "首款", "amount_fen": 2_000_000, "gate": "acceptance"}],
    }
    assert await at_once(*(real.street.post("/v1/contracts", body) for _ in range(4))) == {201: 1, 409: 3}


async def test_two_approvers_with_one_version_one_wins(real):
    project = await real.reviewed()
    await real.freeze(project)
    path = f"/v1/projects/{project['id']}/approve"
    requests = (real.acting("civil_affairs", "350502000000").post(path, if_match=project["version"]) for _ in range(4))
    assert await at_once(*requests) == {200: 1, 412: 3}


async def test_one_person_recorded_at_two_activities_at_once(real):
    project = await real.implementing()
    start = minutes_from(real.now, -120)
    meetings = [await real.activity(project, starts_at=start) for _ in range(4)]
    body = {"persons": [{"person_id": str(uuid7()), "minutes": 30}]}
    requests = (real.worker.post(f"/v1/activities/{meeting['id']}/attendance", body) for meeting in meetings)
    assert await at_once(*requests) == {200: 1, 409: 3}


async def test_a_late_denial_is_counted_or_refused_but_never_lost(real):
    project = await real.implementing()
    records = await real.attend(await real.activity(project), [uuid7() for _ in range(6)])
    for record in records:
        await real.say(record)
    project = await real.read(project)

    def deny(record):
        resident = real.acting("resident", person=UUID(record["person_id"]))
        return resident.post(f"/v1/service-records/{record['id']}/dispute", {"reason": "没有参加。"})

    completed, *denials = await asyncio.gather(
        real.worker.post(f"/v1/projects/{project['id']}/complete", if_match=project["version"]),
        *(deny(record) for record in records[:4]),
    )
    denied = [record["id"] for record, answer in zip(records, denials, strict=False) if answer.status_code == 200]
    left = [UUID(record["id"]) for record in records if record["id"] not in denied]
    body = taken(completed)
    assert (body["record_count"], body["record_digest"]) == (len(left), record_digest(left))


async def test_the_deadline_and_the_answer_never_both_win(real):
    waiting = [await real.resourcing() for _ in range(4)]
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        await asyncio.gather(
            real.service.sweep(),
            *(real.answer(project, saga) for project, saga in waiting),
            real.service.sweep(),
            *(real.answer(project, saga) for project, saga in reversed(waiting)),
        )
    started = await real.service.announced("cn.wushe.projects.project.started.v1")
    withdrawn = await real.service.announced("cn.wushe.projects.start.withdrawn.v1")
    outcomes = Counter(event["data"]["project_id"] for event in (*started, *withdrawn))
    assert outcomes == {project["id"]: 1 for project, _ in waiting}
    begun = {event["data"]["project_id"] for event in started}
    for project, _ in waiting:
        state = (await real.read(project))["state"]
        assert state == ("implementing" if project["id"] in begun else "publicised")


async def test_reserved_delivered_many_times_at_once_begins_once(real):
    project, saga = await real.resourcing()
    event = str(uuid7())
    answers = await at_once(
        *(real.answer(project, saga, event_id=event) for _ in range(AT_ONCE)),
        *(real.answer(project, saga) for _ in range(AT_ONCE)),
    )
    assert set(answers) == {204}
    assert len(await real.service.announced("cn.wushe.projects.project.started.v1")) == 1
