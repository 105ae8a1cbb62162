"""Preparing an evaluation: what takes its time happens outside any transaction, once, and again after a fault."""

from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest

from services.evaluation.domain.roster import RecordState
from services.evaluation.usecases import opening
from tests.projects.stage import Stage as Projects
from wushe.errors import Unavailable
from wushe.jobs import worker

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def units(evaluation, monkeypatch):
    """The units of work open at a moment."""
    begin, running = evaluation.database.begin, []

    @asynccontextmanager
    async def counted(caller, **more):
        running.append(caller)
        async with begin(caller, **more) as work:
            yield work
        running.pop()

    monkeypatch.setattr(evaluation.database, "begin", counted)
    return running


async def waiting(stage, *, seconds=0, records=2) -> list[UUID]:
    """An evaluation whose records were announced, or after a while are to be asked for."""
    await stage.designed()
    await stage.frozen()
    records = [uuid4() for _ in range(records)] if seconds else await stage.served([uuid4() for _ in range(records)])
    await stage.completed(records)
    await stage.service.sql(f"update evaluations set created_at = created_at - interval '{seconds} seconds'")
    return records


async def test_nothing_slow_happens_inside_a_transaction(stage, evaluation, units, monkeypatch, ready_signing):
    slow = []

    async def get(_siblings, _service, _path, **_params):
        slow.append(("get", len(units)))
        return {"records": [{"record_id": str(uuid4()), "person_id": str(uuid4()), "state": "confirmed"}]}

    async def generate():
        slow.append(("generate", len(units)))
        return ready_signing.pair

    monkeypatch.setattr("wushe.http.Siblings.get", get)
    monkeypatch.setattr(ready_signing, "generate", generate)
    await waiting(stage, seconds=31)
    await evaluation.sweep()
    assert slow == [("get", 0), ("generate", 0)]
    assert (await stage.evaluation())["state"] == "open"


async def test_who_was_seen_twice_is_prepared_once(stage, evaluation):
    await waiting(stage)
    async with evaluation.database.work(worker("evaluation")) as work:
        found = await opening.ready(work)
    for _ in range(2):
        await opening.prepare(evaluation.database, evaluation.app.state.office, found)
    assert len(await evaluation.sql("select 1 from issuing_keys")) == 1
    assert len(await evaluation.sql("select 1 from roster_entries")) == 2


async def test_a_key_that_could_not_be_made_is_made_later(stage, evaluation, monkeypatch, ready_signing):
    async def fail():
        raise Unavailable(retry_after=1)

    await waiting(stage)
    with monkeypatch.context() as broken:
        broken.setattr(ready_signing, "generate", fail)
        await evaluation.sweep()
        assert (await stage.evaluation())["state"] == "pending"
    await evaluation.sweep()
    assert (await stage.evaluation())["state"] == "open"


async def test_while_projects_is_silent_the_others_go_on(stage, evaluation):
    await waiting(stage, seconds=31)
    other = type(stage)(evaluation)
    await waiting(other)
    await evaluation.sweep()
    assert [(await each.evaluation())["state"] for each in (stage, other)] == ["pending", "open"]


async def test_what_projects_really_answers(stage, evaluation, bench):
    """The endpoint of projects itself, with a record in every state there is."""
    await bench.open("needs")
    there = Projects(await bench.open("projects"))
    project = await there.implementing()
    records = await there.attend(await there.activity(project), [uuid4() for _ in range(5)])
    for record in records[:2]:
        await there.say(record)
    await there.say(records[2], "dispute", {"reason": "没有参加。"})
    await there.service.sql("update service_records set state = 'lapsed' where id = :id", id=records[3]["id"])
    stage.project_id = UUID(project["id"])
    found = await evaluation.app.state.office.records(stage.project_id)
    assert {record.state for record in found} == {RecordState.CONFIRMED}
    assert sorted(str(record.record_id) for record in found) == sorted(record["id"] for record in records[:2])

    await waiting(stage, seconds=31)
    await evaluation.sweep()
    detail = await stage.evaluation()
    assert (detail["state"], detail["roster_count"]) == ("open", 2)
    served = await evaluation.sql("select person_id from roster_entries")
    assert {str(row.person_id) for row in served} == {record["person_id"] for record in records[:2]}
    assert await evaluation.sql("select 1 from adopted_records") == []
