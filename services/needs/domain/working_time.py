"""Time that counts: the hours of working days on a clock in China, holidays and make-up days being data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wushe.errors import CHINA

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count: Monday to Friday but for the days off, and the weekend days worked in exchange (调休)."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    around_the_clock: bool = False
    """Every day counts: for what cannot wait for a Monday."""

    @classmethod
    def read(cls, off: Iterable[str], working: Iterable[str], *, around_the_clock: bool = False) -> "Calendar":
        """As the rule ``holidays`` keeps it."""
        free, worked = frozenset(map(date.fromisoformat, off)), frozenset(map(date.fromisoformat, working))
        return cls(off=free, working=worked, around_the_clock=around_the_clock)

    def counts(self, day: date) -> bool:
        """Whether the hours of a day count."""
        return self.around_the_clock or day in self.working or (day.weekday() < SATURDAY and day not in self.off)


def after(start: datetime, worked: timedelta, calendar: Calendar) -> datetime:
    """The moment at which so much time has counted; at once for none at all.

    It may be the last instant of a working day, and then what comes next begins with the next one.
    """
    at, left = start.astimezone(CHINA), worked
    while left > timedelta(0):
        midnight = _midnight_after(at)
        if calendar.counts(at.date()):
            step = min(left, midnight - at)
            at, left = at + step, left - step
        else:
            at = midnight
    return at.astimezone(start.tzinfo)


def between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """How much time counted from one moment to another; none when the other is not later."""
    at, last, counted = start.astimezone(CHINA), end.astimezone(CHINA), timedelta(0)
    while at < last:
        stop = min(_midnight_after(at), last)
        if calendar.counts(at.date()):
            counted += stop - at
        at = stop
    return counted


def _midnight_after(at: datetime) -> datetime:
    return datetime.combine(at.date() + DAY, time(), CHINA)
