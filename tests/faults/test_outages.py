"""Signals, an exhausted pool, a full disk and a late database: nobody dies, nothing is lost, all catch up."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg

from tests.faults.load import Tally, crowd
from tests.faults.stage import REPOSITORY, Child, Stage, until
from tests.faults.things import THINGS, writing
from wushe.commands.serve import GRACE
from wushe.provision import Addresses
from wushe.relay import LANE_WIDTH


def tell_twice(leaving: Child) -> None:
    """Send SIGTERM, and again while the first is being obeyed."""
    for _ in range(2):
        leaving.signal(signal.SIGTERM)
        time.sleep(0.1)
        assert leaving.poll() is None, "it has something to finish"


def test_a_second_sigterm_changes_nothing_for_a_worker(stage: Stage) -> None:
    count = stage.announce(20, 10)
    with stage.locked(stage.listening, "applied") as waiting:
        leaving = stage.command("work", lease_seconds=30)
        until(lambda: waiting() == LANE_WIDTH, "deliveries under way")
        tell_twice(leaving)
    assert leaving.ends(seconds=GRACE) == 0
    assert stage.heard() == LANE_WIDTH, "what was under way, and no more"
    stage.relay(lease=30)
    stage.assert_exactly_once_in_order(count)
    assert set(stage.deliveries().values()) == {1}


def test_a_second_sigterm_lets_requests_and_deliveries_end(stage: Stage) -> None:
    serving = stage.command("serve", lease_seconds=30)
    until(lambda: stage.is_ready("probe"), "the producer")
    with ThreadPoolExecutor() as callers, stage.locked(stage.listening, "applied") as waiting:
        count = stage.announce(20, 10)
        until(lambda: waiting() == LANE_WIDTH, "deliveries under way")
        with stage.locked(stage.producer, "things"):
            asked = callers.submit(stage.make)
            until(lambda: waiting() == LANE_WIDTH + 1, "a request under way")
            tell_twice(serving)
        assert asked.result().status_code == 201
        until(lambda: not stage.says("probe", "live"), "the door to be shut")
        assert serving.poll() is None, "deliveries are under way"
    assert serving.ends(seconds=GRACE) == 0
    stage.relay(lease=30)
    stage.assert_exactly_once_in_order(count + 1)
    assert set(stage.deliveries().values()) == {1}


def test_a_worker_answers_for_its_health_and_for_nothing_else(stage: Stage) -> None:
    port = stage.ports["probe"]
    assert "refused" in healthcheck(port)
    working = stage.command("work", work_port=port)
    until(lambda: stage.is_ready("probe"), "the worker")
    assert healthcheck(port) == ""
    figures = stage.http.get(f"{stage.address('probe')}/metrics").text
    assert "wushe_outbox_oldest_seconds" in figures and "wushe_jobs" in figures
    assert stage.make().json()["code"] == "NOT_FOUND"
    with stage.database_away():
        assert healthcheck(port) == "503 database probe does not answer\n"
    until(lambda: stage.is_ready("probe"), "the worker again")
    working.signal(signal.SIGTERM)
    assert working.ends() == 0


def healthcheck(port: int) -> str:
    """What is wrong with the process on a port, as a container's health check sees it."""
    command = [sys.executable, "-m", "wushe.healthcheck", str(port)]
    asked = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (asked.returncode == 0) == (asked.stderr == "")
    return asked.stderr


def test_an_exhausted_pool_refuses_and_recovers(stage: Stage) -> None:
    serving = stage.command("serve", pool_size=2, pool_timeout=0.2)
    until(lambda: stage.is_ready("probe"), "the producer")
    with ThreadPoolExecutor() as callers, stage.locked(stage.producer, "things") as waiting:
        holders = [callers.submit(stage.make) for _ in range(2)]
        until(lambda: waiting() == 2, "every connection to wait")
        count = stage.announce(2, 2)
        began = time.monotonic()
        refused = stage.make("again")
        assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
        assert int(refused.headers["retry-after"]) > 0
        assert time.monotonic() - began < 2
        assert stage.says("probe", "live") and not stage.is_ready("probe")
    assert [holder.result().status_code for holder in holders] == [201, 201]
    assert stage.make("again").status_code == 201
    assert stage.is_ready("probe")
    stage.assert_exactly_once_in_order(count + 3)
    assert serving.poll() is None


