"""What the gateway does by itself: it sends what waits to be sent, outside any transaction."""

from functools import partial
from typing import Any

from gateway.channels import Receipt, Verdict
from gateway.repository import Files, Pushes, Receivers, TelephonePages
from gateway.usecases import files, paging, pushing, webhooks
from wushe.jobs import Sweeps, try_all, worker
from wushe.work import Database, Work

BATCH = 20
"""Messages on their way at once."""
FILES = 50
"""Files, or stored bytes, let go of in one transaction."""
BROKEN = Receipt(Verdict.LATER, "fault")
"""What is known of an attempt that failed in a way nobody foresaw."""


def schedule(sweeps: Sweeps, state: Any) -> None:
    """Register the gateway's sweeps with what they call; ``state`` is the application's."""

    async def send_pages(work: Work) -> int:
        """Send the pages whose turn it is."""
        due = await TelephonePages(work).due(BATCH)
        work.after.append(partial(_send_pages, state, due))
        return len(due)

    async def send_pushes(work: Work) -> int:
        """Send the notices whose turn it is."""
        pushes = Pushes(work)
        await pushes.open()
        due = await pushes.due(BATCH)
        work.after.append(partial(_send_pushes, state, due))
        return len(due)

    _every(sweeps, send_pages, seconds=10, at_once=paging.SEND_NOW)
    _every(sweeps, send_pushes, seconds=10, at_once=pushing.SEND_NOW)

    @sweeps.every(seconds=5)
    async def send_webhooks(work: Work) -> int:
        """Send agencies' systems what they have not heard yet."""
        receivers = Receivers(work)
        end = await receivers.end()  # before the news: what comes after it is heard the next time
        due = [(each, await receivers.news(each)) for each in await receivers.due(BATCH, end)]
        work.after.append(partial(_send_webhooks, state, due, end))
        return len(due)

    @sweeps.every(seconds=60)
    async def purge_files(work: Work) -> int:
        """Let go of files that have come to belong to nothing (rule ``file_unattached_hours``)."""
        return await files.purge(files=Files(work), limit=FILES)

    @sweeps.every(seconds=60)
    async def remove_doomed(work: Work) -> int:
        """Remove stored bytes no file names."""
        keys, claimed_at = await files.doomed(files=Files(work), limit=FILES)
        work.after.append(partial(state.cabinet.remove, keys=keys, claimed_at=claimed_at))
        return len(keys)


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
    calls = {"telephone": state.telephone, "siblings": siblings, "numbers": state.settings.telephone_numbers}

    async def note(page: Any, receipt: Receipt | None) -> None:
        async with database.work(caller) as work:
            await paging.note(pages=TelephonePages(work), tried=page, receipt=receipt or BROKEN, attempts=limit)

    await try_all(due, lambda page: paging.attempt(page, **calls), note)


async def _send_pushes(state: Any, due: list[Any], database: Database) -> None:
    caller, limit = worker(database.source), state.settings.delivery_attempts
    calls = {"wechat": state.wechat, "telephone": state.telephone, "siblings": state.siblings.acting(caller, "")}

    async def note(push: Any, receipt: Receipt | None) -> None:
        async with database.work(caller) as work:
            await pushing.note(pushes=Pushes(work), tried=push, receipt=receipt or BROKEN, attempts=limit)

    await try_all(due, lambda push: pushing.attempt(push, **calls), note)


async def _send_webhooks(state: Any, due: list[Any], end: int, database: Database) -> None:
    async def send(one: Any) -> Any:
        return await webhooks.deliver(state.webhooks, *one, root=state.cursor_key)

    async def note(one: Any, tried: Any) -> None:
        webhook, news = one
        async with database.work(worker(database.source)) as work:
            found = [(news[0], 0)] if tried is None else tried
            await webhooks.note(receivers=Receivers(work), sent=webhook, tried=found, end=end)

    await try_all(due, send, note)
