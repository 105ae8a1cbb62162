"""What is done when somebody may be in danger; nothing of it is announced, told to an inbox or closed by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain import crisis
from services.needs.domain.contact import SafeContact
from services.needs.domain.crisis import WAIVERS, Alarm, Authority, CrisisOrigin, CrisisOutcome, require_report
from services.needs.domain.duty import DutyPost, PageChannel, PageState
from services.needs.domain.lifecycle import CRISIS_TRANSITIONS, CrisisState, CrisisVerb, advance
from services.needs.models import CrisisPage, CrisisReport, CrisisReporter, CrisisTicket, Need, Resident
from services.needs.repository import Crises, Needs, Residents
from wushe import rules
from wushe.errors import NotFound, RoleNotAllowed
from wushe.pii import Sealed


async def raise_alarm(*, crises: Crises, alarm: Alarm) -> CrisisTicket:
    """Open a ticket in the transaction that told of the danger; the first person on duty is paged right after it."""
    work = crises.work
    rule = await rules.value(work, "crisis_reporting", alarm.division)
    minutes = await rules.value(work, "crisis_ack_minutes", alarm.division)
    owed = crisis.must_report(alarm, rule)
    await crises.session.flush()  # the ticket refers to the need
    ticket = crises.add(
        CrisisTicket(
            division=alarm.division,
            state=CrisisState.OPEN,
            origin=alarm.origin,
            need_id=alarm.need_id,
            subject=alarm.subject,
            resident_id=alarm.resident_id,
            kinds=list(alarm.kinds),
            place=alarm.place,
            note=alarm.note,
            must_report=owed,
            report_due_at=work.now + timedelta(minutes=rule["minutes"]) if owed else None,
            tier=0,
            next_page_at=work.now,
            opened_at=work.now,
            ack_due_at=work.now + timedelta(minutes=minutes),
        )
    )
    await crises.session.flush()  # what follows refers to the ticket
    if alarm.reporter:
        _seal(crises, ticket, alarm.reporter)
    work.record(ticket, "open")
    return ticket


def _seal(crises: Crises, ticket: CrisisTicket, reporter: UUID) -> None:
    """Keep who told under a key of its own, apart from the ticket."""
    sealed = crises.work.vault.seal({"person_id": str(reporter)}, place=_place(ticket.id))
    crises.add(
        CrisisReporter(
            division=ticket.division,
            ticket_id=ticket.id,
            key_version=sealed.version,
            data_key=sealed.data_key,
            content=sealed.content,
        )
    )


def _place(ticket_id: UUID) -> str:
    return f"crisis_reporters|content|{ticket_id}"


async def of_need(*, needs: Needs, need: Need, origin: CrisisOrigin) -> None:
    """The ticket of a need that speaks of danger, once while nobody has closed it.

    Whoever tells of violence against somebody who cannot act is kept secret: the need no longer names them.
    """
    crises, work = Crises(needs.work), needs.work
    if await crises.unresolved(need.id):
        return
    known = await Residents(work).seen(need.resident_id)
    alarm = Alarm(
        division=need.division,
        origin=origin,
        kinds=crisis.kinds_of(need.danger_kinds),
        words=need.statement,
        need_id=need.id,
        resident_id=need.resident_id,
        age_band=known.age_band if known else None,
        groups=known.target_groups if known else (),
        place=need.place,
        reporter=need.reporter_person_id or need.author_person_id,
    )
    ticket = await raise_alarm(crises=crises, alarm=alarm)
    need.author_sealed = ticket.must_report
    if need.author_sealed and not need.proxy:
        ticket.resident_id = None


async def press(*, crises: Crises, division: str, own: bool, kinds: tuple[str, ...], note: str, place: str) -> UUID:
    """One tap: somebody is in danger, oneself or another person; words are welcome and not needed."""
    work = crises.work
    work.claim(division)
    known = await Residents(work).of_person(work.caller.person_id) if own else None
    alarm = Alarm(
        division=division,
        origin=CrisisOrigin.BUTTON,
        kinds=crisis.kinds_of(kinds),
        words=note,
        note=note or None,
        resident_id=known.id if known else None,
        age_band=known.age_band if known else None,
        groups=known.target_groups if known else (),
        place=place or None,
        reporter=work.caller.person_id,
    )
    return (await raise_alarm(crises=crises, alarm=alarm)).id


async def told_by_service(
    *, crises: Crises, division: str, subject: str, kinds: tuple[str, ...], resident_id: UUID | None
) -> UUID:
    """Another service saw a signal of danger, in an answer to a questionnaire for example."""
    known = await crises.session.get(Resident, resident_id) if resident_id else None
    alarm = Alarm(
        division=division,
        origin=CrisisOrigin.SERVICE,
        kinds=crisis.kinds_of(kinds),
        subject=subject,
        resident_id=known.id if known else None,
        age_band=known.age_band if known else None,
        groups=known.target_groups if known else (),
        reporter=crises.work.caller.person_id,
    )
    crises.work.claim(division)
    return (await raise_alarm(crises=crises, alarm=alarm)).id


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket with its words, how the person may be reached, whom it was paged to, and what was reported."""

    ticket: CrisisTicket
    statement: str | None
    safe_contact: SafeContact | None
    pages: list[CrisisPage]
    reports: list[CrisisReport]


