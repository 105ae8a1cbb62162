"""compose.yaml played on this machine: its commands, environment and order as processes instead of containers.

One translation stands between the two: names of services become 127.0.0.1, their ports free ones, ``/run/secrets`` and
``/tmp`` folders, ``python`` this interpreter, ``postgres`` Debian's. Of the hardening only the user is played, by root.
"""

import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.system import compose
from tests.system.compose import ROOT, Document
from wushe.commands import keys

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
QUIET = range(20_000, 32_000)
"""Ports no outgoing connection is given."""
PATIENCE = 90


def debian() -> Path:
    """The programs of the newest PostgreSQL server from Debian."""
    assert SERVERS, "no PostgreSQL server from Debian here; run: make rehearsal"
    return SERVERS[-1]


class Machine:
    """What Docker would be: an image, a network, secrets, and the containers of one compose.yaml."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.image = folder, folder / "image"
        self.document = compose.read()
        self.containers: dict[str, Container] = {}
        self._ports: dict[tuple[str, str], int] = {}
        keys.write(folder / "secrets", "postgres:5432")

    def build(self) -> None:
        """The files of the image, as the Dockerfile copies and compiles them."""
        for word, rest in compose.instructions():
            if word == "COPY" and not rest.startswith(("--from", "requirements/")):
                source, target = rest.split()
                shutil.copytree(ROOT / source, self.image / target, ignore=shutil.ignore_patterns("__pycache__"))
        compilation = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "."]
        subprocess.run(compilation, cwd=self.image, check=True)
        self._built = set(self.image.rglob("*"))

    def written(self) -> set[Path]:
        """What somebody wrote into the image, or left beside its own folders."""
        return set(self.image.rglob("*")) ^ self._built

    def port(self, name: str, number: str) -> int:
        """The port here that stands for one of a container."""
        if (name, number) not in self._ports:
            self._ports[name, number] = unused()
        return self._ports[name, number]

    def address(self, name: str, number: str) -> str:
        """Where a container's port is found here."""
        return f"http://127.0.0.1:{self.port(name, number)}"

    def translate(self, name: str, text: str) -> str:
        """One word of a service's definition, or the content of one of its secrets, as it must be said here."""
        known = {str(value) for each in self.document["services"].values() for value in _ports_of(each)}
        hosts = "|".join(sorted(self.document["services"], key=len, reverse=True))
        text = text.replace("/run/secrets", str(self.folder / name / "secrets")).replace("0.0.0.0", "127.0.0.1")
        host = rf"(?<=[/@])({hosts}):(\d+)(?=[/,]|$)"  # not the account postgres before a password of digits
        text = re.sub(host, lambda at: f"127.0.0.1:{self.port(at[1], at[2])}", text)
        return re.sub(r"(^|=)(\d+)$", lambda at: f"{at[1]}{self.port(name, at[2])}" if at[2] in known else at[0], text)

    @contextmanager
    def up(self, **changed: str) -> Iterator["Machine"]:
        """Everything started in the order of compose.yaml, then stopped in the opposite one; changes are announced."""
        self.document = compose.read()
        for each in self.document["services"].values():
            each["environment"] = {**each.get("environment", {}), **changed}
        kinds = {name: Server if name == "postgres" else Container for name in self.document["services"]}
        self.containers = {name: kind(self, name) for name, kind in kinds.items()}
        try:
            self._start()
            yield self
            self._stop()
        finally:
            for each in self.containers.values():
                each.kill()

    def _start(self) -> None:
        waiting, deadline = dict(self.containers), time.monotonic() + PATIENCE
        while waiting or not all(each.is_settled() for each in self.containers.values()):
            for name, each in list(waiting.items()):
                if all(self._holds(*condition) for condition in each.conditions()):
                    waiting.pop(name).start()
            failed = any(each.has_failed() for each in self.containers.values())
            assert not failed and time.monotonic() < deadline, self.troubles()
            time.sleep(0.1)

    def _holds(self, name: str, condition: str) -> bool:
        each = self.containers[name]
        return each.has_completed() if condition == "service_completed_successfully" else each.is_healthy()

    def troubles(self) -> dict[str, str]:
        """What those that are not well said last."""
        return {name: each.last_words() for name, each in self.containers.items() if not each.is_settled()}

    def _stop(self) -> None:
        """SIGTERM to one after the other, the last started first; each ends in its time, with 0."""
        started = sorted((each for each in self.containers.values() if each.process), key=lambda each: each.began)
        codes = {each.name: each.stop() for each in reversed(started)}
        assert set(codes.values()) == {0}, codes

    def run(self, name: str, *words: str) -> str:
        """What a command says that is run inside a service's container, as `docker compose exec` does."""
        each = self.containers[name]
        return subprocess.run(
            [*each.entrypoint, *words], check=True, text=True, capture_output=True, **each.manner
        ).stdout


def _ports_of(service: Document) -> list[Any]:
    given = [value for key, value in service.get("environment", {}).items() if key.endswith("_PORT")]
    return given or ["5432"]


