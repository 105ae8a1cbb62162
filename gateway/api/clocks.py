"""The sandbox clock; these routes exist in development only."""

from typing import Annotated

from fastapi import Query

from gateway.repository import Clocks
from gateway.schemas.registry import ClockIn, ClockOut
from gateway.usecases import clocks
from wushe.authorize import Roles
from wushe.errors import OutOfScope
from wushe.routes import DivisionCode, Router, Working

router = Router(tag="sandbox", about="沙箱时钟，只在开发环境 · The sandbox clock, in development only")
ADDRESS = "/v1/sandbox/clock"


def _shown(reading: clocks.Reading) -> ClockOut:
    division, offset, now, settled = reading
    return ClockOut(division=division, offset_seconds=offset, now=now, settled=settled)


@router.verb(
    ADDRESS,
    access=Roles("operator"),
    operation="advanceSandboxClock",
    summary="推进沙箱时钟 · Move the sandbox clock forward",
    refusals=[OutOfScope],
)
async def advance(body: ClockIn, work: Working) -> ClockOut:
    """Move the business clock of a county; the services follow within moments, see ``settled``."""
    reading = await clocks.advance(clocks=Clocks(work), division=body.division, seconds=body.advance_seconds)
    return _shown(reading)


@router.read(
    ADDRESS,
    access=Roles("operator"),
    operation="getSandboxClock",
    summary="查看沙箱时钟 · Read the sandbox clock",
    refusals=[OutOfScope],
)
async def read(work: Working, division: Annotated[DivisionCode, Query()]) -> ClockOut:
    """Where the business clock of a county stands."""
    return _shown(await clocks.read(clocks=Clocks(work), division=division))
