"""The clocks of a need: when it should have been read and answered, and who hears when it was not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.needs.domain.codes import Urgency
from services.needs.domain.lifecycle import NeedState
from services.needs.domain.notices import LATE_TO_STREET, LATE_TO_WORKER, Notice
from services.needs.domain.working_time import Calendar, after, between
from services.needs.events import About, NeedDelayed, StaffNoticed
from services.needs.models import Need
from services.needs.repository import Needs
from wushe import rules
from wushe.jobs import each
from wushe.outbox import Event
from wushe.work import Work

UNREAD = frozenset({NeedState.SUBMITTED, NeedState.REOPENED})
RUNNING = UNREAD | {NeedState.TRIAGED, NeedState.ACCEPTED}
"""Whoever asked waits for us; a need linked to a concern or planned into a project has its answer on the way."""
PAUSED = frozenset({NeedState.REFERRED})
"""Somebody else has it: the clock stands, and runs on with what was left."""
STREET = 2
TOLD = {1: ("community_worker", LATE_TO_WORKER), STREET: ("street_officer", LATE_TO_STREET)}
"""How far up being late was told: first to the workers of the community, then to the street."""


async def begin(*, work: Work, need: Need) -> None:
    """Start the clocks of a need just taken down, or opened again (rules ``sla_hours``, ``holidays``)."""
    need.sla_started_at, need.sla_paused_at = work.now, None
    need.overdue, need.overdue_level = False, 0
    hours, calendar = await _promised(work, need)
    need.triage_due_at = after(work.now, timedelta(hours=hours["triage"]), calendar)
    _promise_answer(need, work.now, hours, calendar)


async def follow(*, work: Work, need: Need, before: NeedState) -> None:
    """Let the clocks keep up with a need that has just moved."""
    if need.state == NeedState.REOPENED:
        await begin(work=work, need=need)
    elif before in UNREAD and need.state == NeedState.TRIAGED:
        need.overdue, need.overdue_level = False, 0
        _promise_answer(need, work.now, *await _promised(work, need))
    elif need.state in PAUSED:
        need.sla_paused_at, need.next_due_at = work.now, None
    elif before in PAUSED and need.sla_paused_at is not None:
        await _run_on(work, need, need.sla_paused_at)
    if need.state not in RUNNING | PAUSED:
        stop(need)


def stop(need: Need) -> None:
    """Nothing is due any more; what was promised stays on record."""
    need.next_due_at, need.overdue, need.overdue_level, need.sla_paused_at = None, False, 0, None


def _promise_answer(need: Need, now: datetime, hours: Mapping[str, Any], calendar: Calendar) -> None:
    """The answer is due from when the clock began, however late somebody read how urgent it is."""
    need.answer_due_at = after(need.sla_started_at or now, timedelta(hours=hours["answer"]), calendar)
    need.next_due_at = need.triage_due_at if need.state in UNREAD else need.answer_due_at


async def _run_on(work: Work, need: Need, paused_at: datetime) -> None:
    """Each clock has as much left as it had when it was stopped."""
    _, calendar = await _promised(work, need)
    for name in ("triage_due_at", "answer_due_at"):
        due: datetime | None = getattr(need, name)
        if due is not None and due > paused_at:
            setattr(need, name, after(work.now, between(paused_at, due, calendar), calendar))
    need.sla_paused_at = None
    need.next_due_at = need.triage_due_at if need.state in UNREAD else need.answer_due_at


async def _promised(work: Work, need: Need) -> tuple[Mapping[str, Any], Calendar]:
    hours = await rules.value(work, "sla_hours", need.division)
    days = await rules.value(work, "holidays", need.division)
    promised = hours[need.urgency or Urgency.NORMAL]
    return promised, Calendar.read(**days, around_the_clock=promised["around_the_clock"])


async def mark_overdue(*, needs: Needs, limit: int) -> int:
    """Mark what is late, and say so: to the community's workers first, a while later to the street."""

    async def mark(due: tuple[Need, datetime]) -> None:
        need, now = due
        needs.work.note(need)
        hours, calendar = await _promised(needs.work, need)
        need.overdue, need.overdue_level = True, need.overdue_level + 1
        later = after(now, timedelta(hours=hours["escalate"]), calendar)
        need.next_due_at = later if need.overdue_level < STREET else None
        needs.work.record(need, "overdue", *_late(need))

    return await each(needs.work, await needs.fallen_due(limit), mark)


def _late(need: Need) -> list[Event]:
    """Danger has its own tickets and timers, and is in nobody's inbox."""
    if need.danger:
        return []
    role, notice = TOLD[min(need.overdue_level, STREET)]
    return [NeedDelayed(need_id=need.id, state=need.state), staff(need, role, notice)]


def staff(need: Need, role: str, notice: Notice) -> StaffNoticed:
    """A word to whoever has a duty over the need's division."""
    about = About(collection="needs", id=need.id)
    return StaffNoticed(role=role, code=notice.code, zh=notice.zh, en=notice.en, about=about)
