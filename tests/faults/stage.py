"""Where the crash tests play: one cluster, two databases, and processes forked on demand."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests import cores
from tests.faults import listener
from tests.harness import COMMUNITY, TRUST
from tests.probe import database
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign
from wushe.postgres import Postgres, free_port
from wushe.provision import Addresses

REPOSITORY = Path(__file__).parents[2]
WORKER = Caller(subject="worker", client="test", role="worker", scope=COMMUNITY, request_id="test", issuer="gateway")
KIND = "cn.wushe.probe.thing.counted.v1"


def until(done: Callable[[], Any], what: str, *, seconds: float = 15) -> Any:
    """Wait for a condition and return its value."""
    deadline = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.02)
    return found


def headers(key: str) -> dict[str, str]:
    """A worker's request with a key of its own."""
    return {HEADER: sign(WORKER, issuer="gateway", audience="probe", trust=TRUST), "idempotency-key": key}


class Nursery:
    """The process all others are forked from."""

    def __init__(self, log: Path) -> None:
        command = [sys.executable, "-m", "tests.faults.probe"]
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
            )
        cores.roam(self._process.pid)

    def ask(self, request: dict[str, Any]) -> Any:
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Child:
    """One forked process."""

    def __init__(self, nursery: Nursery, config: dict[str, Any]) -> None:
        self._nursery = nursery
        self.pid: int = nursery.ask(config)
        self.code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.code is None:
            self.code = self._nursery.ask({"poll": self.pid})
        return self.code

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def ends(self, seconds: float = 15) -> int:
        until(lambda: self.poll() is not None, f"the end of {self.pid}", seconds=seconds)
        return self.code

    def is_stopped(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


class Stage:
    """Producer and listener databases, the listener process, and relays as the test wants them."""

    def __init__(self, postgres: Postgres, folder: Path, nursery: Nursery) -> None:
        self.postgres = postgres
        self.http = httpx.Client(trust_env=False, verify=False)  # plain http; a context costs 20 ms
        self.nursery = nursery
        self.producer = database.make(postgres.url())
        self.listening = listener.make_database(postgres.url())
        self.ports = {"probe": free_port(None), "listener": free_port(None)}
        self.journal = folder / "journal"
        self.children: list[Child] = []
        self._connections: dict[str, psycopg.Connection] = {}
        self.listener = self.service("listener")
        self.children.remove(self.listener)  # it serves every test

    def address(self, name: str) -> str:
        """Where the producer or the listener answers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def make(self, key: str = "") -> httpx.Response:
        """Ask the producer for a new thing."""
        body = {"name": "灯", "division": COMMUNITY}
        target = f"{self.address('probe')}/v1/things"
        return self.http.post(target, json=body, headers=headers(key or str(uuid7())), timeout=15)

    def command(self, role: str, *, patience: float = 1, **settings: Any) -> Child:
        """Start the producer as ``serve`` or ``work`` does, with its own relay, sealer and job worker."""
        known = {"database_url": self.producer.runtime, "port": self.ports["probe"]}
        peers = f"listener={self.address('listener')}"
        wanted = {"settings": {**known, "peers": peers, **settings}, "patience": patience}
        child = Child(self.nursery, {"role": role, **wanted})
        self.children.append(child)
        return child

    def service(self, name: str) -> Child:
        """Start the producer or the listener and wait until it answers."""
        url = (self.producer if name == "probe" else self.listening).runtime
        settings = {"database_url": url, "port": self.ports[name]}
        child = Child(
            self.nursery, {"role": "service", "name": name, "journal": str(self.journal), "settings": settings}
        )
        self.children.append(child)
        until(lambda: self.is_ready(name), f"{name} to answer")
        return child

    def is_ready(self, name: str) -> bool:
        """Whether the producer or the listener says it can serve."""
        return self.says(name, "ready")

    def says(self, name: str, health: str) -> bool:
        """Whether the producer or the listener answers that it is ``live`` or ``ready``."""
        with suppress(httpx.TransportError):
            return self.http.get(f"{self.address(name)}/health/{health}").is_success
        return False

    @contextmanager
    def locked(self, address: Addresses, table: str) -> Iterator[Callable[[], int]]:
        """Make every write to a table wait, and tell how many do."""
        with (
            psycopg.connect(address.owner) as owner,
            psycopg.connect(self.postgres.url(), autocommit=True) as admin,
        ):
            owner.execute(f"lock table {table} in exclusive mode")
            asked = "select count(*) from pg_locks where relation is not null and not granted"
            yield lambda: admin.execute(asked).fetchone()[0]

    def relay(self, *, lease: float = 0.5, **config: Any) -> Child:
        """Start a relay of the producer."""
        settings = {
            "database_url": self.producer.runtime,
            "peers": f"listener={self.address('listener')}",
            "lease_seconds": lease,
        }
        child = Child(self.nursery, {"role": "relay", "settings": settings, **config})
        self.children.append(child)
        return child

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """Stop the server both databases are on, and start it again."""
        self.postgres.stop()
        try:
            yield
        finally:
            self.postgres.start()

    def reset(self) -> None:
        """Empty both databases and the journal."""
        kit = ("idempotency", "audit", "event", "stream", "delivery", "inbox")
        for name, own in (("probe", "things"), ("listener", "applied")):
            with psycopg.connect(self.postgres.url(name), autocommit=True) as admin:
                deletions = "; ".join(f"delete from {table}" for table in (own, *kit))
                admin.execute(f"set session_replication_role = replica; {deletions}")  # even what is append-only
        self.journal.write_bytes(b"")

    def clear(self) -> None:
        """Kill what a test left running."""
        for child in self.children:
            with suppress(ProcessLookupError):
                if child.poll() is None:
                    child.signal(signal.SIGKILL)
                    child.ends()
        self.children.clear()

    def close(self) -> None:
        self.clear()
        self.nursery.close()
        self.http.close()
        for connection in self._connections.values():
            connection.close()

    def announce(self, aggregates: int, events: int) -> int:
        """Commit that many events of that many aggregates, as one producer's ``record()`` would."""
        names = [f"things/{uuid7()}" for _ in range(aggregates)]
        rows = [event_row(name, sequence) for sequence in range(1, events + 1) for name in names]
        owed = json.dumps({"idempotency": None, "audits": [], "events": rows})
        self.produce("select record(%s::jsonb)", owed)
        return len(rows)

    def produce(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement in the producer's database."""
        return self._run(self.producer.runtime, statement, values)

    def heard(self) -> int:
        """How many events the listener has applied."""
        return int(self._run(self.listening.runtime, "select count(*) from applied", ())[0][0])

    def _run(self, url: str, statement: str, values: tuple[Any, ...]) -> list[Any]:
        found = self._connection(url).execute(statement, values)
        return found.fetchall() if found.description else []

    def _connection(self, url: str) -> psycopg.Connection:
        """The one kept for that database, or a new one where a crash has ended it."""
        with suppress(KeyError, psycopg.OperationalError):
            self._connections[url].execute("select")
            return self._connections[url]
        self._connections[url] = psycopg.connect(url, autocommit=True)
        return self._connections[url]

    def await_heard(self, count: int, *, seconds: float = 15) -> None:
        """Wait until the listener has applied that many events."""
        until(lambda: self.heard() >= count, f"{count} events", seconds=seconds)

    def await_quiet(self, *, seconds: float = 15) -> None:
        """Wait until nothing is pending and no stream is armed or held."""
        asked = (
            "select not exists (select from delivery join stream on stream.id = stream_id"
            " where destination = 'listener' and state = 'pending')"
            " and not exists (select from stream where destination = 'listener'"
            " and (due_at is not null or lease is not null))"
        )
        until(lambda: self.produce(asked)[0][0], "an empty outbox", seconds=seconds)

    def deliveries(self) -> Counter[str]:
        """How often each event came to the listener's door and was acknowledged."""
        lines = [line.split() for line in self.journal.read_text().splitlines()]
        return Counter(event_id for event_id, status, _ in lines if status == "204")

    def assert_exactly_once_in_order(self, count: int) -> None:
        """The invariant: every committed event applied once, each aggregate's in its order."""
        self.await_quiet()
        rows = self._run(
            self.listening.runtime, "select source, event_id, aggregate, sequence from applied order by id", ()
        )
        assert len(rows) == count, f"lost or invented: {rows}"
        assert len({(source, event_id) for source, event_id, *_ in rows}) == count, "applied twice"
        seen: dict[str, list[int]] = {}
        for _, _, aggregate, sequence in rows:
            seen.setdefault(aggregate, []).append(sequence)
        assert all(order == list(range(1, len(order) + 1)) for order in seen.values()), "out of order"
        dead = self.produce("select count(*) from delivery where state = 'dead'")
        assert dead == [(0,)], "given up"


def event_row(aggregate: str, sequence: int, *destinations: str, source: str = "probe") -> dict[str, Any]:
    """An event as ``record()`` takes it; the probe's to the listener unless told otherwise."""
    ident, kind = str(uuid7()), KIND.replace("probe", source)
    body = {
        "specversion": "1.0",
        "id": ident,
        "source": f"/{source}",
        "type": kind,
        "subject": aggregate,
        "time": "2026-11-20T05:00:00Z",
        "datacontenttype": "application/json",
        "sequence": f"{sequence:010d}",
        "division": COMMUNITY,
        "public": False,
        "requestid": "计数",
        "data": {"thing_id": aggregate.removeprefix("things/"), "count": sequence},
    }
    return {
        "id": ident,
        "aggregate": aggregate,
        "sequence": sequence,
        "type": kind,
        "body": json.dumps(body, ensure_ascii=False),
        "destinations": list(destinations or ("listener",)),
    }
