"""What evaluation does by itself: open, close, tell, finalise."""

from functools import partial

from services.evaluation.usecases import closing, issuing, opening, reporting
from services.evaluation.usecases.office import Office
from wushe.jobs import Sweeps
from wushe.work import Work


def schedule(office: Office) -> Sweeps:
    """The sweeps in the order one evaluation needs them."""
    sweeps = Sweeps()

    @sweeps.every(seconds=30)
    async def close_evaluations(work: Work) -> int:
        """End what has been open for its whole window."""
        return await closing.close_due(work)

    @sweeps.every(seconds=2)
    async def prepare_evaluations(work: Work) -> int:
        """See who waits, and prepare them once this unit of work is over; a lost step is found again by the next."""
        found = await opening.ready(work)
        work.after.append(partial(opening.prepare, office=office, found=found))
        return 0

    @sweeps.every(seconds=2)
    async def move_evaluations(work: Work) -> int:
        """Take one evaluation one step on; what is furthest goes first, so that a stuck one holds nobody up."""
        return await closing.seal_next(work, office) or await opening.open_next(work, office)

    sweeps.every(seconds=5)(issuing.invite_some)
    sweeps.every(seconds=60)(issuing.notify_some)
    sweeps.every(seconds=60)(reporting.finalise_due)
    return sweeps
