"""Report → appeal window → final → payout advice (E12)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.evaluation.domain import scheme as schemes
from services.evaluation.domain import scoring
from services.evaluation.domain.lifecycle import (
    ADVICE_TRANSITIONS,
    APPEAL_TRANSITIONS,
    REPORT_TRANSITIONS,
    AdviceState,
    AdviceVerb,
    AppealState,
    AppealVerb,
    ReportState,
    ReportVerb,
    advance,
)
from services.evaluation.domain.roster import OwnProject, identified
from services.evaluation.events import PayoutAdviceIssued, ReportFinalised
from services.evaluation.models import Appeal, Evaluation, PayoutAdvice, Report
from services.evaluation.repository import Copies, Evaluations, Reports, Schemes
from services.evaluation.usecases.reaching import reach
from services.evaluation.usecases.schemes import refuse_own
from wushe.errors import NotFound, Refusal
from wushe.pages import Page, PageRequest
from wushe.work import Work


class AppealWindowOpen(Refusal):
    """A report becomes final only when nobody can object any more and every objection is settled."""

    status = 409
    zh = "申诉期到 {until} 为止，还有 {open} 件申诉未办结，报告暂不能定稿。"
    en = "Appeals are possible until {until} and {open} are unsettled; the report cannot be finalised yet."
    toast = "申诉期未结束"


class AppealWindowClosed(Refusal):
    """Objections come within the window."""

    status = 409
    zh = "申诉期已于 {until} 结束。"
    en = "The appeal window ended at {until}."
    toast = "申诉期已结束"


async def appeal(work: Work, *, evaluation_id: UUID, reason: str) -> Appeal:
    """Object to a draft report within its window, as a person who can be told from whoever settles it."""
    author = identified(work.caller.person_id)
    await reach(work, evaluation_id=evaluation_id)
    repository = Reports(work)
    report = await repository.lock(Report, (await repository.published(evaluation_id)).id)
    advance(REPORT_TRANSITIONS, report.state, ReportVerb.APPEAL)
    if await repository.now(report.division) >= report.appeal_until:
        raise AppealWindowClosed(until=report.appeal_until)
    made = repository.add(
        Appeal(
            division=report.division,
            evaluation_id=evaluation_id,
            report_id=report.id,
            reason=reason,
            author_subject=work.caller.subject,
            author_person_id=author,
        )
    )
    work.lead = made
    work.record(made, "submit")
    await repository.session.flush()
    return made


async def resolve(work: Work, *, appeal_id: UUID, uphold: bool, answer: str) -> Appeal:
    """Uphold or dismiss an appeal; neither its author nor anyone with a part in the project may."""
    repository = Reports(work)
    found = await repository.lock(Appeal, appeal_id)
    state = advance(APPEAL_TRANSITIONS, found.state, AppealVerb.UPHOLD if uphold else AppealVerb.DISMISS)
    evaluation = await repository.get(Evaluation, found.evaluation_id)
    refuse_own(work.caller, await Copies(work).known(evaluation.project_id))
    if work.caller.subject == found.author_subject or work.caller.person_id == found.author_person_id:
        raise OwnProject
    found.state, found.answer = state, answer
    found.resolved_at = await repository.now(found.division)
    work.record(found, "uphold" if uphold else "dismiss", reason=answer)
    return found


async def finalise(work: Work, *, report_id: UUID) -> Report:
    """Make a report final once its window is over and its appeals are settled, and advise about the money."""
    repository = Reports(work)
    report = await repository.lock(Report, report_id)
    advance(REPORT_TRANSITIONS, report.state, ReportVerb.FINALISE)
    refuse_own(work.caller, await Copies(work).known(report.project_id))
    now = await repository.now(report.division)
    unsettled = await repository.appeal_count(report.id, AppealState.OPEN)
    if unsettled or now < report.appeal_until:
        raise AppealWindowOpen(until=report.appeal_until, open=unsettled)
    await _finalise(work, report, now)
    return report


async def finalise_due(work: Work) -> int:
    """Make one report final whose window has passed; answers how many."""
    repository = Reports(work)
    report = await repository.take_due()
    if report is None:
        return 0
    await _finalise(work, report, await repository.now(report.division))
    return 1


async def read_report(work: Work, *, report_id: UUID) -> Report:
    """One report."""
    return await Reports(work).get(Report, report_id)


async def report_of(work: Work, *, evaluation_id: UUID) -> Report:
    """The report of one evaluation; NOT_FOUND before it is closed."""
    await reach(work, evaluation_id=evaluation_id)
    work.lead = None
    return await Reports(work).published(evaluation_id)


async def list_reports(
    work: Work, page: PageRequest, *, project_id: UUID | None, state: ReportState | None
) -> Page[Report]:
    """One page of reports."""
    return await Reports(work).listed(page, project_id=project_id, state=state)


async def read_appeal(work: Work, *, appeal_id: UUID, own: bool) -> Appeal:
    """One appeal, or NOT_FOUND when only the caller's own may be seen and it is not."""
    if own:
        await work.widen()
    found = await Reports(work).get(Appeal, appeal_id)
    if own and found.author_person_id != work.caller.person_id:
        raise NotFound
    return found