def unused() -> int:
    """A port nobody listens on and no outgoing connection takes."""
    while True:
        port = random.choice(QUIET)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Container:
    """One service as a process."""

    entrypoint: tuple[str, ...] = (sys.executable, "-m", "wushe")

    def __init__(self, machine: Machine, name: str) -> None:
        self.machine, self.name, self.service = machine, name, machine.document["services"][name]
        self.home = machine.folder / name
        self.process: subprocess.Popen[bytes] | None = None
        self.began = 0.0
        self._was_healthy = False
        self._account = account(self.service["user"])
        self._show_secrets()
        self.manner: dict[str, Any] = {"cwd": machine.image, "env": self.environment(), **self._account}

    def _show_secrets(self) -> None:
        for folder in (self.home / "secrets", self.home / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.home / "tmp").chmod(0o1777)
        for secret in self.service["secrets"]:
            content = (self.machine.folder / "secrets" / secret).read_bytes()
            if secret.endswith("_url"):
                content = self.machine.translate(self.name, content.decode()).encode()
            (self.home / "secrets" / secret).write_bytes(content)

    def environment(self) -> dict[str, str]:
        """The image's environment, the service's, and where its folders are here; nothing is inherited."""
        image = dict(word.split("=", 1) for word in shlex.split(dict(compose.instructions())["ENV"]))
        given = {
            key: self.machine.translate(self.name, str(value)) for key, value in self.service["environment"].items()
        }
        here = {"TMPDIR": str(self.home / "tmp"), "WUSHE_SECRETS_DIR": str(self.home / "secrets")}
        return {**image, **given, **here}

    def conditions(self) -> list[tuple[str, str]]:
        """What has to hold before it starts."""
        return [(name, each["condition"]) for name, each in self.service.get("depends_on", {}).items()]

    def command(self) -> list[str]:
        """Its command, translated."""
        return [*self.entrypoint, *(self.machine.translate(self.name, word) for word in self.service["command"])]

    def start(self) -> None:
        """Start it, and remember when."""
        self.began = time.monotonic()
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self.manner
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def has_completed(self) -> bool:
        return self.process is not None and self.process.poll() == 0

    def has_failed(self) -> bool:
        return self.process is not None and self.process.poll() not in {None, 0}

    def is_healthy(self) -> bool:
        """What its health check says, once it has said yes not asked again."""
        if not self._was_healthy and self.is_running():
            self._was_healthy = (
                subprocess.run(self._check(), check=False, capture_output=True, **self.manner).returncode == 0
            )
        return self._was_healthy and self.is_running()

    def _check(self) -> list[str]:
        test = [self.machine.translate(self.name, word) for word in self.service["healthcheck"]["test"][1:]]
        return [str(self.program(test[0])), *test[1:]]

    def program(self, name: str) -> Path:
        """Where a program of the image is here."""
        assert name == "python"
        return Path(sys.executable)

    def is_settled(self) -> bool:
        """Whether it is what it has to be: healthy, or done."""
        return self.is_healthy() if "healthcheck" in self.service else self.has_completed()

    def stop(self) -> int:
        """Ask it to end, and answer its exit code; later than its grace period is a failure."""
        assert self.process is not None
        if self.is_running():
            self.process.send_signal(getattr(signal, self.service.get("stop_signal", "SIGTERM")))
        return self.process.wait(int(self.service["stop_grace_period"].removesuffix("s")))

    def kill(self) -> None:
        """End whatever is left of it."""
        if self.is_running():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        log = self.home / "log"
        return log.read_text(errors="replace")[-600:] if log.exists() else "not started"

    def memory(self) -> int:
        """Its resident memory in MiB, that of its children included."""
        assert self.process is not None
        family = [self.process.pid, *_children(self.process.pid)]
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in family)
        return pages * os.sysconf("SC_PAGESIZE") // 2**20


class Server(Container):
    """The postgres image: its entrypoint makes a cluster, then becomes the command."""

    entrypoint = ()

    def program(self, name: str) -> Path:
        return debian() / name

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "LC_ALL": "C.UTF-8"}

    def command(self) -> list[str]:
        name, *words = super().command()
        here = {"port": self.machine.port(self.name, "5432"), "unix_socket_directories": self.home / "tmp"}
        settings = [word for key, value in here.items() for word in ("-c", f"{key}={value}")]
        return [str(self.program(name)), *words, "-D", str(self.home / "data"), *settings]

    def start(self) -> None:
        given, data = self.environment(), self.home / "data"
        if not data.exists():
            data.mkdir(mode=0o700)
            if self._account:
                os.chown(data, self._account["user"], self._account["group"])
            access = ["--username=postgres", f"--pwfile={given['POSTGRES_PASSWORD_FILE']}", "--auth=scram-sha-256"]
            words = [self.program("initdb"), "-D", data, *access, *shlex.split(given["POSTGRES_INITDB_ARGS"])]
            subprocess.run(words, check=True, capture_output=True, **self.manner)
        super().start()


def account(user: str) -> Mapping[str, Any]:
    """Whom root starts a process as; anybody else, or who cannot reach this interpreter, stays who they are."""
    if os.geteuid() != 0:
        return {}
    if user == "postgres":
        import pwd  # noqa: PLC0415 -- only where there are accounts

        found = pwd.getpwnam(user)
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    uid, gid = map(int, user.split(":"))
    become = {"user": uid, "group": gid, "extra_groups": []}
    try:
        subprocess.run([sys.executable, "-c", "import fastapi"], check=True, capture_output=True, **become)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return become


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, found) for each in (child, *_children(child))]
