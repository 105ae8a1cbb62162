"""Carrying merges of divisions through."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Divisions
from services.needs.usecases import divisions as cases
from wushe.work import Work

BATCH = 200


@sweeps.every(seconds=20)
async def merge_divisions(work: Work) -> int:
    """Move the next batch of a merge under way; it goes on where it broke off."""
    return await cases.carry_on(divisions=Divisions(work), limit=BATCH)
