"""Routes of crisis tickets."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.needs.api import access
from services.needs.domain.authorship import FAMILY
from services.needs.domain.crisis import ReportMissing
from services.needs.repository import Crises, Needs
from services.needs.schemas.crises import (
    AlarmIn,
    AlarmOut,
    ReassignIn,
    ReporterOut,
    ReportIn,
    ResolveIn,
    TicketDetail,
    TicketFilters,
    TicketOut,
)
from services.needs.schemas.shared import ReasonIn
from services.needs.usecases import crises as cases
from services.needs.usecases.needs import all_lines
from wushe.errors import ActionNotAllowed, OutOfScope
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="crisis-tickets", about="紧急事项 · Matters of life and safety")


@router.create(
    "/v1/crisis-tickets",
    access=access.ALARM_RAISERS,
    operation="raiseAlarm",
    summary="一键求助 · Call for help with one tap",
    refusals=[OutOfScope],
)
async def press(body: AlarmIn, work: Working) -> AlarmOut:
    """Somebody is in danger: answered at once with help lines, a person on duty is paged."""
    crises = Crises(work)
    ticket_id = await cases.press(
        crises=crises,
        division=body.division,
        own=body.own and work.caller.role in FAMILY,
        kinds=tuple(body.kinds),
        note=body.note,
        place=body.place,
    )
    lines = await all_lines(needs=Needs(work), division=body.division)
    return AlarmOut.of(None if work.caller.role in FAMILY else ticket_id, lines)


@router.read(
    "/v1/crisis-tickets",
    access=access.TICKET_HANDLERS,
    operation="listCrisisTickets",
    summary="紧急事项列表 · List crisis tickets",
)
async def list_tickets(page: Paging, work: Working, filters: Annotated[TicketFilters, Query()]) -> Page[TicketOut]:
    """The tickets in scope, without the words they are about."""
    found = await Crises(work).listed(page, filters.state, filters.division)
    shown = [TicketOut.model_validate(ticket) for ticket in found.items]
    return Page[TicketOut](items=shown, next_cursor=found.next_cursor)


@router.read(
    "/v1/crisis-tickets/{ticket_id}",
    access=access.TICKET_HANDLERS,
    operation="getCrisisTicket",
    summary="紧急事项详情 · Read a crisis ticket",
)
async def get(ticket_id: UUID, work: Working) -> TicketDetail:
    """One ticket with its words, pages and receipts; the look is on record."""
    return TicketDetail.of(await cases.read(crises=Crises(work), ticket_id=ticket_id))


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/acknowledge",
    access=access.TICKET_HANDLERS,
    operation="acknowledgeCrisisTicket",
    summary="接手紧急事项 · Take a crisis ticket in hand",
    refusals=[ActionNotAllowed],
)
async def acknowledge(ticket_id: UUID, work: Working) -> TicketOut:
    """Say that one has it; paging ends. The first of two has it, the other is told so."""
    return TicketOut.model_validate(await cases.acknowledge(crises=Crises(work), ticket_id=ticket_id))


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/escalate",
    access=access.TICKET_HANDLERS,
    operation="escalateCrisisTicket",
    summary="上报紧急事项 · Ask higher up",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def escalate(ticket_id: UUID, body: ReasonIn, work: Working) -> TicketOut:
    """Page the supervisor, then the street, then the county, from now on."""
    found = await cases.escalate(crises=Crises(work), ticket_id=ticket_id, reason=body.reason)
    return TicketOut.model_validate(found)


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/reassign",
    access=access.TICKET_HANDLERS,
    operation="reassignCrisisTicket",
    summary="转交紧急事项 · Hand a crisis ticket to somebody",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def reassign(ticket_id: UUID, body: ReassignIn, work: Working) -> TicketOut:
    """Page somebody in particular, who then says that they have it."""
    found = await cases.reassign(crises=Crises(work), ticket_id=ticket_id, person_id=body.person_id, reason=body.reason)
    return TicketOut.model_validate(found)


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/report",
    access=access.TICKET_HANDLERS,
    operation="reportCrisisTicket",
    summary="登记强制报告回执 · Enter the receipt of a mandatory report",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def report(ticket_id: UUID, body: ReportIn, work: Working) -> TicketOut:
    """Which authority was told, when, and under which number."""
    found = await cases.report(
        crises=Crises(work),
        ticket_id=ticket_id,
        authority=body.authority,
        reported_at=body.reported_at,
        reference=body.reference,
    )
    return TicketOut.model_validate(found)


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/resolve",
    access=access.TICKET_HANDLERS,
    operation="resolveCrisisTicket",
    summary="办结紧急事项 · Close a crisis ticket",
    if_match=True,
    refusals=[ActionNotAllowed, ReportMissing],
)
async def resolve(ticket_id: UUID, body: ResolveIn, work: Working) -> TicketOut:
    """Close a matter with what was done; nothing else ever closes one."""
    receipt = (body.report.authority, body.report.reported_at, body.report.reference) if body.report else None
    found = await cases.resolve(
        crises=Crises(work),
        ticket_id=ticket_id,
        outcome=body.outcome,
        done=body.done,
        receipt=receipt,
        no_report_reason=body.no_report_reason,
    )
    return TicketOut.model_validate(found)


@router.verb(
    "/v1/crisis-tickets/{ticket_id}/unseal",
    access=access.UNSEALERS,
    operation="unsealReporter",
    summary="查看报告人 · Learn who told",
    secret=True,
)
async def unseal(ticket_id: UUID, body: ReasonIn, work: Working) -> ReporterOut:
    """Who told is kept secret: the reason and the name of whoever asks stay on record."""
    person_id = await cases.unseal(crises=Crises(work), ticket_id=ticket_id, reason=body.reason)
    return ReporterOut(person_id=person_id)
