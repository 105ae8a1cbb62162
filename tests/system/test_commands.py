"""The commands as a person at a terminal meets them: real processes, real signals."""

import base64
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from tests import cores
from tests.documents import walks
from wushe.cli import app, main
from wushe.commands import serve
from wushe.commands.faults import CommandRefused
from wushe.commands.stack import reachable_folder, refuse_second, running, variable, write_private
from wushe.settings import PORTS

HOME = Path(__file__).parent.parent.parent
ANY_PORT = {f"WUSHE_{service.upper()}_PORT": "0" for service in PORTS}


class Up:
    """One `up` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "wushe", "up", "--no-sample", f"--folder={folder}"]
        self.folder, self.said, self.urls = folder, "", dict[str, str]()
        self.process = subprocess.Popen(
            command,
            cwd=HOME,
            env={**os.environ, **ANY_PORT},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        cores.roam(self.process.pid)

    def ready(self) -> dict[str, str]:
        """The addresses, once it has said everything."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if "Ctrl-C" in line:
                break
        found: dict[str, str] = running(self.folder).get("services", {})
        return found

    def family(self) -> dict[int, str]:
        """Every process that descends from it, with what it is called."""
        parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
        found, before = {self.process.pid}, 0
        while len(found) > before:
            before = len(found)
            found |= {pid for pid, parent in parents.items() if parent in found}
        return {pid: _called(pid) for pid in found}

    def pids_of(self, service: str) -> list[int]:
        """The process of one service, if it runs."""
        return [pid for pid, name in self.family().items() if name == f"wushe-{service}"[:15]]

    def is_complete(self) -> bool:
        """Whether every service has its process."""
        return all(self.pids_of(service) for service in PORTS)

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()


def _called(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _parent(path: Path) -> int:
    with contextlib.suppress(OSError):
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if _state(pid) not in {"", "Z"}}


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _within(seconds: float, look: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wushe-up-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture(scope="module")
def up(folder: Path) -> Iterator[Up]:
    """One system for the tests that only use it; the last of them ends it."""
    made = Up(folder)
    made.urls = made.ready()
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGTERM)


def test_the_first_calls_are_answered_as_shown(up: Up, monkeypatch: pytest.MonkeyPatch) -> None:
    walks.load_a_little(up.urls["gateway"])
    monkeypatch.setattr("wushe.commands.tokens.running", lambda _: {"services": up.urls})
    assert list(walks.first_calls(up.urls["gateway"])) == []


@pytest.mark.long
def test_the_whole_guide_is_answered_as_shown(up: Up) -> None:
    walks.load_a_little(up.urls["gateway"])
    assert list(walks.walked(up.urls["gateway"])) == []


def test_up_shows_the_way_mends_itself_and_leaves_nothing_after_sigterm(
    up: Up, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = up.urls
    assert "resident@350502001001" in up.said, up.said
    assert urls["gateway"] in up.said
    assert all(_get(f"{url}/health/ready").status_code == 200 for url in urls.values())
    token = re.findall(r"eyJ[\w.-]+", up.said)[0]
    me = _get(f"{urls['gateway']}/v1/me", authorization=f"Bearer {token}")
    assert me.json()["role"] == "resident"
    assert {(folder / name).stat().st_mode & 0o777 for name in ("passwords.json", "run.json")} == {0o600}

    before = up.pids_of("projects")
    os.kill(before[0], signal.SIGKILL)
    _refuses_a_taken_port(folder, urls["needs"].rpartition(":")[2], capsys)
    alive = _get(f"{urls['projects']}/health/live")
    assert alive.text == "ok"  # asked while nobody listened: the socket waited for the next process
    assert up.pids_of("projects") != before

    family = set(up.family())
    assert len(family) > 10
    up.end(signal.SIGTERM)
    assert up.process.returncode == 0
    assert _within(3, lambda: not _alive(family)), _alive(family)
    assert not (folder / "run.json").exists()


def _get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, timeout=20, verify=False)  # plain http; the certificates cost 20 ms


