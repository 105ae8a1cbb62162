"""What needs do by themselves."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Needs
from services.needs.usecases import needs as cases
from wushe.work import Work

BATCH = 100


@sweeps.every(seconds=60)
async def close_silent(work: Work) -> int:
    """Close answered needs whose author stayed silent (rule ``silence_days``)."""
    return await cases.close_silent(needs=Needs(work), limit=BATCH)
