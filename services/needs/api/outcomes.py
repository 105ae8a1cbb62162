"""What askers said came of their needs, counted."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from services.needs.api import access
from services.needs.repository import Needs
from services.needs.schemas.outcomes import OutcomesOut
from services.needs.usecases import outcomes
from wushe.errors import OutOfScope
from wushe.routes import DivisionCode, Router, Working

router = Router(tag="needs")


@router.read(
    "/v1/needs/outcomes",
    access=access.OUTCOME_READERS,
    operation="countNeedOutcomes",
    summary="反馈统计 · What askers said, counted",
    refusals=[OutOfScope],
)
async def count(
    work: Working,
    division: Annotated[DivisionCode | None, Query()] = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="从何时起 · from when")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="到何时止 · until when")] = None,
) -> OutcomesOut:
    """Words by outcome, the share that says "solved" with its interval, and apart from them the silent."""
    place = division or work.caller.scope
    work.claim(place)
    found = await outcomes.count(needs=Needs(work), division=place, since=since, until=until)
    return OutcomesOut.model_validate(found)
