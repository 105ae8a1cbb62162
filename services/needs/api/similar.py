"""Routes of similar needs."""

from uuid import UUID

from services.needs.api import access
from services.needs.domain.authorship import FAMILY
from services.needs.repository import Similar
from services.needs.schemas.similar import SimilarIn, SimilarOut
from services.needs.usecases import needs as need_cases
from services.needs.usecases import similar as cases
from wushe.errors import OutOfScope
from wushe.routes import Router, Working

router = Router(tag="needs")


@router.verb(
    "/v1/needs/similar",
    access=access.COMPARERS,
    operation="findSimilarNeeds",
    summary="查找相似需求 · Find similar needs",
    refusals=[OutOfScope],
)
async def similar(body: SimilarIn, work: Working) -> SimilarOut:
    """What neighbours already asked for, to co-sign instead of asking again."""
    work.claim(body.division)
    found = Similar(work)
    danger = await need_cases.read_danger(needs=found, statement=body.statement, division=body.division)
    if danger:
        return SimilarOut.of_danger(danger.lines)
    best = await cases.of_draft(similar=found, division=body.division, said=body.draft())
    return SimilarOut.of(best, words=work.caller.role not in FAMILY)


@router.read(
    "/v1/needs/{need_id}/similar",
    access=access.COMPARERS,
    operation="listNeedsLikeThis",
    summary="与这条需求相似的 · Needs like this one",
)
async def like_this(need_id: UUID, work: Working) -> SimilarOut:
    """What may be the same as a need of the register, with reasons; none for one that speaks of danger."""
    best = await cases.of_need(similar=Similar(work), need_id=need_id)
    return SimilarOut.of(best, words=work.caller.role not in FAMILY)
