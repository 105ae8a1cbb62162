"""All ten processes in any order, long before their databases: they wait, say for what, and start by themselves."""

import json
import os
import random
import time
from collections.abc import Callable

import pytest

from tests.faults.house import House
from tests.faults.stage import event_row, until
from wushe.db import uuid7
from wushe.settings import PORTS

LATE_SECONDS = 60


def announce(house: House, name: str, listener: str, *, count: int = 1) -> None:
    """Events of one service for another that only a relay can bring there."""
    rows = [event_row(f"things/{uuid7()}", 1, listener, source=name) for _ in range(count)]
    house.ask(name, "select record(%s::jsonb)", json.dumps({"idempotency": None, "audits": [], "events": rows}))


def reasons(house: House) -> set[str]:
    said = {name: house.ready(name) for name in PORTS}
    return {
        text.replace(f"database {name}", "its database").replace("database ballots", "its database")
        for name, text in said.items()
    }


@pytest.mark.long
def test_ten_processes_in_random_order_a_minute_before_their_databases(
    house: House, tell: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("WUSHE_TEST_SEED") or random.SystemRandom().randrange(10**6))
    order = [(kind, name) for kind in ("serve", "work") for name in PORTS]
    random.Random(seed).shuffle(order)
    tell(f"WUSHE_TEST_SEED={seed}: {' '.join(f'{kind}:{name}' for kind, name in order)}")
    for kind, name in order:
        house.start(kind, name)
        time.sleep(random.Random(seed).random())
    until(lambda: all(house.ready(name) for name in PORTS), "five processes to answer", seconds=60)
    began = time.monotonic()
    while time.monotonic() - began < LATE_SECONDS:
        assert reasons(house) == {"its database does not answer"}
        time.sleep(1)
    house.postgres.start()
    assert reasons(house) == {"its database does not answer"}, "no roles yet"
    house.provision()
    until(lambda: reasons(house) == {"its database is not migrated"}, "them to see empty databases")
    began = time.monotonic()
    house.migrate()
    house.await_ready()
    tell(f"ready {time.monotonic() - began:.1f} s after the migrations began")
    for name in PORTS:
        announce(house, name, "needs" if name != "needs" else "gateway")
    owed = "select count(*) from delivery where state <> 'done'"
    workers = "select count(*) > 0 from procrastinate_workers where last_heartbeat > now() - interval '15 seconds'"
    for name in PORTS:
        until(lambda name=name: house.ask(name, owed) == [(0,)], f"the relay of {name}", seconds=30)
        until(lambda name=name: house.ask(name, workers) == [(True,)], f"the job worker of {name}", seconds=30)
    tell(f"every relay and job worker at work {time.monotonic() - began:.1f} s after the migrations began")
    assert [process.poll() for process in house.running.values()] == [None] * 10
    assert house.end(*house.running) == [0] * 10
