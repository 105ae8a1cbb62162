"""What is measured, as real processes: PostgreSQL, our services, nginx, and the applications we compare with."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.machine import REST, SERVER, pin, pinned, program
from wushe import migrate
from wushe.commands.stack import reachable_folder
from wushe.postgres import Postgres
from wushe.provision import Addresses, provision

HOME = Path(__file__).parents[1]
FOLDER = HOME / "var" / "bench"
UNLIMITED = {f"WUSHE_GATEWAY_{kind}REQUESTS_PER_MINUTE": "1000000000" for kind in ("", "INTEGRATION_", "ANONYMOUS_")}
"""Limits stay on and are counted; only the allowance is larger than any load."""


@dataclass(frozen=True)
class Server:
    """One running process and where it answers."""

    url: str
    pid: int


class Stand:
    """Everything one row needs, ended when the row ends."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._ready: dict[str, Addresses] = {}

    def __enter__(self) -> Self:
        (FOLDER / "log").mkdir(parents=True, exist_ok=True)
        where = reachable_folder(FOLDER / "postgres")
        shutil.rmtree(where, ignore_errors=True)
        self._stack.callback(shutil.rmtree, where, ignore_errors=True)
        self.postgres = self._stack.enter_context(Postgres(where))
        pin(self.postgres.pid, REST)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def database(self, service: str, name: str = "") -> Addresses:
        """A migrated database of a service with its two roles, under its usual name unless told otherwise."""
        name = name or service
        if name not in self._ready:
            found = provision(self.postgres.url(), name, password="bench")  # noqa: S106 -- a cluster of minutes
            migrate.upgrade(service, found.owner, runtime_role=f"wushe_{name}")
            self._ready[name] = found
        return self._ready[name]

    def database_url(self, service: str, name: str = "") -> str:
        """The same database as the superuser, whom row level security does not hold."""
        self.database(service, name)
        return self.postgres.url(name or service)

    def serve(self, service: str, *, core: int = SERVER, peers: str = "", database: str = "") -> Server:
        """One of our processes as in production: without the work that `wushe work` does."""
        upper = service.upper()
        given = {
            f"WUSHE_{upper}_DATABASE_URL": self.database(service, database).runtime,
            f"WUSHE_{upper}_PORT": "0",
            f"WUSHE_{upper}_PEERS": peers,
            f"WUSHE_{upper}_BACKGROUND": "false",
        }
        command = pinned(core, sys.executable, "-m", "wushe", "serve", service)
        process = self._launch(service, command, {**UNLIMITED, **given}, stdout=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{service} did not start; see {FOLDER / 'log' / service}")
        return _answering(Server(f"http://127.0.0.1:{json.loads(line)['port']}", process.pid))

    def application(self, name: str, *, core: int = SERVER, **environment: str) -> Server:
        """An application of the bench under the same server as ours."""
        port = free_port()
        options = ["--port", str(port), "--no-access-log", "--log-level", "warning", "--loop", "uvloop"]
        command = pinned(core, sys.executable, "-m", "uvicorn", f"bench.{name}:app", "--http", "httptools", *options)
        process = self._launch(name, command, environment)
        return _answering(Server(f"http://127.0.0.1:{port}", process.pid))

    def nginx(self, name: str, server: str, *, core: int) -> Server:
        """Nginx with one worker; ``server`` is what stands inside its `server` block."""
        port, folder = free_port(), FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "nginx.conf"
        configuration.write_text(
            _NGINX.replace("@SERVER@", server)
            .replace("@USER@", "" if os.getuid() else "user root;")
            .replace("@PORT@", str(port))
        )
        command = pinned(core, str(program("nginx")), "-p", str(folder), "-c", str(configuration))
        process = self._launch(name, command, {})
        return _answering(Server(f"http://127.0.0.1:{port}", process.pid))

    def _launch(
        self, name: str, command: list[str], environment: dict[str, str], *, stdout: int | None = None
    ) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((FOLDER / "log" / name).open("wb"))
        process = subprocess.Popen(  # noqa: S603 -- commands of our own
            command,
            cwd=HOME,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=stdout or log,
            stderr=log,
        )
        self._stack.callback(_end, process)
        return process


_NGINX = """
@USER@ daemon off; worker_processes 1; pid nginx.pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; keepalive_timeout 75s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  proxy_http_version 1.1; proxy_set_header Connection "";
  @SERVER@
}
"""


def proxying(upstream: Server) -> str:
    """Nginx passing everything on over connections it keeps."""
    address = upstream.url.removeprefix("http://")
    kept = f"upstream behind {{ server {address}; keepalive 64; keepalive_requests 100000000; }}"
    return f"{kept} server {{ listen 127.0.0.1:@PORT@; location / {{ proxy_pass http://behind; }} }}"


def serving(folder: Path) -> str:
    """Nginx answering from files."""
    return f"server {{ listen 127.0.0.1:@PORT@; root {folder}; default_type application/json; }}"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def free_port() -> int:
    """A port nobody has at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _answering(server: Server, *, within: float = 20) -> Server:
    host, port = server.url.removeprefix("http://").split(":")
    deadline = time.monotonic() + within
    while True:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return server
        if time.monotonic() > deadline:
            raise SystemExit(f"{server.url} does not answer")
        time.sleep(0.02)
