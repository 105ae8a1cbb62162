"""Background work of one service: sweeps by the clock and tasks deferred inside a transaction (procrastinate)."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import procrastinate
from sqlalchemy import text

from wushe.identity import WHOLE, Caller
from wushe.problems import of_part
from wushe.work import Database, Work

log = logging.getLogger("wushe.jobs")
Sweep = Callable[[Work], Awaitable[int]]
Task = Callable[..., Awaitable[None]]
Row = TypeVar("Row")
Answer = TypeVar("Answer")
UNAVAILABLE = 503

_DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row(:queue, :task, 0, null, null, cast(:args as jsonb), null)]"
    "::procrastinate_job_to_defer_v1[])"
)
CLOCK, QUEUE = "clock", "wushe"
"""Sweeps go by one queue and deferred tasks by the other: an hour of tasks never keeps a page from going out."""
AT_ONCE = 4
"""Jobs of one queue that run at the same time."""
BEAT_SECONDS = 5
CONNECTION_SECONDS = 3
FINISH_SECONDS, LEAVE_SECONDS = 15, 18
"""Time a job has to end when the worker leaves, and the worker itself with its farewell to the database."""


@dataclass(frozen=True)
class Scheduled:
    """One sweep and how often it looks."""

    name: str
    seconds: int
    run: Sweep

    @property
    def cron(self) -> str:
        """Its schedule; below a minute as a sixth field."""
        return "* * * * *" if self.seconds >= 60 else f"* * * * * */{self.seconds}"


class Sweeps:
    """What one service does by itself: sweeps, each batch one transaction, and deferred tasks."""

    def __init__(self) -> None:
        self.scheduled: list[Scheduled] = []
        self.tasks: dict[str, Task] = {}

    def every(self, *, seconds: int) -> Callable[[Sweep], Sweep]:
        """Register a sweep; it is called again at once while it reports rows."""

        def register(sweep: Sweep) -> Sweep:
            self.scheduled.append(Scheduled(sweep.__name__, seconds, sweep))
            return sweep

        return register

    def task(self, name: str) -> Callable[[Task], Task]:
        """Register a deferred task, called with the database and its arguments."""

        def register(task: Task) -> Task:
            self.tasks[name] = task
            return task

        return register

    def copy(self) -> "Sweeps":
        """The same schedule, for one application to add to."""
        copied = Sweeps()
        copied.scheduled, copied.tasks = list(self.scheduled), dict(self.tasks)
        return copied

    async def run(self, database: Database, sweep: Scheduled) -> int:
        """Run one sweep until it finds nothing more; answers how many rows it handled."""
        handled = 0
        while True:
            async with database.work(worker(database.source)) as work:
                found = await sweep.run(work)
            handled += found
            if not found:
                return handled

    async def run_all(self, database: Database) -> None:
        """Every sweep once, in order of registration; a sandbox clock move asks for this."""
        for sweep in self.scheduled:
            await self.run(database, sweep)


async def each(work: Work, rows: Sequence[Row], handle: Callable[[Row], Awaitable[None]]) -> int:
    """Handle every row as a part of its own; answers how many went well.

    One that cannot be handled is written to the log and left for the next look: it holds up nobody else.
    """
    handled = 0
    for number, row in enumerate(rows):
        try:
            async with work.attempt():
                await handle(row)
            handled += 1
        except Exception as fault:
            if of_part(fault).status == UNAVAILABLE:
                raise  # not this row's doing: all of it is tried again
            log.exception("left alone by a sweep: row %d of %d", number + 1, len(rows))
    return handled


async def try_all(
    rows: Sequence[Row],
    attempt: Callable[[Row], Awaitable[Answer]],
    note: Callable[[Row, Answer | None], Awaitable[None]],
) -> None:
    """Try all at once, outside any transaction, then note each answer; None for an attempt nobody foresaw to fail.

    Whatever becomes of one, it is noted of the others what was sent: else they would be sent once more.
    """
    answers = await asyncio.gather(*(attempt(row) for row in rows), return_exceptions=True)
    for row, answer in zip(rows, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("an attempt failed", exc_info=answer)
        try:
            await note(row, None if isinstance(answer, BaseException) else answer)
        except Exception:
            log.exception("what became of an attempt could not be noted")


def worker(service: str) -> Caller:
    """The service acting for itself."""
    return Caller(subject=f"service:{service}", client=service, role="service", scope=WHOLE, issuer=service)


async def defer(work: Work, task: str, **arguments: Any) -> None:
    """Defer a task inside the unit of work: a rollback removes it."""
    values = {"queue": QUEUE, "task": task, "args": json.dumps(arguments)}
    await work.session.execute(_DEFER, values)


def application(sweeps: Sweeps, database: Database, url: str) -> procrastinate.App:
    """The procrastinate application of one service's worker."""
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4, timeout=CONNECTION_SECONDS)
    app = procrastinate.App(connector=connector)
    for sweep in sweeps.scheduled:
        _register_sweep(app, sweeps, database, sweep)
    for name, task in sweeps.tasks.items():
        _register_task(app, database, name, task)
    _register_recovery(app)
    return app


def _register_sweep(app: procrastinate.App, sweeps: Sweeps, database: Database, sweep: Scheduled) -> None:
    async def tick(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes the tick
        await sweeps.run(database, sweep)

    lock = f"sweep:{sweep.name}"
    task = app.task(name=lock, queue=CLOCK, queueing_lock=lock)(tick)
    app.periodic(cron=sweep.cron)(task)


def _register_task(app: procrastinate.App, database: Database, name: str, task: Task) -> None:
    async def perform(**arguments: Any) -> None:
        await task(database, **arguments)

    again = procrastinate.RetryStrategy(max_attempts=20, exponential_wait=2)
    app.task(name=name, queue=QUEUE, retry=again)(perform)


def _register_recovery(app: procrastinate.App) -> None:
    async def recover(timestamp: int) -> None:  # noqa: ARG001 -- procrastinate passes the tick
        """Put back jobs of workers that died; the library leaves this to us."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60):
            await app.job_manager.retry_job(job)

    task = app.task(name="recover_stalled", queue=CLOCK, queueing_lock="recover_stalled")(recover)
    app.periodic(cron="* * * * *")(task)


async def supervise(app: procrastinate.App, stopping: asyncio.Event, *, beat: Callable[[], None]) -> None:
    """Keep a worker running until told to stop; it also returns normally when PostgreSQL goes away."""
    halted = asyncio.create_task(stopping.wait())
    while not halted.done():
        running = asyncio.create_task(_run_worker(app, beat=beat))
        await asyncio.wait({running, halted}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        # Leaving says goodbye to the database, which may be the very thing that is away.
        await asyncio.wait({running}, timeout=LEAVE_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(halted), 1)


async def _run_worker(app: procrastinate.App, *, beat: Callable[[], None]) -> None:
    try:
        async with app.open_async(), asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(_work(app, queue)) for queue in (CLOCK, QUEUE)]
            heart = tasks.create_task(_beat(beat))
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for each in (heart, *running):
                each.cancel()
    except Exception:
        log.exception("job worker died")


async def _work(app: procrastinate.App, queue: str) -> None:
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=AT_ONCE,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=FINISH_SECONDS,
    )


async def _beat(beat: Callable[[], None]) -> None:
    while True:
        beat()
        await asyncio.sleep(BEAT_SECONDS)
