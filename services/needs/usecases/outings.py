"""Somebody says where they go and when they will be back; if they do not, others are told until one of them acts."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from services.needs.domain.crisis import Alarm, CrisisOrigin, CrisisOutcome
from services.needs.domain.lifecycle import OUTING_TRANSITIONS, OutingState, OutingVerb, advance
from services.needs.domain.notices import OUTING_OVERDUE
from services.needs.domain.outings import OVERDUE_KIND, StillOut, later, require_another, require_visitor
from services.needs.domain.visits import odd
from services.needs.events import About
from services.needs.models import Outing
from services.needs.repository import Crises, Outings, Places, Residents
from services.needs.usecases.crises import raise_alarm
from services.needs.usecases.moves import notices
from wushe import rules
from wushe.errors import RoleNotAllowed
from wushe.jobs import each


async def check_in(
    *,
    outings: Outings,
    division: str,
    resident_id: UUID | None,
    place: str | None,
    place_id: UUID | None,
    expected_minutes: int,
    alone: bool,
) -> Outing:
    """Somebody goes out and says when they will be back."""
    work = outings.work
    work.claim(division)
    person = work.caller.person_id
    if person is None:
        raise RoleNotAllowed(role=work.caller.role)
    if resident_id and await Residents(work).seen(resident_id) is None:
        raise odd("/resident_id", "UNKNOWN", "没有找到这位居民。", "No such resident.")
    if place_id and await Places(work).active(place_id, division) is None:
        raise odd("/place_id", "UNKNOWN", "没有找到这个地点。", "No such place.")
    if await outings.of(person):
        raise StillOut
    outing = outings.add(
        Outing(
            division=division,
            state=OutingState.OPEN,
            person_id=person,
            resident_id=resident_id,
            place=place,
            place_id=place_id,
            alone=alone,
            started_at=work.now,
            due_at=work.now + timedelta(minutes=expected_minutes),
        )
    )
    work.record(outing, "check_in")
    return outing


async def extend(*, outings: Outings, outing_id: UUID, minutes: int) -> Outing:
    """More time; whoever is late already is not late any more."""
    outing = await _own(outings, outing_id, OutingVerb.EXTEND)
    outing.due_at, outing.warned_at = later(outing.due_at, outings.work.now, minutes), None
    return outing


async def come_back(*, outings: Outings, outing_id: UUID) -> Outing:
    """They are back; people who were called for them still close their ticket themselves."""
    outing = await _own(outings, outing_id, OutingVerb.RETURN)
    outing.ended_at = outings.work.now
    return outing


async def _own(outings: Outings, outing_id: UUID, verb: OutingVerb) -> Outing:
    outing = await outings.take(outing_id)
    require_visitor(outings.work.caller.person_id, outing.person_id)
    outing.state = advance(OUTING_TRANSITIONS, outing.state, verb)
    outings.work.record(outing, verb)
    return outing


async def acknowledge(*, outings: Outings, outing_id: UUID, outcome: CrisisOutcome, note: str) -> Outing:
    """Somebody else found out how the visitor is, and says so."""
    outing = await outings.take(outing_id)
    require_another(outings.work.caller.person_id, outing.person_id)
    outing.state = advance(OUTING_TRANSITIONS, outing.state, OutingVerb.ACKNOWLEDGE)
    outing.outcome, outing.note, outing.ended_at = outcome, note, outings.work.now
    outings.work.record(outing, OutingVerb.ACKNOWLEDGE, reason=note)
    return outing


async def warn(*, outings: Outings, limit: int) -> int:
    """Remind whoever should be back by now to say that they are."""

    async def remind(late: tuple[Outing, datetime]) -> None:
        outing, now = late
        outing.state = advance(OUTING_TRANSITIONS, outing.state, OutingVerb.WARN)
        outing.warned_at = now
        told = notices(
            outings.work, OUTING_OVERDUE, [outing.person_id], about=About(collection="outings", id=outing.id)
        )
        outings.work.record(outing, OutingVerb.WARN, *told)

    return await each(outings.work, await outings.late(OutingState.OPEN, limit), remind)


async def alarm(*, outings: Outings, limit: int) -> int:
    """Call the people on duty for whoever went alone and is silent past the grace (rule ``outing_grace_minutes``)."""
    missed = []
    for outing, now in await outings.missed(limit):
        grace = await rules.value(outings.work, "outing_grace_minutes", outing.division)
        if outing.due_at + timedelta(minutes=grace) <= now:
            missed.append((outing, now))
    return await each(outings.work, missed, partial(_call, outings))


async def _call(outings: Outings, missed: tuple[Outing, datetime]) -> None:
    """A ticket is paged from person to person until one takes it; it is closed by a person's word only."""
    outing, now = missed
    told = Alarm(
        division=outing.division,
        origin=CrisisOrigin.VISIT,
        kinds=(OVERDUE_KIND,),
        subject=f"outings/{outing.id}",
        place=outing.place,
    )
    ticket = await raise_alarm(crises=Crises(outings.work), alarm=told)
    ticket.opened_at, ticket.ack_due_at = now, ticket.ack_due_at + (now - ticket.opened_at)
    ticket.next_page_at = now
    outing.ticket_id = ticket.id
    outing.state = advance(OUTING_TRANSITIONS, outing.state, OutingVerb.ALARM)
    outings.work.record(outing, OutingVerb.ALARM)
