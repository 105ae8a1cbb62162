"""What the index of words needs by itself."""

from services.needs.jobs.schedule import sweeps
from services.needs.repository import Terms
from services.needs.usecases import terms as cases
from wushe.work import Work

BATCH = 200
"""Needs of one transaction: while it lasts nobody else changes these, so it is short."""


@sweeps.every(seconds=60)
async def index_older(work: Work) -> int:
    """Take needs from before the index of words into it, until none is left."""
    return await cases.index_older(terms=Terms(work), limit=BATCH)
