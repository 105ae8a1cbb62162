"""Casting a ballot and checking the log: nobody is asked who they are."""

from uuid import UUID

from services.evaluation.domain.blind import SignatureInvalid
from services.evaluation.domain.tally import BallotFinal, EvaluationClosed
from services.evaluation.schemas.evaluations import BallotIn, BallotOut, LogOut
from services.evaluation.schemas.octets import decode
from services.evaluation.usecases import balloting
from wushe.authorize import PUBLIC
from wushe.routes import Router, Working

router = Router(tag="evaluations")


@router.create(
    "/v1/evaluations/{evaluation_id}/ballots",
    access=PUBLIC,
    keyless=True,
    unlogged=True,
    database="ballots",
    max_body=8192,
    operation="castBallot",
    summary="匿名提交评价 · Cast an anonymous ballot",
    refusals=[SignatureInvalid, BallotFinal, EvaluationClosed],
)
async def cast(evaluation_id: UUID, body: BallotIn, work: Working) -> BallotOut:
    """The token is the key: the same ballot again is answered with the same receipt."""
    kept = await balloting.cast(
        work,
        evaluation_id=evaluation_id,
        token=decode(body.token),
        signature=decode(body.signature),
        answers=body.answers,
    )
    return BallotOut.model_validate(kept)


@router.read(
    "/v1/evaluations/{evaluation_id}/log",
    access=PUBLIC,
    unlogged=True,
    database="ballots",
    operation="getBallotLog",
    summary="评价记录公示 · Public ballot log",
    refusals=[balloting.LogNotPublished],
)
async def log(evaluation_id: UUID, work: Working) -> LogOut:
    """Every leaf after close; answers only when there are at least k."""
    return LogOut.model_validate(await balloting.log(work, evaluation_id=evaluation_id))
