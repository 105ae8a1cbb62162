"""The five processes of one machine: started, watched, started again with growing patience, ended together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wushe.commands.serve import GRACE

HOME = Path(__file__).parents[2]
LOG_LIMIT = 20_000_000
FIRST_PATIENCE, LONGEST_PATIENCE, STEADY = 0.5, 30.0, 60.0
FAREWELL = GRACE + 4.0


@dataclass
class Child:
    """One service as a process of its own, on a socket its supervisor keeps open."""

    service: str
    sock: socket.socket
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    patience: float = FIRST_PATIENCE
    again_at: float = 0.0
    restarts: int = 0

    @property
    def port(self) -> int:
        """The port it answers on; kept across restarts."""
        return int(self.sock.getsockname()[1])

    def start(self, *, gate: int | None = None) -> None:
        """Start the process in a group of its own, so that Ctrl-C in the terminal reaches only the supervisor.

        With a ``gate`` it loads and then waits until the other end of that pipe is closed.
        """
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        fd = self.sock.fileno()
        command = [sys.executable, "-m", "wushe", "serve", self.service, f"--fd={fd}", f"--parent={os.getpid()}"]
        command += [f"--gate={gate}"] if gate is not None else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- this interpreter, arguments of our own
                command,
                env=dict(self.environment),
                cwd=HOME,
                pass_fds=(fd,) if gate is None else (fd, gate),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Whether the process we started is gone."""
        return self.process is not None and self.process.poll() is not None

    def last_words(self) -> str:
        """The last line of its log, for the person at the terminal."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1][:300] if lines else "-"

    def ask_to_end(self) -> None:
        """SIGTERM; it finishes the requests it has."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait until the deadline, then kill its whole group."""
        if not self.process:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # helpers it may have left as well
        self.process.wait()
        self.process = None


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
        code = child.process.returncode if child.process else 0
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
