"""Reports, appeals and payout advices on the wire."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from services.evaluation.domain.lifecycle import AdviceState, AppealState, Phase, ReportState
from services.evaluation.domain.scoring import AdviceKind
from wushe.routes import In, Out, Text


class ReportOut(Out):
    """A report: the draft may be appealed against until ``appeal_until``."""

    id: UUID
    division: str
    evaluation_id: UUID
    project_id: UUID
    phase: Phase
    state: ReportState
    content: dict[str, Any]
    appeal_until: datetime
    finalised_at: datetime | None
    version: int
    created_at: datetime


class ReEvaluateIn(In):
    """What was put right, so that people are asked once more."""

    reason: Text = Field(examples=["满意度的计算漏了两份评价"])


class AppealIn(In):
    """An objection to a draft report."""

    evaluation_id: UUID
    reason: Text = Field(examples=["整改已经完成，申请复评"])


class ResolveIn(In):
    """How an appeal ends, with the answer to its author."""

    outcome: Literal["upheld", "dismissed"]
    answer: Text = Field(examples=["已复核，结果不变"])


class AppealOut(Out):
    """An appeal."""

    id: UUID
    division: str
    evaluation_id: UUID
    report_id: UUID
    state: AppealState
    reason: str
    answer: str | None
    resolved_at: datetime | None
    version: int
    created_at: datetime


class AdviceOut(Out):
    """What a final report says about the money; without a factor a person decides."""

    id: UUID
    division: str
    project_id: UUID
    evaluation_id: UUID
    report_id: UUID
    phase: Phase
    state: AdviceState
    kind: AdviceKind
    grade: str | None
    factor: str | None
    reasons: list[str]
    version: int
    created_at: datetime
