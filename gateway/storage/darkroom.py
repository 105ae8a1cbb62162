"""Where pictures are developed: worker processes that may use so much memory and time, one picture each."""

import asyncio
import multiprocessing
import os
import resource
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from wushe.lifeline import die_with_parent

if TYPE_CHECKING:  # only the workers load the decoders
    from gateway.storage.pictures import Picture

MEMORY_BYTES, SECONDS = 1 << 30, 20
PICTURES_EACH = 200
"""A worker is replaced after so many pictures: what a decoder leaks goes with it."""


class DarkroomFault(Exception):
    """A picture its worker did not survive: it is as good as damaged."""


class Darkroom:
    """The worker processes of one gateway, each started with its first picture."""

    def __init__(self, processes: int, *, pixels: int) -> None:
        self._pixels = pixels
        self._free: asyncio.LifoQueue[ProcessPoolExecutor | None] = asyncio.LifoQueue()
        self._started: list[ProcessPoolExecutor] = []
        for _ in range(processes):
            self._free.put_nowait(None)

    async def develop(self, content: bytes) -> "Picture":
        """Make a picture again from its pixels; nobody else waits in the process a bad one kills."""
        worker: ProcessPoolExecutor | None = await self._free.get() or self._start()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(worker, _develop, content, self._pixels)
        except BrokenProcessPool as fault:
            worker = None
            raise DarkroomFault from fault
        finally:
            self._free.put_nowait(worker)

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a fork of a process with threads and sockets inherits their locks.
        context = multiprocessing.get_context("spawn")
        worker = ProcessPoolExecutor(
            1, mp_context=context, initializer=_prepare, initargs=(os.getpid(),), max_tasks_per_child=PICTURES_EACH
        )
        self._started.append(worker)
        return worker

    async def until(self, stopping: asyncio.Event) -> None:
        """Give the processes back when the gateway stops."""
        await stopping.wait()
        self.close()

    def close(self) -> None:
        """End the processes once their work is done."""
        for worker in self._started:
            worker.shutdown(wait=False, cancel_futures=True)
        self._started.clear()


def _prepare(parent: int) -> None:
    """Let the parent decide about Ctrl-C, end with it, and take no more memory than a large picture needs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _develop(content: bytes, pixels: int) -> "Picture":
    from gateway.storage import pictures  # noqa: PLC0415 -- under the limits, and only here

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return pictures.develop(content, pixels=pixels)
