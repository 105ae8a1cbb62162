"""Shapes of the duty rota."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.duty import DutyPost, PageChannel, Rung, Span
from services.needs.schemas.shared import DutyPhone, Moment
from wushe.routes import DivisionCode, In, Out


class OnDutyIn(In):
    """Somebody on duty: in which place, and how they are paged; ``phone`` is the duty's, where there is one."""

    person_id: UUID
    post: DutyPost
    channel: PageChannel = PageChannel.SMS
    phone: DutyPhone | None = None


class ShiftIn(In):
    """The hours of a shift and its people, in the order they are paged."""

    starts_at: Moment
    ends_at: Moment
    people: Annotated[list[OnDutyIn], Field(min_length=1, max_length=20)]

    def span(self) -> Span:
        """The hours."""
        return Span(self.starts_at, self.ends_at)

    def rows(self) -> list[dict[str, Any]]:
        """The people as they are stored."""
        return [each.model_dump(mode="json") for each in self.people]


class RosterIn(ShiftIn):
    """A shift of one division."""

    division: DivisionCode


class RosterFilters(BaseModel):
    """What a list of shifts may be narrowed by."""

    division: DivisionCode | None = None


class OnDutyOut(Out):
    """Somebody on duty."""

    person_id: UUID
    post: DutyPost
    channel: PageChannel
    phone: str | None


class RosterOut(Out):
    """A shift on the rota."""

    id: UUID
    division: str
    starts_at: datetime
    ends_at: datetime
    people: list[OnDutyOut]
    version: int
    created_at: datetime


class GapOut(Out):
    """A time in which nobody is on duty."""

    starts_at: datetime
    ends_at: datetime


class GapsOut(Out):
    """The times in which nobody is on duty, oldest first."""

    items: list[GapOut]


class RungOut(Out):
    """One who would be paged, and how high up: 0 the division's own, 1 its supervisor, 2 the one above it."""

    tier: int
    post: DutyPost
    channel: PageChannel
    person_id: UUID | None


class NowOut(Out):
    """Who would be paged at a moment, in order."""

    at: datetime
    items: list[RungOut]

    @classmethod
    def of(cls, at: datetime, rungs: list[Rung]) -> "NowOut":
        """The ladder on the wire."""
        shown = [RungOut(tier=r.tier, post=r.who.post, channel=r.who.channel, person_id=r.who.person_id) for r in rungs]
        return cls(at=at, items=shown)