async def read(*, crises: Crises, ticket_id: UUID) -> Matter:
    """One ticket whole; whoever looks is on record."""
    ticket = await crises.get(CrisisTicket, ticket_id)
    need = await crises.session.get(Need, ticket.need_id) if ticket.need_id else None
    crises.work.witness("read", subject=f"crisis_tickets/{ticket.id}", division=ticket.division, reason=None)
    known = await crises.session.get(Resident, ticket.resident_id) if ticket.resident_id else None
    return Matter(
        ticket,
        statement=need.statement if need else None,
        safe_contact=SafeContact.read(known.safe_contact) if known and known.safe_contact else None,
        pages=await crises.pages(ticket.id),
        reports=await crises.reports(ticket.id),
    )


async def acknowledge(*, crises: Crises, ticket_id: UUID) -> CrisisTicket:
    """Take a matter in hand: paging ends, of two who answer at once the first has it."""
    work, ticket = crises.work, await crises.lock(CrisisTicket, ticket_id)
    if work.caller.person_id is None:
        raise RoleNotAllowed(role=work.caller.role)
    ticket.state = advance(CRISIS_TRANSITIONS, ticket.state, CrisisVerb.ACKNOWLEDGE)
    ticket.acknowledged_at, ticket.next_page_at = work.now, None
    ticket.assigned_person_id = work.caller.person_id
    for page in await crises.pages(ticket.id):
        if page.person_id == work.caller.person_id:
            page.acknowledged_at, page.state = page.acknowledged_at or work.now, PageState.ACKNOWLEDGED
        elif page.state is PageState.PENDING:
            page.state = PageState.CANCELLED
    work.record(ticket, CrisisVerb.ACKNOWLEDGE)
    return ticket


async def escalate(*, crises: Crises, ticket_id: UUID, reason: str) -> CrisisTicket:
    """Ask higher up: the supervisor, then the street, then the county; paged at once."""
    ticket = await crises.lock(CrisisTicket, ticket_id)
    ticket.state = advance(CRISIS_TRANSITIONS, ticket.state, CrisisVerb.ESCALATE)
    ticket.tier, ticket.next_page_at = ticket.tier + 1, crises.work.now
    crises.work.record(ticket, CrisisVerb.ESCALATE, reason=reason)
    return ticket


