"""Routes of reports, appeals and payout advices."""

from uuid import UUID

from services.evaluation.api.access import (
    APPEAL_READERS,
    APPELLANTS,
    ARBITERS,
    DECIDERS,
    MONEY_READERS,
    READERS,
    RECTIFIERS,
    STAFF,
)
from services.evaluation.domain.lifecycle import AppealState, ReportState
from services.evaluation.domain.roster import OwnProject, PersonUnknown
from services.evaluation.schemas.evaluations import EvaluationOut
from services.evaluation.schemas.reports import AdviceOut, AppealIn, AppealOut, ReEvaluateIn, ReportOut, ResolveIn
from services.evaluation.usecases import rectifying, reporting
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="reports", about="评价报告、申诉与拨付建议 · Reports, appeals and payout advice")


@router.read("/v1/reports", access=READERS, operation="listReports", summary="评价报告列表 · List reports")
async def list_reports(
    page: Paging, work: Working, project_id: UUID | None = None, state: ReportState | None = None
) -> Page[ReportOut]:
    """Newest first."""
    found = await reporting.list_reports(work, page, project_id=project_id, state=state)
    items = [ReportOut.model_validate(row) for row in found.items]
    return Page[ReportOut](items=items, next_cursor=found.next_cursor)


@router.read(
    "/v1/reports/{report_id}", access=READERS, operation="getReport", summary="评价报告 · Get a report", hot=True
)
async def read_report(report_id: UUID, work: Working) -> ReportOut:
    """One report."""
    return ReportOut.model_validate(await reporting.read_report(work, report_id=report_id))


@router.verb(
    "/v1/reports/{report_id}/finalise",
    access=DECIDERS,
    if_match=True,
    operation="finaliseReport",
    summary="报告定稿 · Finalise a report",
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown, reporting.AppealWindowOpen],
)
async def finalise(report_id: UUID, work: Working) -> ReportOut:
    """After the appeal window; the payout advice follows in the same step."""
    return ReportOut.model_validate(await reporting.finalise(work, report_id=report_id))


@router.verb(
    "/v1/reports/{report_id}/re-evaluate",
    access=RECTIFIERS,
    if_match=True,
    operation="reEvaluateReport",
    summary="整改后复评 · Evaluate once more after a failed report",
    refusals=[
        ActionNotAllowed,
        OwnProject,
        PersonUnknown,
        rectifying.ReportNotFailed,
        rectifying.AlreadyReEvaluated,
    ],
)
async def re_evaluate(report_id: UUID, body: ReEvaluateIn, work: Working) -> EvaluationOut:
    """Opens a second round for the same people; If-Match names the version of the failed report."""
    return EvaluationOut.model_validate(await rectifying.re_evaluate(work, report_id=report_id, reason=body.reason))


@router.create(
    "/v1/appeals",
    access=APPELLANTS,
    operation="submitAppeal",
    summary="提出申诉 · Appeal against a draft report",
    refusals=[NotFound, ActionNotAllowed, PersonUnknown, reporting.AppealWindowClosed],
)
async def appeal(body: AppealIn, work: Working) -> AppealOut:
    """Within the appeal window."""
    made = await reporting.appeal(work, evaluation_id=body.evaluation_id, reason=body.reason)
    return AppealOut.model_validate(made)


@router.read(
    "/v1/appeals",
    access=APPEAL_READERS,
    operation="listAppeals",
    summary="申诉列表 · List appeals",
    refusals=[PersonUnknown],
)
async def list_appeals(
    page: Paging, work: Working, evaluation_id: UUID | None = None, state: AppealState | None = None
) -> Page[AppealOut]:
    """All of them for staff, their own for everyone else."""
    own = work.caller.role not in STAFF
    found = await reporting.list_appeals(work, page, evaluation_id=evaluation_id, state=state, own=own)
    items = [AppealOut.model_validate(row) for row in found.items]
    return Page[AppealOut](items=items, next_cursor=found.next_cursor)


@router.read(
    "/v1/appeals/{appeal_id}", access=APPEAL_READERS, operation="getAppeal", summary="申诉 · Get an appeal", hot=True
)
async def read_appeal(appeal_id: UUID, work: Working) -> AppealOut:
    """One appeal; other people's only for staff."""
    own = work.caller.role not in STAFF
    return AppealOut.model_validate(await reporting.read_appeal(work, appeal_id=appeal_id, own=own))


@router.verb(
    "/v1/appeals/{appeal_id}/resolve",
    access=ARBITERS,
    if_match=True,
    operation="resolveAppeal",
    summary="办结申诉 · Settle an appeal",
    refusals=[ActionNotAllowed, OwnProject, PersonUnknown],
)
async def resolve(appeal_id: UUID, body: ResolveIn, work: Working) -> AppealOut:
    """Uphold or dismiss it, with an answer to its author."""
    settled = await reporting.resolve(work, appeal_id=appeal_id, uphold=body.outcome == "upheld", answer=body.answer)
    return AppealOut.model_validate(settled)


@router.read(
    "/v1/payout-advices",
    access=MONEY_READERS,
    operation="listPayoutAdvices",
    summary="拨付建议列表 · List payout advices",
)
async def list_advices(page: Paging, work: Working, project_id: UUID | None = None) -> Page[AdviceOut]:
    """Newest first."""
    found = await reporting.list_advices(work, page, project_id=project_id)
    items = [AdviceOut.model_validate(row) for row in found.items]
    return Page[AdviceOut](items=items, next_cursor=found.next_cursor)


@router.read(
    "/v1/payout-advices/{advice_id}",
    access=MONEY_READERS,
    operation="getPayoutAdvice",
    summary="拨付建议 · Get a payout advice",
)
async def read_advice(advice_id: UUID, work: Working) -> AdviceOut:
    """One payout advice."""
    return AdviceOut.model_validate(await reporting.read_advice(work, advice_id=advice_id))
