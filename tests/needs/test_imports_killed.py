"""A worker killed in the middle of a table: the next one goes on exactly there (R32)."""

import asyncio
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from services.needs.usecases import imports
from tests.faults.stage import REPOSITORY
from tests.needs.stories import worker
from tests.needs.tables import csv_of, ident, report, sent

pytestmark = pytest.mark.asyncio(loop_scope="session")


TAKE = (
    "insert into external_id (collection, client, system, value, object_id) values ('needs', 'test', 'paper', %s, '')"
)


@pytest.fixture
def real(committed):
    """The service on a database of its own."""
    return committed.open("needs")


@pytest.fixture
def url(real, postgres):
    """That database, as its administrator sees it."""
    return postgres.url(make_url(real.app.state.settings.database_url).database)


@pytest.fixture
def admin(url):
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def running(real, operation):
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "tests.needs.import_worker", real.app.state.settings.database_url]
    with subprocess.Popen([*command, str(ident(operation))], cwd=REPOSITORY) as process:
        try:
            yield process
        finally:
            process.kill()


async def until(found, *, seconds=900):
    async with asyncio.timeout(seconds):
        while not found():
            await asyncio.sleep(0.01)


def rows(count):
    said = {"channel": "meeting", "consent_version": "2026-01", "external_system": "paper"}
    return [{"statement": f"第 {n} 条：路灯坏了", **said, "external_id": f"K-{n}"} for n in range(count)]


async def killed_at(real, admin, url, *, total, row, done):
    """Send a table, kill its worker inside the transaction of one row, and let another go on."""
    mine = worker(real)
    operation = await sent(mine, "needs", csv_of(*rows(total)), dry_run="false")
    path = f"/v1/operations/{operation['id']}"
    with psycopg.connect(url) as holder, running(real, operation) as process:
        # Whoever takes the same key waits for us: the worker stands inside the batch of this row.
        holder.execute(TAKE, (f"K-{row}",))
        await until(lambda: admin.execute("select 1 from pg_locks where not granted").fetchone())
        seen = (await mine.get(path)).json()
        process.kill()
        assert process.wait(10) == -9
        holder.rollback()
    counted = admin.execute("select count(*) from needs").fetchone()[0]
    assert (seen["state"], seen["done"], seen["created"], counted) == ("running", done, done, done)
    await real.app.state.sweeps.tasks["take_in_rows"](real.database, operation_id=str(ident(operation)))
    ended = (await mine.get(path)).json()
    assert (ended["state"], ended["done"], ended["created"], ended["refused"]) == ("done", total, total, 0)
    assert admin.execute("select count(*), count(distinct statement) from needs").fetchone() == (total, total)
    told = admin.execute("select count(distinct object_id), min(number), max(number) from operation_rows").fetchone()
    assert told == (total, 2, total + 1)
    assert admin.execute("select count(*) from operation_batches").fetchone() == (0,)
    made = "select count(*), count(distinct subject) from audit where verb = 'submit'"
    assert admin.execute(made).fetchone() == (total, total)
    assert [each["number"] for each in await report(mine, ended)] == list(range(2, min(total, 200) + 2))


async def test_a_killed_worker_leaves_whole_batches_and_the_next_goes_on(real, admin, url, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 20)
    await killed_at(real, admin, url, total=50, row=30, done=20)


@pytest.mark.long
async def test_ten_thousand_rows_killed_at_five_thousand(real, admin, url):
    await killed_at(real, admin, url, total=10_000, row=5_000, done=5_000)


@pytest.mark.long
async def test_a_hundred_thousand_rows_are_taken_in_while_others_are_answered(real, admin):
    """Every line once, batch by batch, progress to be seen; most are wrong, for a right one takes ten times as long."""
    mine, total, good = worker(real), 100_000, 2_000
    sent = [row if n % 50 == 0 else {**row, "channel": "pigeon"} for n, row in enumerate(rows(total))]
    path, content, kind = "/v1/needs/imports?dry_run=false", csv_of(*sent), {"content-type": "text/csv"}
    silent = asyncio.create_task(longest_silence())
    await asyncio.sleep(0)
    answer = await mine.post(path, content=content, headers=kind)
    silent.cancel()
    assert (answer.status_code, answer.json()["total"]) == (202, total)
    assert admin.execute("select count(*) from operation_batches").fetchone() == (500,)
    operation, seen, held = answer.json(), [], 0
    with running(real, operation) as process:
        while process.poll() is None:
            seen.append((await mine.get(f"/v1/operations/{operation['id']}")).json())
            held = most_memory(process.pid) or held
            # As autovacuum does elsewhere: a plan made for an empty table reads it whole.
            admin.execute("analyze needs")
            await asyncio.sleep(1)
    ended = (await mine.get(f"/v1/operations/{operation['id']}")).json()
    assert (ended["state"], ended["created"], ended["refused"]) == ("done", good, total - good)
    assert len({each["percent"] for each in seen}) > 10, "progress is visible"
    assert admin.execute("select count(*), count(distinct statement) from needs").fetchone() == (good, good)
    told = admin.execute("select count(*), count(distinct number) from operation_rows").fetchone()
    assert told == (total, total)
    assert admin.execute("select count(*) from operation_batches").fetchone() == (0,)
    assert held < 300, "MiB: no more than a batch is held"
    assert await silent < 1, "seconds in which nobody else had a turn while the table was put by"
    print(f"{len(seen)} s, {held} MiB, silent {await silent:.3f} s")  # noqa: T201 -- figures for whoever looks


async def longest_silence():
    """The longest time, in seconds, in which nobody else had a turn; told when it is cancelled."""
    longest, last = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.perf_counter() - last), time.perf_counter()
    except asyncio.CancelledError:
        return longest


def most_memory(pid):
    """The most memory a process held so far, in MiB; 0 once it has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
    return 0
