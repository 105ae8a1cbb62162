"""The system of compose.yaml, started as written against a PostgreSQL from Debian; then the demo, played on it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.system.compose import ROOT, processes
from tests.system.rehearsal import Machine
from wushe.settings import PORTS

pytestmark = pytest.mark.debian
STREET = "350502001000"
NEED = {
    "statement": "3 号楼门前的路灯坏了两周，晚上老人下楼看不清台阶",
    "division": "350502001001",
    "channel": "mini_program",
    "input": "typed",
    "consent_version": "2026-1",
}
RESIDENT = {"division": "350502001001", "age_band": "60-79", "synthetic": True}


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """One machine for both plays: the second `up` finds the databases of the first."""
    with tempfile.TemporaryDirectory(prefix="wushe-rehearsal-") as folder:
        Path(folder).chmod(0o755)
        made = Machine(Path(folder))
        made.build()
        yield made


class Visitor:
    """Somebody outside, who knows the published address only."""

    def __init__(self, http: httpx.Client, token: str = "") -> None:
        self._http, self.token = http, token

    def sign_in(self, client: dict[str, str]) -> "Visitor":
        wish = {"grant_type": "client_credentials", **{key: client[key] for key in ("client_id", "client_secret")}}
        answer = self._http.post("/v1/oauth/token", data=wish)
        assert answer.status_code == 200, answer.text
        return Visitor(self._http, answer.json()["access_token"])

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"idempotency-key": str(uuid4())} if method == "POST" else {}
        headers |= {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self._http.request(method, path, json=body, headers=headers)


def until(look: Any, what: str, seconds: float = 20) -> Any:
    """Look again until there is something to see."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds} s for: {what}"
        time.sleep(0.1)
    return found


def test_it_starts_serves_and_stops_exactly_as_written(machine: Machine) -> None:
    url = machine.address("gateway", "8000")
    with machine.up(), httpx.Client(base_url=url, trust_env=False, timeout=20) as http:
        visitor = Visitor(http)
        assert (visitor.ask("GET", "/v1/me").status_code, visitor.ask("GET", "/health/ready").text) == (401, "ok")
        assert visitor.ask("POST", "/v1/auth/development", {"role": "operator", "scope": STREET}).status_code == 404
        made = json.loads(machine.run("gateway", "client", "首个管理员", "operator@000000000000"))
        operator = visitor.sign_in(made)
        assert operator.ask("GET", "/v1/me").json()["role"] == "operator"
        grants = [{"role": "integration", "scope": STREET}]
        agency = visitor.sign_in(operator.ask("POST", "/v1/clients", {"name": "平台", "grants": grants}).json())
        for path in ("/v1/projects", "/v1/resources", "/v1/evaluations"):
            assert agency.ask("GET", path).status_code == 200, path
        resident = agency.ask("POST", "/v1/residents", RESIDENT).json()["id"]
        submitted = agency.ask("POST", "/v1/needs", NEED | {"resident_id": resident})
        assert submitted.status_code == 201, submitted.text
        heard = until(lambda: operator.ask("GET", "/v1/events").json()["items"], "the event in the feed")
        assert submitted.json()["id"] in json.dumps(heard)
        figures = httpx.get(f"{machine.address('needs-work', '9000')}/metrics", trust_env=False).text
        assert "wushe_outbox_dead" in figures
        assert len(visitor.ask("GET", "/openapi.json").json()["paths"]) > 100
        for service in PORTS:
            assert "完整" in machine.run(f"{service}-work", "audit", "verify", service)
    assert machine.written() == set()


def test_the_demo_plays_on_it(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    """One difference from what is written: the development profile, for the demo needs its login and sandbox clock."""
    with machine.up(WUSHE_PROFILE="development"):
        url, folder = machine.address("gateway", "8000"), machine.folder / "demo"
        command = [sys.executable, "-m", "wushe", "demo", f"--url={url}", f"--folder={folder}"]
        played = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "TERM": "dumb"}, text=True, capture_output=True, check=False
        )
        assert played.returncode == 0, played.stdout + played.stderr
        memory = {name: f"{machine.containers[name].memory()} MiB" for name in processes(machine.document)}
        with capfd.disabled():
            print(f"\n{played.stdout.splitlines()[-1]}\n{memory}")  # noqa: T201 -- what a rehearsal is for
        assert "全部 32 步到达" in played.stdout
        assert (folder / "lifecycle.json").stat().st_size > 10_000
    assert machine.written() == set()