def _refuses_a_taken_port(folder: Path, taken: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, port in {**ANY_PORT, "WUSHE_NEEDS_PORT": taken}.items():
            patch.setenv(name, port)
        patch.setattr(sys, "argv", ["wushe", "up", "--no-sample", f"--folder={folder / 'second'}"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert ended.value.code == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1 and f"端口 {taken} 不可用" in said[0]
    with pytest.raises(CommandRefused, match="is running there"):
        refuse_second(folder)


def test_an_up_killed_while_it_starts_takes_everything_with_it(folder: Path) -> None:
    up = Up(folder)
    assert _within(20, up.is_complete)
    family = set(up.family())
    up.end(signal.SIGKILL)
    assert _within(3, lambda: not _alive(family)), _alive(family)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["token", "resident"], "ROLE@DIVISION"),
        (["token", "resident@350502001001", "--person", "0198f0c2"], "nobody|does not answer"),
        (["token", "resident@350502001001", "--org", "x"], "must be a UUID"),
        (["serve", "nothing"], "there is no service nothing"),
        (["work", "needs"], "WUSHE_NEEDS_DATABASE_URL"),
        (["outbox", "status", "needs"], "WUSHE_NEEDS_DATABASE_URL"),
        (["outbox", "replay", "needs", "--since", "yesterday"], "offset"),
        (["outbox", "replay", "needs", "--delivery", "x"], "number"),
        (["audit", "verify", "nothing"], "there is no service nothing"),
        (["db", "revise", "nothing", "slug"], "there is no database nothing"),
    ],
)
def test_what_a_person_can_put_right_is_one_sentence(
    command: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "MIGRATION_URL"):
        monkeypatch.delenv(variable("needs", name), raising=False)
    monkeypatch.setattr("wushe.commands.operate.running", dict)
    monkeypatch.setattr("wushe.commands.tokens.running", lambda _: {"services": {"needs": "http://127.0.0.1:1"}})
    result = CliRunner().invoke(app, command)
    assert isinstance(result.exception, CommandRefused)
    assert re.search(sentence, str(result.exception))
    assert "\n" not in str(result.exception)


def test_a_production_profile_gets_neither_up_nor_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUSHE_PROFILE", "production")
    for command in (["up"], ["token", "resident@350502001001"]):
        assert isinstance(CliRunner().invoke(app, command).exception, CommandRefused)


def test_a_token_names_role_division_and_person() -> None:
    person = "0198f0c2-0000-7000-8000-000000000001"
    result = CliRunner().invoke(app, ["token", "committee@350502001001", "--person", person])
    claims = json.loads(_decoded(result.output.strip().split(".")[1]))
    assert claims["pid"] == person
    assert claims["grants"][0][:2] == ["committee", "350502001001"]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_free_port_is_printed_and_an_unusable_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CommandRefused, match="WUSHE_NEEDS_PORT"):
            serve.bind("needs", taken.getsockname()[1])
    monkeypatch.setenv("WUSHE_NEEDS_PORT", "many")
    with pytest.raises(CommandRefused, match="0 to 65535"):
        serve.wanted_port("needs")


def test_private_files_are_private_and_stale_run_files_mean_nothing(tmp_path: Path) -> None:
    write_private(tmp_path / "run.json", json.dumps({"pid": 2**22 + 1}))
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
    assert running(tmp_path) == {}
    write_private(tmp_path / "run.json", json.dumps({"pid": 1}))
    assert running(tmp_path) == {}  # alive, but not ours


def test_a_closed_folder_gets_a_twin_the_database_can_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wushe.commands.stack.FOREIGN", tmp_path / "twins")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert reachable_folder(closed / "postgres").parent == tmp_path / "twins"
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert reachable_folder(closed / "postgres") == closed / "postgres"
