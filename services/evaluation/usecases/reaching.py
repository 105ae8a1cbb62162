"""Finding an evaluation from next door: whoever was served there is on its roster, wherever they live."""

from uuid import UUID

from services.evaluation.domain.roster import SPEAK_FOR_THEMSELVES
from services.evaluation.models import Evaluation, RosterEntry
from services.evaluation.repository import Evaluations
from wushe.errors import NotFound
from wushe.work import Work


async def reach(work: Work, *, evaluation_id: UUID, is_steady: bool = False) -> tuple[Evaluation, RosterEntry | None]:
    """An evaluation in the caller's divisions, or one whose roster names them, with their entry; else NOT_FOUND."""
    home, evaluations = work.caller, Evaluations(work)
    if home.role in SPEAK_FOR_THEMSELVES:
        await work.widen()
    if is_steady:
        evaluation = await evaluations.steady(evaluation_id)
    else:
        evaluation = await evaluations.get(Evaluation, evaluation_id)
    entry = await evaluations.entry(evaluation.id, home.person_id) if home.person_id else None
    if entry is None and not home.covers(evaluation.division):
        raise NotFound
    return evaluation, entry
