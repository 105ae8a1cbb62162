"""Paging people on duty: who is next, what the gateway is asked, and what became of it; every few seconds."""

from collections.abc import Sequence
from functools import partial

from services.needs.clients.paging import Pager, Told
from services.needs.domain.duty import PageState
from services.needs.repository import Crises
from services.needs.usecases import paging as cases
from services.needs.usecases.paging import Call
from wushe.errors import Unavailable
from wushe.jobs import Sweeps, try_all, worker
from wushe.work import Database, Work

BATCH = 50
SERVICE = "needs"


def add_paging(sweeps: Sweeps, pager: Pager) -> Sweeps:
    """Add to a service's sweeps what pages people, through a pager of its own."""

    @sweeps.every(seconds=2)
    async def page_next(work: Work) -> int:
        """Write down who is paged next, where nobody has answered in time."""
        return await cases.page_due(crises=Crises(work), limit=BATCH)

    @sweeps.every(seconds=5)
    async def chase_reports(work: Work) -> int:
        """Page the supervisor of what was not reported in time."""
        return await cases.chase_reports(crises=Crises(work), limit=BATCH)

    @sweeps.every(seconds=2)
    async def send_pages(work: Work) -> int:
        """Ask the gateway for what was written down; a call that was lost is made again under the same key."""
        calls = await cases.claim(crises=Crises(work), state=PageState.PENDING, limit=BATCH)
        work.after.append(partial(_send, pager, calls))
        return 0

    @sweeps.every(seconds=5)
    async def follow_pages(work: Work) -> int:
        """Ask what became of what was sent."""
        calls = await cases.claim(crises=Crises(work), state=PageState.SENT, limit=BATCH)
        work.after.append(partial(_send, pager, calls))
        return 0

    return sweeps


async def _send(pager: Pager, calls: Sequence[Call], database: Database) -> None:
    """Ask for all at once, outside any transaction, then note each answer in one of its own."""

    async def note(call: Call, answer: Told | None) -> None:
        if answer is not None:
            async with database.work(worker(SERVICE)) as work:
                state, outside = _STATES.get(answer.state, PageState.PENDING), answer.outside_id
                await cases.settle(crises=Crises(work), page_id=call.page_id, state=state, outside_id=outside)

    await try_all(calls, partial(_ask, pager), note)


_STATES = {state: PageState(state) for state in ("sent", "delivered", "failed")}
"""Whatever else the gateway says of a page, it still waits there."""


async def _ask(pager: Pager, call: Call) -> Told | None:
    try:
        if call.outside_id:
            return await pager.look(call.page_id, call.outside_id)
        return await pager.page(
            call.page_id,
            division=call.division,
            kind=call.channel,
            number=call.number,
            person_id=call.person_id,
            phone=call.phone,
        )
    except Unavailable:
        return None  # asked again in ten seconds
