"""What evaluation asks of others: projects for its service records, and worker processes for signatures."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol, TypeVar
from uuid import UUID

from services.evaluation.domain import blind
from services.evaluation.domain.roster import Record, RecordState
from wushe.errors import Unavailable
from wushe.http import Siblings, understanding
from wushe.lifeline import die_with_parent

Answer = TypeVar("Answer")


async def service_records(siblings: Siblings, project_id: UUID) -> list[Record]:
    """The service records that count as projects knows them now; disputed, lapsed or unanswered ones do not."""
    answer = await siblings.get("projects", f"/internal/projects/{project_id}/records")
    with understanding():
        return [
            Record(UUID(each["record_id"]), UUID(each["person_id"]), RecordState.CONFIRMED)
            for each in answer["records"]
            if each["state"] == RecordState.CONFIRMED
        ]


class Signing(Protocol):
    """Who makes issuing keys and blind signatures."""

    async def generate(self) -> blind.KeyPair:
        """A fresh issuing key."""

    async def sign(self, private_der: bytes, blinded: bytes) -> bytes:
        """The blind signature of one request."""


class SigningProcesses:
    """Worker processes for arithmetic that would stall the event loop; started with the first request."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    async def generate(self) -> blind.KeyPair:
        """A fresh issuing key."""
        return await self._call(blind.generate)

    async def sign(self, private_der: bytes, blinded: bytes) -> bytes:
        """The blind signature of one request."""
        return await self._call(blind.sign, private_der, blinded)

    async def until(self, stopping: asyncio.Event) -> None:
        """Give the processes back when the service stops."""
        await stopping.wait()
        self.close()

    def close(self) -> None:
        """End the processes once their work is done."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _call(self, function: Callable[..., Answer], *arguments: bytes) -> Answer:
        if self._pool is None:
            # Spawned, not forked: a fork of a process with threads and sockets inherits their locks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=context, initializer=_follow, initargs=(os.getpid(),)
            )
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)
        except BrokenProcessPool as fault:
            self.close()
            raise Unavailable(retry_after=1) from fault


def _follow(parent: int) -> None:
    """Let the parent decide about Ctrl-C, and end with it even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
