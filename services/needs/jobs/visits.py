"""What visits do by themselves."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Visits
from wushe.work import Work

BATCH = 200


@sweeps.every(seconds=60)
async def rewrap_visits(work: Work) -> int:
    """Wrap the data keys of sealed answers again after the keys file got a new version."""
    return await Visits(work).rewrap(BATCH)
