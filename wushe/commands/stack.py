"""Everything on one machine: PostgreSQL, six databases and five processes, in one folder."""

import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import httpx

from wushe.commands.children import HOME, Child, Children, load_ahead
from wushe.commands.faults import CommandRefused
from wushe.commands.serve import bind, wanted_port
from wushe.postgres import Postgres
from wushe.provision import Addresses, addresses, is_ready, provision
from wushe.settings import PORTS

Stage = Callable[[str], AbstractContextManager[Any]]
Ports = Callable[[str], int]
DATABASES = ("needs", "projects", "resources", "evaluation", "ballots", "gateway")
READY_WITHIN = 60.0
FOREIGN = Path("/var/lib/wushe")  # where data go whose folder the database account cannot enter


def variable(database: str, kind: str) -> str:
    """The name of a setting of one database; `ballots` belongs to the evaluation process."""
    owner = "EVALUATION_BALLOTS" if database == "ballots" else database.upper()
    return f"WUSHE_{owner}_{kind}"


class Stack:
    """Started as a whole, stopped as a whole, whatever happens in between."""

    def __init__(
        self,
        folder: Path,
        *,
        stage: Stage = lambda _: nullcontext(),
        tell: Callable[[str], None] = lambda _: None,
        port: Ports = wanted_port,
        settings: Mapping[str, str] = {},
    ) -> None:
        self.folder, self._stage, self._tell, self._port = folder.resolve(), stage, tell, port
        self._postgres = Postgres(reachable_folder(self.folder / "postgres"), settings=settings)
        self._given = {each for each in DATABASES if os.environ.get(variable(each, "DATABASE_URL"))}
        self.addresses: dict[str, Addresses] = {}
        self.children = Children(tell)
        self._stopping = False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, service: str = "gateway") -> str:
        """The address of one process."""
        child = next(each for each in self.children.all if each.service == service)
        host, port = child.sock.getsockname()[:2]
        return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 -- compared, not bound

    def start(self) -> None:
        """PostgreSQL, databases, migrations, processes; returns when all five are ready."""
        refuse_second(self.folder)
        self._make_folder()
        self._take_ports()
        load_ahead()
        passwords = self._open_server()
        self._write_run_file()
        # The processes load while the databases are made, and wait at the gate until they are.
        gate, opener = Pipe(duplex=False)
        try:
            self._launch(gate)
            with self._stage("六个数据库及其迁移 · six databases, migrated"):
                self._migrate(passwords)
        finally:
            opener.close()
            gate.close()
        with self._stage("五个进程 · five processes"):
            self._await_ready()

    def stop(self) -> None:
        """End the processes first, PostgreSQL last; stopping twice is fine."""
        self.children.stop()
        self._postgres.stop()
        if running(self.folder).get("pid") == os.getpid():
            (self.folder / "run.json").unlink()

    def watch(self) -> None:
        """Keep what died running: one look at PostgreSQL and every process."""
        if self._given != set(DATABASES) and not self._postgres.is_alive():
            self._tell("数据库意外退出，正在重启 · PostgreSQL ended, restarting it")
            self._postgres.stop()
            self._postgres.start()
        self.children.watch()

    def _make_folder(self) -> None:
        try:
            (self.folder / "log").mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise CommandRefused(
                f"无法使用 {self.folder}", f"cannot keep data in {self.folder} ({fault.strerror})"
            ) from fault

    def _take_ports(self) -> None:
        sockets = {}
        try:
            for service in PORTS:
                sockets[service] = bind(service, self._port(service))
        except CommandRefused:
            for sock in sockets.values():
                sock.close()
            raise
        self.children.all = [
            Child(service, sock, {}, self.folder / "log" / f"{service}.log") for service, sock in sockets.items()
        ]

    def _open_server(self) -> dict[str, str]:
        """Start PostgreSQL where a database has no address of its own; answers the passwords kept here."""
        passwords = self._passwords()
        if self._given != set(DATABASES):
            with self._stage("数据库 PostgreSQL · the database server"):
                self._postgres.start()
        self.addresses = {database: self._address(database, passwords[database]) for database in DATABASES}
        return passwords

    def _address(self, database: str, password: str) -> Addresses:
        if database not in self._given:
            return addresses(self._postgres.url(), database, password=password)
        runtime = os.environ[variable(database, "DATABASE_URL")]
        owner = os.environ.get(variable(database, "MIGRATION_URL"))
        if not owner:
            name = variable(database, "MIGRATION_URL")
            raise CommandRefused(f"缺少 {name}", f"{name} must name the owner of the {database} database")
        return Addresses(runtime=runtime, owner=owner)

    def _migrate(self, passwords: dict[str, str]) -> None:
        """Make what is missing; Alembic, half a second, is loaded only where there is something to do."""
        for database, address in self.addresses.items():
            if is_ready(database, address.runtime):
                continue
            if database not in self._given:
                provision(self._postgres.url(), database, password=passwords[database])
            role = httpx.URL(address.runtime).username
            import_module("wushe.migrate").upgrade(database, address.owner, runtime_role=role)

    def _passwords(self) -> dict[str, str]:
        path = self.folder / "passwords.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if missing := set(DATABASES) - set(known):
            known |= {each: secrets.token_urlsafe(24) for each in missing}
            write_private(path, json.dumps(known))
        return known

    def _write_run_file(self) -> None:
        running = {
            "pid": os.getpid(),
            "services": {service: self.url(service) for service in PORTS},
            "databases": {name: {"runtime": at.runtime, "owner": at.owner} for name, at in self.addresses.items()},
        }
        write_private(self.folder / "run.json", json.dumps(running, indent=1))

    def _launch(self, gate: Connection) -> None:
        for child in self.children.all:
            child.environment = {**os.environ, **self._environment(child.service)}
            child.start(gate=gate)

    def _environment(self, service: str) -> dict[str, str]:
        owned = [service, "ballots"] if service == "evaluation" else [service]
        found = {variable(each, "DATABASE_URL"): self.addresses[each].runtime for each in owned}
        peers = f"WUSHE_{service.upper()}_PEERS"
        others = ",".join(f"{name}={self.url(name)}" for name in PORTS if name != service)
        files = "WUSHE_GATEWAY_FILES_URL"  # what people hand in lies beside the database it belongs to
        found |= {files: os.environ.get(files) or (self.folder / "files").as_uri()} if service == "gateway" else {}
        return found | {peers: os.environ.get(peers) or others, f"WUSHE_{service.upper()}_PORT": "0"}

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        with httpx.Client(timeout=2, trust_env=False) as client:
            waiting = [child.service for child in self.children.all]
            while waiting:
                self._refuse_early_end()
                waiting = [service for service in waiting if not _is_ready(client, self.url(service))]
                if waiting and time.monotonic() > deadline:
                    raise CommandRefused(f"{waiting[0]} 未能就绪", f"{waiting[0]} did not become ready in a minute")
                time.sleep(0.05 if waiting else 0)

    def _refuse_early_end(self) -> None:
        for child in self.children.all:
            if child.has_ended():
                raise CommandRefused(f"{child.service} 启动失败", f"{child.last_words()} (see {child.log})")


