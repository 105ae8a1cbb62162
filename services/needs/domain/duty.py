"""Who is on duty, who is paged next, and in which hours nobody is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wushe.errors import Refusal

LONGEST = timedelta(days=31)
WINDOW = timedelta(days=92)


class DutyPost(StrEnum):
    """In which place somebody stands on the rota."""

    FIRST = "first"
    BACKUP = "backup"
    SUPERVISOR = "supervisor"
    ASSIGNED = "assigned"
    """Not from a rota: somebody handed the matter to them."""
    FALLBACK = "fallback"
    """Not from a rota: the number of last resort."""


class PageChannel(StrEnum):
    """How somebody is paged; a message that needs a quota or an open program never counts."""

    SMS = "sms"
    VOICE = "voice"


class PageState(StrEnum):
    """What became of one attempt to reach somebody."""

    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Somebody had the matter in hand before it was sent."""
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on a rota and how to reach them: by the duty's telephone, else by the person's own."""

    post: DutyPost
    channel: PageChannel
    person_id: UUID | None = None
    phone: str | None = None

    @property
    def whom(self) -> tuple[UUID | None, str | None]:
        """Who this is, however they are reached."""
        return self.person_id, None if self.person_id else self.phone


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: who, and how high up they stand."""

    tier: int
    who: OnDuty


@dataclass(frozen=True, slots=True)
class Span:
    """A time from one moment up to another, not including it."""

    starts_at: datetime
    ends_at: datetime


class ShiftInvalid(Refusal):
    """A shift begins before it ends and lasts at most 31 days."""

    status = 422
    zh = "值班时段的结束须晚于开始，且不超过 31 天。"
    en = "A shift ends after it begins and lasts at most 31 days."
    toast = "时段不正确"


class WindowInvalid(Refusal):
    """Gaps are looked for in a time that ends after it begins and lasts at most 92 days."""

    status = 422
    zh = "查询时段的结束须晚于开始，且不超过 92 天。"
    en = "The time asked about ends after it begins and lasts at most 92 days."
    toast = "时段不正确"


def require_shift(span: Span) -> None:
    """Refuse a shift that runs backwards or for months."""
    if not timedelta() < span.ends_at - span.starts_at <= LONGEST:
        raise ShiftInvalid


def require_window(asked: Span) -> None:
    """Refuse to look for gaps in a time that runs backwards or for years."""
    if not timedelta() < asked.ends_at - asked.starts_at <= WINDOW:
        raise WindowInvalid


def gaps(shifts: Iterable[Span], asked: Span) -> list[Span]:
    """The times of a window in which nobody is on duty, oldest first."""
    found, reached = [], asked.starts_at
    for shift in sorted(shifts, key=lambda span: span.starts_at):
        if shift.starts_at > reached:
            found.append(Span(reached, min(shift.starts_at, asked.ends_at)))
        reached = max(reached, shift.ends_at)
    if reached < asked.ends_at:
        found.append(Span(reached, asked.ends_at))
    return [span for span in found if span.starts_at < span.ends_at]


def ladder(chain: Sequence[str], on_duty: Mapping[str, Sequence[OnDuty]], fallback: Sequence[OnDuty]) -> list[Rung]:
    """Everybody who may be paged, in order: a division's people, its supervisor, the division above, last the rule.

    ``chain`` names the divisions from the matter's own upwards; one without a shift leaves its tiers empty.
    """
    rungs = []
    for level, division in enumerate(chain):
        people = sorted(on_duty.get(division, ()), key=lambda who: _ORDER[who.post])
        rungs += [Rung(2 * level + (who.post is DutyPost.SUPERVISOR), who) for who in people]
    return rungs + [Rung(2 * len(chain), who) for who in fallback]


_ORDER = {post: place for place, post in enumerate(DutyPost)}


def next_rung(rungs: Sequence[Rung], paged: Mapping[tuple[UUID | None, str | None], int], tier: int) -> Rung | None:
    """Who is paged next: the lowest from a tier on who was paged least, so that the ladder begins again at its end."""
    reachable = [rung for rung in rungs if rung.tier >= tier] or list(rungs)
    return min(reachable, key=lambda rung: paged.get(rung.who.whom, 0), default=None)


def other(channel: PageChannel) -> PageChannel:
    """The way that is tried when this one failed."""
    return PageChannel.VOICE if channel is PageChannel.SMS else PageChannel.SMS