async def list_appeals(
    work: Work, page: PageRequest, *, evaluation_id: UUID | None, state: AppealState | None, own: bool
) -> Page[Appeal]:
    """One page of appeals, or of the caller's own, wherever in the county they were made."""
    author = identified(work.caller.person_id) if own else None
    if own:
        await work.widen()
    return await Reports(work).appeals(page, evaluation_id=evaluation_id, state=state, author=author)


async def read_advice(work: Work, *, advice_id: UUID) -> PayoutAdvice:
    """One payout advice."""
    return await Reports(work).get(PayoutAdvice, advice_id)


async def list_advices(work: Work, page: PageRequest, *, project_id: UUID | None) -> Page[PayoutAdvice]:
    """One page of payout advices."""
    return await Reports(work).advices(page, project_id=project_id)


async def _finalise(work: Work, report: Report, now: datetime) -> None:
    report.state = advance(REPORT_TRANSITIONS, report.state, ReportVerb.FINALISE)
    report.finalised_at = now
    final = ReportFinalised(
        project_id=report.project_id,
        evaluation_id=report.evaluation_id,
        report_id=report.id,
        phase=report.phase,
        grade=report.content["grade"],
        factor=_decimal(report.content["factor"]),
    )
    work.record(report, "finalise", final)
    await _advise(work, report)


async def _advise(work: Work, report: Report) -> None:
    repository = Reports(work)
    upheld = await repository.appeal_count(report.id, AppealState.UPHELD) > 0
    advice = scoring.advise(await _grade(work, report), flags=report.content["flags"], appeal_upheld=upheld)
    row = repository.add(
        PayoutAdvice(
            division=report.division,
            project_id=report.project_id,
            evaluation_id=report.evaluation_id,
            report_id=report.id,
            phase=report.phase,
            state=advance(ADVICE_TRANSITIONS, AdviceState.PREPARED, AdviceVerb.ISSUE),
            kind=advice.kind,
            grade=report.content["grade"],
            factor=None if advice.factor is None else str(advice.factor),
            reasons=list(advice.reasons),
        )
    )
    work.record(row, "issue", _issued(row))


async def _grade(work: Work, report: Report) -> schemes.Grade | None:
    code = report.content["grade"]
    if code is None:
        return None
    evaluation = await Evaluations(work).get(Evaluation, report.evaluation_id)
    scheme = await Schemes(work).of_evaluation(evaluation)
    return next(grade for grade in schemes.from_json(scheme.content).grades if grade.code == code)


def _issued(row: PayoutAdvice) -> PayoutAdviceIssued:
    return PayoutAdviceIssued(
        project_id=row.project_id,
        evaluation_id=row.evaluation_id,
        advice_id=row.id,
        phase=row.phase,
        kind=row.kind,
        grade=row.grade,
        factor=_decimal(row.factor),
        reasons=row.reasons,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
