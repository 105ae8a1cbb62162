"""What this service does by itself."""

from services.projects.repository import Deliberations, Projects
from services.projects.usecases import deliberations, implementation
from wushe.jobs import Sweeps
from wushe.work import Work

sweeps = Sweeps()


@sweeps.every(seconds=60)
async def expire_starts(work: Work) -> int:
    """Give up attempts to start that nobody answered in time."""
    return await implementation.expire(repo=Projects(work))


@sweeps.every(seconds=60)
async def conclude_deliberations(work: Work) -> int:
    """Let decisions take effect whose publicity is over."""
    return await deliberations.conclude(repo=Deliberations(work))
