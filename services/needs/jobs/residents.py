"""What the registry does by itself."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Residents
from wushe.work import Work

BATCH = 200


@sweeps.every(seconds=60)
async def rewrap(work: Work) -> int:
    """Wrap data keys again after the keys file got a new version."""
    return await Residents(work).rewrap(BATCH)