async def reassign(*, crises: Crises, ticket_id: UUID, person_id: UUID, reason: str) -> CrisisTicket:
    """Hand a matter to somebody, who is paged at once and has to say that they have it."""
    work, ticket = crises.work, await crises.lock(CrisisTicket, ticket_id)
    ticket.state = advance(CRISIS_TRANSITIONS, ticket.state, CrisisVerb.REASSIGN)
    minutes = await rules.value(work, "crisis_ack_minutes", ticket.division)
    ticket.assigned_person_id, ticket.next_page_at = person_id, work.now + timedelta(minutes=minutes)
    crises.add(
        CrisisPage(
            division=ticket.division,
            ticket_id=ticket.id,
            post=DutyPost.ASSIGNED,
            tier=ticket.tier,
            person_id=person_id,
            channel=PageChannel.SMS,
            state=PageState.PENDING,
            tries=0,
            asked_at=work.now,
        )
    )
    work.record(ticket, CrisisVerb.REASSIGN, reason=reason)
    return ticket


async def report(
    *, crises: Crises, ticket_id: UUID, authority: Authority, reported_at: datetime, reference: str
) -> CrisisTicket:
    """Enter the receipt of a report the law asks for; several authorities may be told."""
    ticket = await crises.lock(CrisisTicket, ticket_id)
    ticket.state = advance(CRISIS_TRANSITIONS, ticket.state, CrisisVerb.REPORT)
    _receipt(crises, ticket, authority, reported_at, reference)
    crises.work.record(ticket, CrisisVerb.REPORT)
    return ticket


def _receipt(crises: Crises, ticket: CrisisTicket, authority: Authority, reported_at: datetime, reference: str) -> None:
    crises.add(
        CrisisReport(
            division=ticket.division,
            ticket_id=ticket.id,
            authority=authority,
            reported_at=reported_at,
            reference=reference,
            person_id=crises.work.caller.person_id,
        )
    )
    ticket.reported_at = ticket.reported_at or reported_at


async def resolve(
    *,
    crises: Crises,
    ticket_id: UUID,
    outcome: CrisisOutcome,
    done: str,
    receipt: tuple[Authority, datetime, str] | None,
    no_report_reason: str | None,
) -> CrisisTicket:
    """Close a matter with what was done; what must be reported needs its receipt, or a supervisor's reason why not."""
    work, ticket = crises.work, await crises.lock(CrisisTicket, ticket_id)
    ticket.state = advance(CRISIS_TRANSITIONS, ticket.state, CrisisVerb.RESOLVE)
    if no_report_reason and work.caller.role not in WAIVERS:
        raise RoleNotAllowed(role=work.caller.role)
    if receipt:
        _receipt(crises, ticket, *receipt)
    require_report(owed=ticket.must_report, made=ticket.reported_at is not None, waived=bool(no_report_reason))
    ticket.outcome, ticket.done, ticket.no_report_reason = outcome, done, no_report_reason
    ticket.resolved_at = work.now
    work.record(ticket, CrisisVerb.RESOLVE)
    return ticket


async def unseal(*, crises: Crises, ticket_id: UUID, reason: str) -> UUID:
    """Learn who told, for a reason that stays on record with the name of whoever asked."""
    ticket = await crises.get(CrisisTicket, ticket_id)
    kept = await crises.reporter(ticket.id)
    crises.work.witness("unseal", subject=f"crisis_tickets/{ticket.id}", division=ticket.division, reason=reason)
    if kept is None or not kept.key_version:
        raise NotFound
    sealed = Sealed(kept.key_version, kept.data_key, kept.content)
    return UUID(crises.work.vault.open(sealed, place=_place(ticket.id))["person_id"])


async def rewrap(*, crises: Crises, limit: int) -> int:
    """Wrap the keys of sealed names again after the keys file got a new version."""
    vault = crises.work.vault
    rows = await crises.sealed_before(vault.current, limit)
    for row in rows:
        sealed = vault.rewrap(Sealed(row.key_version, row.data_key, row.content), place=_place(row.ticket_id))
        row.key_version, row.data_key = sealed.version, sealed.data_key
    return len(rows)
