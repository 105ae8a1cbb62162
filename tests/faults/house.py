"""The ten processes of a production house, started one by one as an operator would, on a cluster of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests import cores
from tests.faults.stage import REPOSITORY, until
from wushe import migrate
from wushe.postgres import Postgres, free_port
from wushe.provision import addresses, provision
from wushe.settings import PORTS

QUICK = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}
OWNED = {name: (name, "ballots") if name == "evaluation" else (name,) for name in PORTS}


class House:
    """Where everybody lives; who is started is up to the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        port = free_port(None)
        self.postgres = Postgres(folder / "pg", port=port, settings=QUICK)
        self._cluster = f"postgresql://127.0.0.1:{port}/postgres"  # known before it runs
        self.ports = {name: free_port(None) for name in PORTS}
        self.running: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self.http = httpx.Client(trust_env=False, verify=False, timeout=10)

    def url(self, name: str) -> str:
        """Where a service answers."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def provision(self) -> None:
        """Roles and empty databases."""
        for database in migrate.DATABASES:
            provision(self.postgres.url(), database, password="test")

    def migrate(self) -> None:
        """The schema each service was written for."""
        for database in migrate.DATABASES:
            owner = addresses(self._cluster, database, password="test").owner
            migrate.upgrade(database, owner, runtime_role=f"wushe_{database}")

    def start(self, kind: str, name: str, **settings: str) -> subprocess.Popen[bytes]:
        """Start ``serve`` or ``work`` of one service."""
        peers = ",".join(f"{other}={self.url(other)}" for other in PORTS if other != name)
        own = {"PORT": str(self.ports[name]), "PEERS": peers, "BACKGROUND": "false", **settings}
        runtime = {each: addresses(self._cluster, each, password="test").runtime for each in OWNED[name]}
        own |= {"DATABASE_URL": runtime[name]}
        own |= {"BALLOTS_DATABASE_URL": runtime["ballots"]} if "ballots" in runtime else {}
        environment = {**os.environ, **{f"WUSHE_{name.upper()}_{field}": value for field, value in own.items()}}
        with (self.folder / f"{kind}-{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "wushe", kind, name],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        cores.roam(process.pid)
        self.running[kind, name] = process
        return process

    def ready(self, name: str) -> str:
        """What a service says of its readiness; empty when it does not answer at all."""
        with suppress(httpx.TransportError):
            return self.http.get(f"{self.url(name)}/health/ready").text
        return ""

    def await_ready(self, *names: str, seconds: float = 60) -> None:
        """Wait until all of them are ready."""
        for name in names or PORTS:
            until(lambda name=name: self.ready(name) == "ok", f"{name} to be ready", seconds=seconds)

    def end(self, *which: tuple[str, str], seconds: float = 30) -> list[int]:
        """SIGTERM to processes, all at once; their exit codes."""
        for each in which:
            self.running[each].send_signal(signal.SIGTERM)
        return [self.running.pop(each).wait(seconds) for each in which]

    def ask(self, database: str, statement: str, *values: Any) -> list[Any]:
        """Rows as the administrator sees them."""
        with psycopg.connect(self.postgres.url(database), autocommit=True) as admin:
            found = admin.execute(statement, values)
            return found.fetchall() if found.description else []

    def faults(self, name: str) -> list[str]:
        """What a service that serves has logged as an error."""
        lines = (self.folder / f"serve-{name}.log").read_text().splitlines()
        return [line[-1500:] for line in lines if '"level": "error"' in line]

    def close(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
        self.postgres.stop()
        self.http.close()


@contextmanager
def house(folder: Path) -> Iterator[House]:
    made = House(folder)
    try:
        yield made
    finally:
        made.close()
