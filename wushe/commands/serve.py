"""Run one process of the system: its requests, or only its background work."""

import gc
import os
import signal
import socket
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

import uvicorn
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError

from wushe.app import create_worker
from wushe.commands.faults import CommandRefused
from wushe.commands.leaving import Server
from wushe.identity import KeyMissing
from wushe.protocol import Protocol
from wushe.settings import PORTS, given
from wushe.telemetry import access_lines, configure_logging

GRACE = 25
"""Seconds open requests have to finish once the door is shut: as long as the gateway waits for an answer."""
BACKLOG = 2048


def load(service: str) -> Any:
    """The application of one service, found by its import string so that the kit names none of them."""
    if service not in PORTS:
        raise CommandRefused(f"没有服务 {service}", f"there is no service {service}; choose from {', '.join(PORTS)}")
    try:
        missing = [name for name in _addresses(service) if not given(name)]
        if missing:
            raise CommandRefused(
                f"缺少 {missing[0]}", f"{missing[0]} must be set; python -m wushe up sets everything itself"
            )
        return import_module(application(service)).create_app()
    except ValidationError as fault:
        said = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in fault.errors())
        raise CommandRefused(f"{service} 的设置有误", f"the settings of {service} are not usable ({said})") from fault
    except KeyMissing as fault:
        raise CommandRefused(f"{service} 缺少密钥", fault.sentence_for_operators) from fault
    except ArgumentError as fault:
        raise CommandRefused(
            f"{service} 的数据库地址有误", "its database address is not postgresql://user:password@host:port/name"
        ) from fault
    except OSError as fault:  # a key file that is not there, or belongs to somebody else
        raise CommandRefused(
            f"无法读取 {fault.filename}", f"{fault.filename} cannot be read by user {os.geteuid()} ({fault.strerror})"
        ) from fault


def application(service: str) -> str:
    """The module of one service's application."""
    return "gateway.app" if service == "gateway" else f"services.{service}.app"


def load_for_good(service: str) -> Any:
    """The application, with all that was imported for it out of the garbage collector's sight."""
    gc.disable()  # looking through it while it is imported took a seventh of the start
    try:
        return load(service)
    finally:
        gc.freeze()
        gc.enable()


def _addresses(service: str) -> list[str]:
    names = [f"WUSHE_{service.upper()}_DATABASE_URL"]
    return [*names, "WUSHE_EVALUATION_BALLOTS_DATABASE_URL"] if service == "evaluation" else names


def wanted_port(service: str, *, usual: int | None = None, kind: str = "PORT") -> int:
    """The port from ``WUSHE_<SERVICE>_PORT``, or the usual one; 0 asks for any free port."""
    name = f"WUSHE_{service.upper()}_{kind}"
    text = os.environ.get(name) or str(PORTS.get(service, 0) if usual is None else usual)
    if not text.isdecimal() or int(text) > 65535:
        raise CommandRefused(f"{name} 不是端口号", f"{name} must be a port number from 0 to 65535, not {text!r}")
    return int(text)


def bind(service: str, port: int) -> socket.socket:
    """A socket bound to the service's address; one clear sentence when somebody else has it."""
    host = os.environ.get(f"WUSHE_{service.upper()}_HOST") or "127.0.0.1"
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as fault:
        made.close()
        raise CommandRefused(
            f"端口 {port} 不可用",
            f"port {port} on {host}, wanted by {service}, cannot be used ({fault.strerror}):"
            f" stop the other program or set WUSHE_{service.upper()}_PORT",
        ) from fault
    return made


def serve(service: str, *, sock: socket.socket | None = None, gate: Connection | None = None) -> None:
    """Answer requests until SIGTERM or SIGINT; the port it listens on is one JSON line on standard output.

    A bound socket may be given, and a pipe as ``gate``: its end is awaited once everything is loaded.
    """
    _leave_on_signals()
    app = load_for_good(service)
    if gate is not None:
        gate.poll(None)
        gate.close()
    _answer(service, app, sock or bind(service, wanted_port(service)), owner=sock is None)


def work(service: str) -> None:
    """Run the loops beside the requests (relay, sealer, jobs) until SIGTERM or SIGINT; the port answers for health."""
    _leave_on_signals()
    app = create_worker(load_for_good(service))
    _answer(service, app, bind(service, wanted_port(service, usual=0, kind="WORK_PORT")), owner=True)


def _leave_on_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn takes over, and gives the signal back to us when it has finished


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- the shape of a handler
    sys.exit(0)


def _answer(service: str, app: Any, sock: socket.socket, *, owner: bool) -> None:
    configure_logging(service, _log_level())
    app.state.access = access_lines(service, _log_level(), sys.stderr)
    trusted = [*getattr(app.state.settings, "trusted_proxies", ())]
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="on",
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=75,  # longer than the callers keep theirs, so that no request meets a closing connection
        backlog=BACKLOG,
        http=Protocol,
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,  # uvicorn's default trusts 127.0.0.1
    )
    server = Server(config, state=app.state, owner=owner)
    server.run(sockets=[sock])
    sys.exit(0 if server.started else 3)


def _log_level() -> str:
    return os.environ.get("WUSHE_LOG_LEVEL") or "info"  # the application's settings have judged it by now
