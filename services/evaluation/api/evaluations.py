"""Routes of evaluations: what is open, who may take part, and the one credential each."""

from uuid import UUID

from services.evaluation.api.access import DECIDERS, READERS, SERVED, STAFF, Serving
from services.evaluation.domain.blind import BlindedMessageInvalid
from services.evaluation.domain.lifecycle import EvaluationState
from services.evaluation.domain.roster import ConflictOfInterest, NotServed, OwnProject, PersonUnknown
from services.evaluation.domain.tally import EvaluationClosed
from services.evaluation.schemas.evaluations import (
    CredentialIn,
    CredentialOut,
    EvaluationDetail,
    EvaluationOut,
    RosterOut,
)
from services.evaluation.schemas.octets import decode, encode
from services.evaluation.schemas.reports import ReportOut
from services.evaluation.usecases import closing, issuing, reading, reporting
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(
    tag="evaluations", about="评价：名册、凭证、匿名评价 · Evaluations: rosters, credentials, anonymous ballots"
)


@router.create(
    "/v1/evaluations/{evaluation_id}/credentials",
    access=SERVED,
    keyless=True,
    max_body=8192,
    operation="issueCredential",
    summary="领取匿名评价凭证 · Obtain a blind credential",
    refusals=[
        NotServed,
        ConflictOfInterest,
        issuing.CredentialIssued,
        BlindedMessageInvalid,
        EvaluationClosed,
        ActionNotAllowed,
    ],
)
async def issue(evaluation_id: UUID, body: CredentialIn, work: Working, office: Serving) -> CredentialOut:
    """Sign a token unseen; the blinded message is the key, and a place on the roster counts wherever one lives."""
    signed = await issuing.issue(
        work, office, evaluation_id=evaluation_id, blinded=decode(body.blinded), stratum=body.stratum
    )
    return CredentialOut(signature=encode(signed.signature), key_id=signed.key_id)


@router.read("/v1/evaluations", access=READERS, operation="listEvaluations", summary="评价列表 · List evaluations")
async def listed(
    page: Paging, work: Working, project_id: UUID | None = None, state: EvaluationState | None = None
) -> Page[EvaluationOut]:
    """Newest first."""
    found = await reading.listed(work, page, project_id=project_id, state=state)
    items = [EvaluationOut.model_validate(row) for row in found.items]
    return Page[EvaluationOut](items=items, next_cursor=found.next_cursor)


@router.read(
    "/v1/evaluations/{evaluation_id}", access=READERS, operation="getEvaluation", summary="评价详情 · Get an evaluation"
)
async def read(evaluation_id: UUID, work: Working, office: Serving) -> EvaluationDetail:
    """With the public keys, the questions and the counts; never with names."""
    return EvaluationDetail.of(await reading.overview(work, office, evaluation_id=evaluation_id))


@router.read(
    "/v1/evaluations/{evaluation_id}/roster",
    access=READERS,
    operation="getRoster",
    summary="评价名册 · Own place on the roster",
)
async def roster(evaluation_id: UUID, work: Working) -> RosterOut:
    """The caller's own place; counts for staff."""
    return RosterOut.of(await reading.place(work, evaluation_id=evaluation_id, staff=work.caller.role in STAFF))


@router.read(
    "/v1/evaluations/{evaluation_id}/report",
    access=READERS,
    operation="getEvaluationReport",
    summary="评价报告 · Report of an evaluation",
    refusals=[NotFound],
)
async def report(evaluation_id: UUID, work: Working) -> ReportOut:
    """A draft while it may be appealed against, then final."""
    return ReportOut.model_validate(await reporting.report_of(work, evaluation_id=evaluation_id))


@router.verb(
    "/v1/evaluations/{evaluation_id}/close",
    access=DECIDERS,
    if_match=True,
    operation="closeEvaluation",
    summary="结束评价 · Close an evaluation",
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown, closing.BallotWindowOpen],
)
async def close(evaluation_id: UUID, work: Working) -> EvaluationOut:
    """No more ballots; the report follows within seconds."""
    return EvaluationOut.model_validate(await closing.close(work, evaluation_id=evaluation_id))
