"""The five processes of one machine: started, watched, started again with growing patience, ended together."""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from wushe import lifeline
from wushe.commands.faults import CommandRefused
from wushe.commands.serve import GRACE, serve

HOME = Path(__file__).parents[2]
LOG_LIMIT = 20_000_000
FIRST_PATIENCE, LONGEST_PATIENCE, STEADY = 0.5, 30.0, 60.0
FAREWELL = GRACE + 4.0
# All five are forked from one process that has imported everything: they share its memory and start at once.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["wushe.commands.loaded"])


@dataclass
class Child:
    """One service as a process of its own, on a socket its supervisor keeps open."""

    service: str
    sock: socket.socket
    environment: Mapping[str, str]
    log: Path
    process: ForkServerProcess | None = None
    started_at: float = 0.0
    patience: float = FIRST_PATIENCE
    again_at: float = 0.0
    restarts: int = 0

    @property
    def port(self) -> int:
        """The port it answers on; kept across restarts."""
        return int(self.sock.getsockname()[1])

    def start(self, *, gate: Connection | None = None) -> None:
        """Start the process; with a ``gate`` it loads and then waits until the other end of that pipe is closed."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        given = (self.service, self.sock, dict(self.environment), self.log, gate)
        self.process = _FORKS.Process(target=_answer, args=given)
        self.process.start()
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Whether the process we started is gone."""
        return self.process is not None and self.process.exitcode is not None

    def last_words(self) -> str:
        """The last line of its log, for the person at the terminal."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1][:300] if lines else "-"

    def ask_to_end(self) -> None:
        """SIGTERM; it finishes the requests it has."""
        if self.process:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the deadline, then kill its whole group."""
        if not self.process or not self.process.pid:
            return
        self.process.join(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # helpers it may have left as well
        self.process.join()
        self.process = None


def load_ahead() -> None:
    """Start importing what the five will share; whatever is said to the whole group is the supervisor's business."""
    before = {each: signal.signal(each, signal.SIG_IGN) for each in (signal.SIGHUP, signal.SIGTERM)}
    try:
        forkserver.ensure_running()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _answer(
    service: str, sock: socket.socket, environment: Mapping[str, str], log: Path, gate: Connection | None
) -> None:
    """Be one of the five, in a group of its own, so that Ctrl-C in the terminal reaches only the supervisor."""
    os.setpgid(0, 0)
    for each in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    lifeline.die_with_parent()
    lifeline.be_called(f"wushe-{service}")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(HOME)
    with log.open("ab") as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
    try:
        serve(service, sock=sock, gate=gate)
    except CommandRefused as refused:
        print(refused, file=sys.stderr)  # noqa: T201 -- the log of this process
        sys.exit(1)


@dataclass
class Children:
    """All of them."""

    tell: Callable[[str], None]
    all: list[Child] = field(default_factory=list)

    def watch(self) -> None:
        """Report whoever ended and start it again when its patience is over; call often."""
        now = time.monotonic()
        for child in self.all:
            if child.has_ended():
                self._mourn(child, now)
            if child.process is None and now >= child.again_at:
                child.start()
                child.restarts += 1

    def _mourn(self, child: Child, now: float) -> None:
        code = (child.process.exitcode if child.process else None) or 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        child.patience = FIRST_PATIENCE if now - child.started_at > STEADY else child.patience
        child.again_at = now + child.patience
        self.tell(
            f"{child.service} 意外退出，{child.patience:.0f} 秒后重启 · ended ({how}), restarting; see {child.log}"
        )
        child.patience = min(child.patience * 2, LONGEST_PATIENCE)
        child.process = None

    def stop(self) -> None:
        """End all of them: asked together, killed together when the farewell takes too long."""
        for child in self.all:
            child.ask_to_end()
        deadline = time.monotonic() + FAREWELL
        for child in self.all:
            child.end(deadline)
            child.sock.close()
