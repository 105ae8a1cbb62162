"""How somebody on duty is reached: one after the other until one answers, every attempt on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain.duty import DutyPost, OnDuty, PageChannel, PageState, Rung, ladder, next_rung, other
from services.needs.domain.lifecycle import CrisisState
from services.needs.models import CrisisPage, CrisisTicket
from services.needs.repository import Crises, Duty
from wushe import clock, rules
from wushe.jobs import each
from wushe.work import Work


@dataclass(frozen=True, slots=True)
class Call:
    """One page as the gateway is asked for it; the words of the matter are no part of it."""

    page_id: UUID
    division: str
    channel: PageChannel
    person_id: UUID | None
    phone: str | None
    number: str
    outside_id: UUID | None


async def page_due(*, crises: Crises, limit: int) -> int:
    """Page the next person of every open ticket whose time has come; answers how many."""

    async def page(due: tuple[CrisisTicket, datetime]) -> None:
        ticket, now = due
        minutes = await rules.value(crises.work, "crisis_ack_minutes", ticket.division)
        await _page_next(crises, ticket, now, tier=ticket.tier)
        ticket.next_page_at = now + timedelta(minutes=minutes)
        crises.work.record(ticket, "page")

    return await each(crises.work, await crises.due(limit), page)


async def chase_reports(*, crises: Crises, limit: int) -> int:
    """Page the supervisor of every ticket whose mandatory report is late, once; answers how many."""

    async def chase(late: tuple[CrisisTicket, datetime]) -> None:
        ticket, now = late
        await _page_next(crises, ticket, now, tier=max(ticket.tier, 1))
        ticket.report_chased_at = now
        crises.work.record(ticket, "chase_report")

    return await each(crises.work, await crises.unreported(limit), chase)


async def _page_next(crises: Crises, ticket: CrisisTicket, now: datetime, *, tier: int) -> None:
    rungs = await rungs_of(crises.work, ticket.division, now)
    rung = next_rung(rungs, await crises.paged(ticket.id), tier)
    if rung is not None:
        _ask(crises, ticket, rung, now)


async def rungs_of(work: Work, division: str, now: datetime) -> list[Rung]:
    """Everybody who may be paged for a division now, the nearest first (rule ``crisis_fallback`` last)."""
    chain = rules.ancestors(division)[::-1]
    found = await Duty(work).on_duty(chain, now)
    last = await rules.value(work, "crisis_fallback", division)
    fallback = [OnDuty(DutyPost.FALLBACK, PageChannel(row["channel"]), None, row["phone"]) for row in last]
    return ladder(chain, found, fallback)


def _ask(crises: Crises, ticket: CrisisTicket, rung: Rung, now: datetime) -> None:
    crises.add(
        CrisisPage(
            division=ticket.division,
            ticket_id=ticket.id,
            post=rung.who.post,
            tier=rung.tier,
            person_id=rung.who.person_id,
            phone=rung.who.phone,
            channel=rung.who.channel,
            state=PageState.PENDING,
            tries=0,
            asked_at=now,
        )
    )


async def claim(*, crises: Crises, state: PageState, limit: int) -> list[Call]:
    """The pages to ask the gateway about now; for ten seconds nobody else does, then they are asked again."""
    found = await crises.unsettled(state, limit)
    for page in found:
        page.tried_at, page.tries = clock.now(), page.tries + (page.outside_id is None)
    return [await _call(crises, page) for page in found]


async def _call(crises: Crises, page: CrisisPage) -> Call:
    ticket = await crises.get(CrisisTicket, page.ticket_id)
    return Call(page.id, page.division, page.channel, page.person_id, page.phone, ticket.number, page.outside_id)


async def settle(*, crises: Crises, page_id: UUID, state: PageState, outside_id: UUID | None) -> None:
    """Note what the gateway said of a page; one that failed is tried the other way, then comes the next person."""
    page = await crises.session.get(CrisisPage, page_id, with_for_update=True)
    if page is None or page.state in _FINAL:
        return
    now = await crises.business_time(page.division)
    page.state, page.outside_id = state, outside_id or page.outside_id
    if state in (PageState.SENT, PageState.DELIVERED):
        page.sent_at = page.sent_at or now
    if state is PageState.DELIVERED:
        page.delivered_at = now
    if state is PageState.FAILED:
        page.failed_at = now
        await _otherwise(crises, page, now)


_FINAL = frozenset(PageState) - {PageState.PENDING, PageState.SENT}


async def _otherwise(crises: Crises, page: CrisisPage, now: datetime) -> None:
    """The other channel for the same person, once; when both failed, the next person without waiting."""
    ticket = await crises.lock(CrisisTicket, page.ticket_id)
    if ticket.state is not CrisisState.OPEN:
        return
    same = [each for each in await crises.pages(ticket.id) if each.asked_at == page.asked_at]
    if len(same) == 1:
        who = OnDuty(page.post, other(page.channel), page.person_id, page.phone)
        _ask(crises, ticket, Rung(page.tier, who), page.asked_at)
    elif await _another(crises, ticket, now):
        ticket.next_page_at = now
        crises.work.record(ticket, "page_failed")


async def _another(crises: Crises, ticket: CrisisTicket, now: datetime) -> bool:
    """Whether somebody is left who was not paged yet: where nobody can be reached, paging keeps its pace."""
    rungs: Sequence[Rung] = await rungs_of(crises.work, ticket.division, now)
    paged = await crises.paged(ticket.id)
    return any(rung.who.whom not in paged for rung in rungs)
