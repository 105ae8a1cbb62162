"""What the gateway does by itself: it sends what waits to be sent, outside any transaction."""

import asyncio
from functools import partial
from typing import Any

from gateway.repository import TelephonePages
from gateway.usecases import paging
from wushe.jobs import Sweeps, worker
from wushe.work import Database, Work

BATCH = 20
"""Messages on their way at once."""


def schedule(sweeps: Sweeps, state: Any) -> None:
    """Register the gateway's sweeps with what they call; ``state`` is the application's."""

    async def send_pages(work: Work) -> int:
        """Send the pages whose turn it is."""
        due = await TelephonePages(work).due(BATCH)
        work.after.append(partial(_send_pages, state, due))
        return len(due)

    _every(sweeps, send_pages, seconds=10, at_once=paging.SEND_NOW)


def _every(sweeps: Sweeps, sweep: Any, *, seconds: int, at_once: str) -> None:
    """A sweep by the clock, and a task of that name by which somebody asks for it at once."""
    sweeps.every(seconds=seconds)(sweep)
    scheduled = sweeps.scheduled[-1]

    async def now(database: Database) -> None:
        await sweeps.run(database, scheduled)

    sweeps.task(at_once)(now)


async def _send_pages(state: Any, due: list[Any], database: Database) -> None:
    caller, limit = worker(database.source), state.settings.delivery_attempts
    siblings = state.siblings.acting(caller, "")
    tries = [paging.attempt(page, telephone=state.telephone, siblings=siblings) for page in due]
    for page, receipt in zip(due, await asyncio.gather(*tries), strict=True):
        async with database.work(caller) as work:
            await paging.note(pages=TelephonePages(work), tried=page, receipt=receipt, attempts=limit)