def _is_ready(client: httpx.Client, url: str) -> bool:
    try:
        return client.get(url + "/health/ready").status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner may read, never half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def reachable_folder(folder: Path) -> Path:
    """The folder itself, or for root a twin under /var/lib when the database's account cannot enter it."""
    if os.geteuid() != 0:
        return folder
    closed = [each for each in folder.parents if each.exists() and not each.stat().st_mode & stat.S_IXOTH]
    if not closed:
        return folder
    FOREIGN.mkdir(parents=True, exist_ok=True)
    return FOREIGN / f"{folder.parent.name}-{sha256(os.fsencode(folder)).hexdigest()[:12]}"


def forget(folder: Path) -> None:
    """Remove everything a stack keeps in a folder, its database included."""
    forget_data(folder)
    shutil.rmtree(folder, ignore_errors=True)


def forget_data(folder: Path) -> None:
    """Remove the database of a stack that has stopped."""
    shutil.rmtree(reachable_folder(folder.resolve() / "postgres"), ignore_errors=True)


def running(folder: Path = HOME / "var") -> dict[str, Any]:
    """What the system running there wrote about itself; empty when none does."""
    try:
        found: dict[str, Any] = json.loads((folder / "run.json").read_text())
        command = Path(f"/proc/{found['pid']}/cmdline").read_bytes()
    except (OSError, ValueError, KeyError):
        return {}
    return found if b"wushe" in command else {}  # after a restart the number may be anybody's


def refuse_second(folder: Path) -> None:
    """Refuse a folder another system is using."""
    if found := running(folder):
        raise CommandRefused(
            f"{folder} 正在使用", f"the system with pid {found['pid']} is running there; stop it first"
        )
