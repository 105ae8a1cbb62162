"""Where pictures are developed: worker processes that may use so much memory and time, one picture each."""

import asyncio
import multiprocessing
import os
import resource
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from enum import Enum, auto

from gateway.storage.kinds import Picture
from wushe.errors import Refusal
from wushe.lifeline import die_with_parent

MEMORY_BYTES, SECONDS = 1 << 30, 20
PICTURES_EACH = 200
"""A worker is replaced after so many pictures: what a decoder leaks goes with it."""


class PictureDamaged(Refusal):
    """No whole picture comes out of the bytes: they broke off on their way, or are no picture."""

    status = 422
    zh = "图片已损坏或没有传完，请重新拍摄或选择后上传。"
    en = "The picture is damaged or did not arrive whole; take or choose it again."
    toast = "图片已损坏"


class PictureTooWide(Refusal):
    """The picture would unfold to more pixels than one taken by hand has."""

    status = 422
    zh = "图片的像素过多，最多 {pixels} 像素，请缩小后上传。"
    en = "The picture has too many pixels; at most {pixels} are taken, so make it smaller."
    toast = "图片过大"


class _Spoilt(Enum):
    """Why no picture came out; a refusal does not pass from one process to another."""

    DAMAGED = auto()
    TOO_WIDE = auto()


class Darkroom:
    """The worker processes of one gateway, each started with its first picture."""

    def __init__(self, processes: int, *, pixels: int) -> None:
        self._pixels = pixels
        self._free: asyncio.LifoQueue[ProcessPoolExecutor | None] = asyncio.LifoQueue()
        self._started: list[ProcessPoolExecutor] = []
        for _ in range(processes):
            self._free.put_nowait(None)

    async def develop(self, content: bytes) -> Picture:
        """Make a picture again from its pixels."""
        found = await self._developed(content)
        if found is _Spoilt.TOO_WIDE:
            raise PictureTooWide(pixels=self._pixels)
        if isinstance(found, _Spoilt):
            raise PictureDamaged
        return found

    async def _developed(self, content: bytes) -> Picture | _Spoilt:
        """Nobody else waits in the process that a bad picture kills."""
        worker: ProcessPoolExecutor | None = await self._free.get() or self._start()
        try:
            return await asyncio.get_running_loop().run_in_executor(worker, _develop, content, self._pixels)
        except BrokenProcessPool:
            worker = None
            return _Spoilt.DAMAGED
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


def _develop(content: bytes, pixels: int) -> Picture | _Spoilt:
    from gateway.storage import pictures  # noqa: PLC0415 -- under the limits, and only here

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        return pictures.develop(content, pixels=pixels)
    except pictures.TooWide:
        return _Spoilt.TOO_WIDE
    except pictures.Damaged:
        return _Spoilt.DAMAGED
