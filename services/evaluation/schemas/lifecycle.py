"""The evaluation part of a project's lifecycle on the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.domain.lifecycle import EvaluationState, Phase, ReportState, SchemeState
from services.evaluation.models import PayoutAdvice
from services.evaluation.schemas.reports import AdviceOut
from services.evaluation.usecases.reading import Chain, Counts
from wushe.routes import Out


class SchemeSlice(Out):
    """The scheme in a project's lifecycle."""

    id: UUID
    state: SchemeState
    scheme_hash: str | None
    frozen_at: datetime | None


class ReportSlice(Out):
    """The headline of a report in a project's lifecycle."""

    id: UUID
    state: ReportState
    n: int
    N: int
    flagged: int
    response_rate: float
    interval: list[float] | None
    method: str | None
    satisfaction: dict[str, Any]
    dimensions: dict[str, Any]
    composite: float | None
    grade: str | None
    flags: list[str]
    finalised_at: datetime | None


class EvaluationSlice(Out):
    """One evaluation in a project's lifecycle."""

    id: UUID
    phase: Phase
    round: int
    state: EvaluationState
    roster: int
    credentials: int
    ballots: int
    opened_at: datetime | None
    closed_at: datetime | None
    log_root: str | None
    report: ReportSlice | None


class LifecycleOut(Out):
    """The evaluation part of a project's lifecycle."""

    scheme: SchemeSlice | None
    evaluations: list[EvaluationSlice]
    payout_advices: list[AdviceOut]

    @classmethod
    def of(cls, found: Chain) -> "LifecycleOut":
        """The wire shape of a chain."""
        return cls(
            scheme=SchemeSlice.model_validate(found.scheme) if found.scheme else None,
            evaluations=[_evaluation(*each) for each in found.evaluations],
            payout_advices=[_advice(each) for each in found.advices],
        )


def _evaluation(evaluation: Any, counts: Counts, report: Any) -> EvaluationSlice:
    return EvaluationSlice(
        id=evaluation.id,
        phase=evaluation.phase,
        round=evaluation.round,
        state=evaluation.state,
        roster=counts.roster,
        credentials=counts.credentials,
        ballots=counts.ballots,
        opened_at=evaluation.opened_at,
        closed_at=evaluation.closed_at,
        log_root=evaluation.log_root,
        report=_report(report, report.content) if report else None,
    )


def _report(report: Any, content: Mapping[str, Any]) -> ReportSlice:
    names = ("n", "N", "flagged", "response_rate", "satisfaction", "dimensions", "composite", "grade", "flags")
    return ReportSlice(
        id=report.id,
        state=report.state,
        finalised_at=report.finalised_at,
        interval=content["satisfaction"]["interval"],
        method=content["satisfaction"]["method"],
        **{name: content[name] for name in names},
    )


def _advice(row: PayoutAdvice) -> AdviceOut:
    return AdviceOut.model_validate(row)
