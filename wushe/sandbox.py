"""The sandbox clock: business deadlines of one county move forward, by event, in every service (development only)."""

from sqlalchemy import text

from wushe.identity import county
from wushe.inbox import Consumers, Heard
from wushe.jobs import Sweeps
from wushe.work import Work

CLOCK_MOVED = "cn.wushe.gateway.clock.moved.v1"
_MOVE = text(
    "insert into sandbox_clock (county, offset_seconds) values (:county, :offset)"
    " on conflict (county) do update set offset_seconds = excluded.offset_seconds"
)


class ClockMoved(Heard):
    """A county's business clock was moved."""

    offset_seconds: int


async def move(work: Work, division: str, offset_seconds: int) -> None:
    """Set the offset of a county's business clock."""
    await work.session.execute(_MOVE, {"county": county(division), "offset": offset_seconds})


def listen_to_clock(consumers: Consumers, sweeps: Sweeps) -> None:
    """Move the clock when the gateway says so, then run the sweeps that have become due."""

    @consumers.on(CLOCK_MOVED)
    async def moved(work: Work, event: ClockMoved) -> None:
        await move(work, event.division, event.offset_seconds)
        work.after.append(sweeps.run_all)
