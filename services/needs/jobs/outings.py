"""What is done about visitors who should be back."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Outings
from services.needs.usecases import outings as cases
from wushe.work import Work

BATCH = 500
"""More than may be within their grace at once: whoever is past it is never behind them."""


@sweeps.every(seconds=30)
async def warn_visitors(work: Work) -> int:
    """Remind visitors whose time is over."""
    return await cases.warn(outings=Outings(work), limit=BATCH)


@sweeps.every(seconds=30)
async def alarm_for_visitors(work: Work) -> int:
    """Call the people on duty for visitors who stay silent."""
    return await cases.alarm(outings=Outings(work), limit=BATCH)
