"""Jobs join the transaction, sweeps run as jobs, logs cannot be forged, health tells the truth."""

import asyncio
import errno
import io
import json
import logging

import psycopg
import pytest
from sqlalchemy import text

from tests import directly
from tests.harness import COMMUNITY, application
from tests.probe.service import create_app
from tests.wushe.test_writes import body, rows
from wushe import jobs
from wushe.jobs import Sweeps
from wushe.settings import Settings
from wushe.telemetry import access_lines, json_lines
from wushe.work import Database, Work

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def until(condition, seconds: float = 8) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_a_deferred_task_belongs_to_its_transaction(probe):
    caller = jobs.worker("probe")
    with pytest.raises(RuntimeError):
        async with probe.database.work(caller) as work:
            await jobs.defer(work, "greet", name="never")
            raise RuntimeError
    async with probe.database.work(caller) as work:
        await jobs.defer(work, "greet", name="once")
    found = await rows(probe, "select args from procrastinate_jobs where task_name = 'greet' and status = 'todo'")
    assert [row.args for row in found] == [{"name": "once"}]
    await run(probe, greeted := [])
    assert greeted == ["once"]


async def run(probe, greeted: list[str]) -> None:
    """Run a real worker until the task was done."""
    sweeps = Sweeps()

    @sweeps.task("greet")
    async def greet(database: Database, name: str) -> None:
        greeted.append(name)

    stopping = asyncio.Event()
    app = jobs.application(sweeps, probe.database, probe.app.state.settings.database_url)
    beats: list[str] = []
    running = asyncio.create_task(jobs.supervise(app, stopping, beat=lambda: beats.append("jobs")))

    async def done() -> bool:
        return bool(greeted)

    await until(done)
    stopping.set()
    await asyncio.wait_for(running, 5)
    assert beats


async def test_a_sweep_is_repeated_until_it_finds_nothing(probe):
    sweeps, found = Sweeps(), [3, 2, 0]

    @sweeps.every(seconds=60)
    async def tidy(work: Work) -> int:
        return found.pop(0)

    await sweeps.run_all(probe.database)
    assert found == []
    assert sweeps.scheduled[0].cron == "* * * * *"


async def test_the_business_clock_moves_for_one_county_only(probe):
    await probe.advance(days=3, division=COMMUNITY)
    query = text("select business_now(:place) - clock_timestamp() > interval '2 days'")
    async with probe.database.engine.connect() as connection:
        moved = [
            (await connection.execute(query, {"place": place})).scalar_one() for place in (COMMUNITY, "310110001001")
        ]
    assert moved == [True, False]


async def test_health_and_metrics(probe):
    assert (await probe.client.get("/health/live")).text == "ok"
    assert (await probe.client.get("/health/ready")).status_code == 200
    counted = {"method": "POST", "route": "/v1/things", "status": "201"}
    before = probe.app.state.metrics.registry.get_sample_value("wushe_requests_total", counted) or 0
    await probe.acting("worker").post("/v1/things", body())
    metrics = (await probe.client.get("/metrics")).text
    assert f'wushe_requests_total{{method="POST",route="/v1/things",status="201"}} {before + 1}' in metrics
    assert "wushe_jobs" in metrics
    assert 'wushe_outbox_pending{destination="listener"} 1.0' in metrics
    probe.app.state.health.beats["relay"] = 1
    late = await probe.client.get("/health/ready")
    assert (late.status_code, late.text) == (503, "late: relay")
    probe.app.state.health.beats.clear()


async def test_what_requests_need_beside_them_runs_where_other_background_work_does_not():
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/nowhere", background=False))
    said = []

    async def read_documents(stopping: asyncio.Event) -> None:
        said.append("read")
        await stopping.wait()
        said.append("finished")

    app.state.background.append(read_documents)
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0)
        assert (said, app.state.health.beats) == (["read"], {})
    assert said == ["read", "finished"]


async def test_a_process_is_ready_once_its_databases_are_the_ones_it_was_written_for(fresh_database):
    clones = {name: fresh_database(name) for name in ("evaluation", "ballots")}
    app = application("evaluation", clones.__getitem__)

    async def said() -> str:
        return (await directly.request(app, "GET", "/health/ready", headers={}, body=None)).content.decode()

    assert await said() == "ok"
    for name, clone in clones.items():
        with psycopg.connect(clone.owner, autocommit=True) as owner:
            for change, meaning in (
                ("update alembic_version set version_num = '9999'", "ok"),  # the old code runs on the new schema
                ("update alembic_version set version_num = '0000'", f"database {name} is not migrated"),
                ("delete from alembic_version", f"database {name} is not migrated"),
                ("drop table alembic_version", f"database {name} is not migrated"),
            ):
                owner.execute(change)
                assert await said() == meaning, change
            owner.execute("create table alembic_version as select '9999' as version_num")
            owner.execute(f"grant select on alembic_version to wushe_{name}")
    app.state.health.leaving.set()
    assert await said() == "leaving"
    for database in app.state.databases.values():
        await database.close()


async def test_a_log_line_cannot_be_forged():
    record = logging.makeLogRecord({"msg": "a\nb\x1b[31m", "name": "x", "path": 'c"\r\n{"level": "error"}'})
    line = json_lines("probe").format(record)
    assert "\n" not in line and "\x1b" not in line
    assert json.loads(line)["path"].startswith('c"')


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")


async def test_a_full_disk_loses_lines_and_no_request(probe, monkeypatch):
    monkeypatch.setitem(probe.app.state._state, "access", access_lines("probe", "info", full := Full()))
    assert (await probe.client.get("/v1/hello")).status_code == 200
    assert "/v1/hello" in full.getvalue()


async def test_what_nobody_foresaw_is_a_500_without_a_word_of_it(probe, caplog):
    secret = "13800138000"

    async def fail() -> None:
        raise RuntimeError(secret)

    probe.app.add_api_route("/v1/fail", fail, include_in_schema=False)  # other tests read the document
    answer = await probe.client.get("/v1/fail")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_FAULT")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == answer.json()["request_id"] != ""
    assert secret not in answer.text
    assert any(record.exc_info for record in caplog.records)


async def test_a_database_fault_carries_no_personal_words_into_the_log(probe, caplog):
    secret = "林秀英13800001111"
    async with probe.database.engine.begin() as holder:
        await holder.execute(text("lock table things in access exclusive mode"))
        async with probe.database.engine.begin() as impatient:
            with pytest.raises(Exception, match="lock timeout") as refused:
                await impatient.execute(text("set local lock_timeout = '10ms'"))
                await impatient.execute(text("select * from things where name = :name"), {"name": secret})
    logging.getLogger("wushe").error("fault", exc_info=refused.value)
    assert "lock timeout" in caplog.text
    assert secret not in caplog.text


async def test_answers_carry_the_request_id_and_may_not_be_stored(probe):
    worker = probe.acting("worker")
    answer = await worker.get("/v1/things")
    assert answer.headers["x-request-id"] == worker.caller.request_id
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
