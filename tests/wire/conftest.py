"""A real gateway before a real service, each the process an operator starts, and sockets to say anything to them."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests import cores
from tests.gateway.stage import NOWHERE
from wushe.postgres import free_port

HOME = Path(__file__).parents[2]
SECONDS = 0.5
"""What head and body may take to arrive here."""


class Answer:
    """One answer, and whether the connection was closed behind it."""

    def __init__(self, raw: bytes) -> None:
        head, _, rest = raw.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ")[1]) if head else 0
        lines = [line.partition(b": ") for line in head.lower().split(b"\r\n")[1:]]
        self.headers = {name.decode(): value.decode() for name, _, value in lines}
        length = int(self.headers.get("content-length", "0"))
        self.body, self.rest = rest[:length], rest[length:]
        self.whole = bool(head) and len(self.body) == length

    @property
    def code(self) -> str:
        """The code of a problem in the one shape."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        problem: dict[str, Any] = json.loads(self.body)
        assert problem["status"] == self.status
        return str(problem["code"])


class Process:
    """`wushe serve`, on a port of its choice, without a database."""

    def __init__(self, service: str, log: Path, **settings: str) -> None:
        self.service, self.log = service, log
        prefix = f"WUSHE_{service.upper()}_"
        wanted = {"PORT": "0", "DATABASE_URL": NOWHERE, "BACKGROUND": "false", "HEAD_TIMEOUT": str(SECONDS), **settings}
        environment = {**os.environ, **{f"{prefix}{name}": value for name, value in wanted.items()}}
        with log.open("wb") as said:
            command = [sys.executable, "-m", "wushe", "serve", service]
            self._process = subprocess.Popen(command, cwd=HOME, env=environment, stdout=said, stderr=said)
        cores.roam(self._process.pid)

    def ready(self) -> "Process":
        """Wait until it says where it listens."""
        found = until(lambda: re.search(rb'"port": (\d+)', self.log.read_bytes()), f"{self.service} listening")
        self.port = int(found[1])
        return self

    def connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def say(self, raw: bytes) -> Answer:
        """Send some bytes, and read until the connection is closed."""
        with self.connect() as made:
            with suppress(ConnectionError):
                made.sendall(raw)
            return Answer(read(made))

    def heard(self, mark: str) -> list[str]:
        """Method and path of every request it has answered up to one that is marked, and since the last one."""

        def found() -> list[str]:
            lines = [json.loads(line) for line in self.log.read_bytes().splitlines() if b'"request"' in line]
            said = [f"{line['method']} {line['path']}" for line in lines]
            return said if any(mark in each for each in said) else []

        said = until(found, f"{mark} at {self.service}")
        end = next(number for number, each in enumerate(said) if mark in each)
        begin = max((number for number, each in enumerate(said[:end]) if "mark" in each), default=-1)
        return said[begin + 1 : end]

    @property
    def pid(self) -> int:
        return self._process.pid

    def open_files(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())

    def forget_peak(self) -> None:
        """From now on the highest memory use is counted anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The highest resident size since, in bytes."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) * 1024

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(15)


def until(look: Callable[[], Any], what: str, *, seconds: float = 20) -> Any:
    """Wait for a condition and return its value."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.01)
    return found


def read(made: socket.socket) -> bytes:
    """Everything until the connection is closed, or reset because we are still sending."""
    parts = []
    with suppress(ConnectionResetError):
        while part := made.recv(65_536):
            parts.append(part)
    return b"".join(parts)


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Process]]:
    """The two, started at once."""
    folder, port = tmp_path_factory.mktemp("wire"), str(free_port(None))
    peers = {"PEERS": f"needs=http://127.0.0.1:{port}", "DEADLINE": str(SECONDS)}
    found = {
        "needs": Process("needs", folder / "needs.log", PORT=port),
        "gateway": Process("gateway", folder / "gateway.log", **peers),
    }
    for process in found.values():
        process.ready()
    yield found
    for process in found.values():
        process.stop()


@pytest.fixture
def needs(both: dict[str, Process]) -> Process:
    """The service."""
    return both["needs"]


@pytest.fixture
def gateway(both: dict[str, Process]) -> Process:
    """The gateway before it."""
    return both["gateway"]


@pytest.fixture(params=["gateway", "needs"])
def process(request: pytest.FixtureRequest, both: dict[str, Process]) -> Process:
    """Each of the two."""
    return both[request.param]
