"""After a failed report: what was wrong is put right, and those who were served are asked once more."""

from decimal import Decimal
from uuid import UUID

from services.evaluation.domain.lifecycle import REPORT_TRANSITIONS, ReportVerb, advance
from services.evaluation.models import Evaluation, Report
from services.evaluation.repository import Copies, Evaluations
from services.evaluation.usecases.schemes import refuse_own
from wushe.errors import Refusal
from wushe.work import Work

LAST_ROUND = 2


class ReportNotFailed(Refusal):
    """Only a result that pays nothing is asked for again; a good one is not asked for until it is better."""

    status = 409
    zh = "该报告没有不合格，不能复评。"
    en = "This report did not fail, so there is nothing to evaluate again."
    toast = "无需复评"


class AlreadyReEvaluated(Refusal):
    """One re-evaluation per project and phase."""

    status = 409
    zh = "该项目本阶段已经复评过，只能复评一次。"
    en = "This phase of the project has been re-evaluated already; that happens once."
    toast = "已经复评过"


async def re_evaluate(work: Work, *, report_id: UUID, reason: str) -> Evaluation:
    """Ask the same people once more, with new keys; the new round's final report takes the place of the failed one."""
    evaluations = Evaluations(work)
    report = await evaluations.lock(Report, report_id)
    advance(REPORT_TRANSITIONS, report.state, ReportVerb.RE_EVALUATE)
    refuse_own(work.caller, await Copies(work).known(report.project_id))
    if not _is_failed(report):
        raise ReportNotFailed
    latest = await evaluations.latest(report.project_id, report.phase)
    if latest is None or latest.round >= LAST_ROUND:
        raise AlreadyReEvaluated
    work.record(report, "re-evaluate", reason=reason)
    made = evaluations.add(_next_round(latest))
    work.lead = made
    work.record(made, "expect")
    await evaluations.session.flush()
    return made


def _is_failed(report: Report) -> bool:
    factor = report.content["factor"]
    return factor is not None and Decimal(factor) == 0


def _next_round(latest: Evaluation) -> Evaluation:
    return Evaluation(
        division=latest.division,
        project_id=latest.project_id,
        phase=latest.phase,
        round=latest.round + 1,
        record_count=latest.record_count,
        record_digest=latest.record_digest,
        delivered=latest.delivered,
    )
