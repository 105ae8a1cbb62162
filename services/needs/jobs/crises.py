"""What sealed names need by themselves."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Crises
from services.needs.usecases import crises as cases
from wushe.work import Work

BATCH = 200


@sweeps.every(seconds=60)
async def rewrap_reporters(work: Work) -> int:
    """Wrap the keys of sealed names again after the keys file got a new version."""
    return await cases.rewrap(crises=Crises(work), limit=BATCH)
