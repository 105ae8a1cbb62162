"""What needs do by themselves."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Needs
from services.needs.usecases import needs as cases
from services.needs.usecases import sla
from wushe.work import Work

BATCH = 100


@sweeps.every(seconds=60)
async def close_silent(work: Work) -> int:
    """Close answered needs whose author stayed silent (rule ``silence_days``)."""
    return await cases.close_silent(needs=Needs(work), limit=BATCH)


@sweeps.every(seconds=60)
async def mark_overdue(work: Work) -> int:
    """Mark what was not read or answered in time, and say so (rules ``sla_hours``, ``holidays``)."""
    return await sla.mark_overdue(needs=Needs(work), limit=BATCH)