def test_two_hundred_callers_of_five_connections(stage: Stage) -> None:
    serving = stage.command("serve", pool_size=5, pool_timeout=1, background=False)
    until(lambda: stage.is_ready("probe"), "the producer")
    tally = Tally()
    with ThreadPoolExecutor() as threads, stage.locked(stage.producer, "things") as waiting:
        asking = threads.submit(asyncio.run, crowd(stage.ports["probe"], writing, tally, callers=200))
        until(lambda: waiting() == 5, "every connection to wait")
        assert stage.says("probe", "live")
        assert tally.answered == 0, "liveness waits for nobody"
        until(lambda: tally.statuses[THINGS, 503] == 195, "everybody else to be refused")
    asking.result()
    assert tally.statuses == {(THINGS, 201): 5, (THINGS, 503): 195}
    assert (tally.lost, tally.unhelpful) == ([], 0)
    assert [stage.make().status_code for _ in range(6)] == [201] * 6
    assert serving.poll() is None


@contextmanager
def disk_full(address: Addresses, table: str) -> Iterator[None]:
    """Every transaction that has written to a table fails at its commit, the way a full disk makes it."""
    with psycopg.connect(address.owner, autocommit=True) as owner:
        owner.execute("""
            create or replace function no_space() returns trigger language plpgsql as $$
            begin raise exception 'could not extend file: no space left on device' using errcode = 'disk_full'; end $$
        """)
        owner.execute(f"""
            create constraint trigger no_space after insert or update on {table}
            deferrable initially deferred for each row execute function no_space()
        """)
        try:
            yield
        finally:
            owner.execute(f"drop trigger no_space on {table}")


def test_a_full_disk_stores_nothing_and_stops_nobody(stage: Stage) -> None:
    serving = stage.command("serve", lease_seconds=0.5)
    until(lambda: stage.is_ready("probe"), "the producer")
    owed = "select (select count(*) from idempotency), (select count(*) from audit), (select count(*) from event)"
    with disk_full(stage.producer, "things"):
        refused = stage.make("again")
        assert (refused.status_code, refused.json()["code"]) == (503, "UNAVAILABLE")
        assert refused.headers["content-type"] == "application/problem+json"
        assert stage.produce(owed) == [(0, 0, 0)]
        assert stage.is_ready("probe")
    assert stage.make("again").status_code == 201
    assert stage.produce(owed) == [(1, 1, 1)]
    stage.await_heard(1)
    outcome = "select count(*) filter (where last_code = 503), count(*) filter (where state = 'done') from delivery"
    with ExitStack() as relay_cannot_write:
        with disk_full(stage.listening, "applied"):
            stage.announce(1, 2)
            until(lambda: stage.produce(outcome) == [(1, 1)], "a refusal by the listener")
            relay_cannot_write.enter_context(disk_full(stage.producer, "delivery"))
        stage.await_heard(2)
        time.sleep(0.5)
        assert stage.produce(outcome) == [(1, 1)], "the relay could not write down what it delivered"
    stage.assert_exactly_once_in_order(3)
    assert [child.poll() for child in (serving, stage.listener)] == [None, None]


def test_a_process_started_before_its_database_waits_for_it(stage: Stage) -> None:
    workers = "select coalesce(max(id), 0) from procrastinate_workers"
    known = stage.produce(workers)[0][0]
    with stage.database_away():
        serving = stage.command("serve")
        until(lambda: stage.says("probe", "live"), "a living process")
        assert not stage.is_ready("probe")
        assert stage.make("early").status_code == 503
        time.sleep(0.3)
        assert serving.poll() is None
    until(lambda: stage.is_ready("probe"), "readiness")
    assert stage.make("early").status_code == 201
    stage.assert_exactly_once_in_order(1)
    until(lambda: stage.produce("select count(*) from audit where position is not null") == [(1,)], "the sealer")
    until(lambda: stage.produce(workers)[0][0] > known, "the job worker")
    assert [child.poll() for child in (serving, stage.listener)] == [None, None]


def test_sigterm_is_obeyed_while_the_database_is_away(stage: Stage) -> None:
    leaving = [stage.command("serve")]
    until(lambda: stage.is_ready("probe"), "the producer")
    with stage.database_away():
        leaving.append(stage.command("work"))
        time.sleep(0.5)  # it is looking for its database
        for child in leaving:
            child.signal(signal.SIGTERM)
        assert [child.ends(seconds=GRACE) for child in leaving] == [0, 0]
