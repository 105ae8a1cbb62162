"""The sandbox clock of a county: business windows pass by moving it, never by shortening them."""

from datetime import datetime, timedelta

from gateway.events import ClockMoved
from gateway.models import CountyClock
from gateway.repository import Clocks
from wushe import clock, sandbox
from wushe.db import subject_of
from wushe.identity import county

Reading = tuple[str, int, datetime, bool]


async def advance(*, clocks: Clocks, division: str, seconds: int) -> Reading:
    """Move a county's clock forward and tell every service; it never moves back."""
    place = county(division)
    clocks.work.claim(place)
    row = await clocks.take(place)
    row.offset_seconds += seconds
    await sandbox.move(clocks.work, place, row.offset_seconds)
    clocks.work.record(row, "advance", ClockMoved(offset_seconds=row.offset_seconds))
    return _reading(place, row, settled=False)


async def read(*, clocks: Clocks, division: str) -> Reading:
    """Where a county's clock stands, and whether every service has heard of all its moves."""
    place = county(division)
    clocks.work.claim(place)
    row = await clocks.of(place)
    return _reading(place, row, settled=row is None or await clocks.settled(subject_of(row)))


def _reading(place: str, row: CountyClock | None, *, settled: bool) -> Reading:
    offset = row.offset_seconds if row else 0
    return place, offset, clock.now() + timedelta(seconds=offset), settled
