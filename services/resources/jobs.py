"""Sweeps of the resources service."""

from services.resources.repository import Linking, Nearby
from services.resources.usecases import nearby, offers, reservations
from wushe.jobs import Sweeps
from wushe.work import Work

sweeps = Sweeps()


@sweeps.every(seconds=60)
async def expire_holds(work: Work) -> int:
    """Let go of reservations that were not confirmed in time."""
    return await reservations.expire_holds(linking=Linking(work))


@sweeps.every(seconds=60)
async def expire_offers(work: Work) -> int:
    """End offers nobody answered in time."""
    return await offers.expire_unanswered(linking=Linking(work))


@sweeps.every(seconds=60)
async def expire_need_offers(work: Work) -> int:
    """End what was put to providers nearby and nobody answered in time."""
    return await nearby.expire(nearby=Nearby(work), limit=100)
