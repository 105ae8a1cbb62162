"""The duty rota: who answers in which hours, and where nobody does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.needs.domain.duty import Rung, Span, gaps, require_shift, require_window
from services.needs.models import DutyRoster
from services.needs.repository import Duty
from services.needs.usecases.paging import rungs_of
from wushe.errors import Refusal


class RosterOverlaps(Refusal):
    """In one division one shift holds at a time: whoever is on duty is never in doubt."""

    zh = "与 {starts_at} 至 {ends_at} 的班次重叠，请先调整。"
    en = "This overlaps the shift from {starts_at} to {ends_at}; change that one first."
    toast = "班次重叠"


async def plan(*, duty: Duty, division: str, span: Span, people: Sequence[dict[str, Any]]) -> DutyRoster:
    """Put a shift on the rota."""
    duty.work.claim(division)
    await _require_free(duty, division, span)
    shift = DutyRoster(division=division, starts_at=span.starts_at, ends_at=span.ends_at, people=list(people))
    duty.work.record(duty.add(shift), "plan")
    return shift


async def replace(*, duty: Duty, roster_id: UUID, span: Span, people: Sequence[dict[str, Any]]) -> DutyRoster:
    """Change a shift: swap people, move its hours; from now on the new people are paged."""
    shift = await duty.lock(DutyRoster, roster_id)
    await _require_free(duty, shift.division, span, besides=shift.id)
    shift.starts_at, shift.ends_at, shift.people = span.starts_at, span.ends_at, list(people)
    duty.work.record(shift, "replace")
    return shift


async def _require_free(duty: Duty, division: str, span: Span, *, besides: UUID | None = None) -> None:
    require_shift(span)
    for taken in await duty.overlapping(division, span):
        if taken.id != besides:
            raise RosterOverlaps(starts_at=taken.starts_at, ends_at=taken.ends_at)


async def uncovered(*, duty: Duty, division: str, asked: Span) -> list[Span]:
    """The hours of a time in which nobody of a division is on duty."""
    duty.work.claim(division)
    require_window(asked)
    shifts = await duty.overlapping(division, asked)
    return gaps([Span(shift.starts_at, shift.ends_at) for shift in shifts], asked)


async def now(*, duty: Duty, division: str) -> tuple[datetime, list[Rung]]:
    """Who would be paged now, in order, as far up as the caller may see."""
    duty.work.claim(division)
    return duty.work.now, await rungs_of(duty.work, division, duty.work.now)
