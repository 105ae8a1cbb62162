"""What evaluation announces."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.evaluation.domain.lifecycle import Phase
from services.evaluation.domain.scoring import AdviceKind
from wushe.outbox import Event

Factor = Annotated[Decimal, Field(ge=0, le=1)]


class SchemeFrozen(Event):
    """The goalposts of a project stand."""

    type = "cn.wushe.evaluation.scheme.frozen.v1"
    public = True
    subscribers = ("projects",)

    project_id: UUID
    scheme_id: UUID
    scheme_hash: str


class EvaluationOpened(Event):
    """Those who were served may now score."""

    type = "cn.wushe.evaluation.evaluation.opened.v1"
    public = True
    subscribers = ("projects",)

    project_id: UUID
    evaluation_id: UUID
    phase: Phase


class EvaluationClosed(Event):
    """No more ballots; ballots ≤ credentials ≤ roster."""

    type = "cn.wushe.evaluation.evaluation.closed.v1"
    public = True

    project_id: UUID
    evaluation_id: UUID
    phase: Phase
    roster: int
    credentials: int
    ballots: int
    log_root: str


class ReportFinalised(Event):
    """The appeal window is over and the figures stand."""

    type = "cn.wushe.evaluation.report.finalised.v1"
    public = True
    subscribers = ("projects",)

    project_id: UUID
    evaluation_id: UUID
    report_id: UUID
    phase: Phase
    grade: str | None
    factor: Factor | None


class PayoutAdviceIssued(Event):
    """What the final report says about the money that waits for it; ``factor`` is null when a person has to decide."""

    type = "cn.wushe.evaluation.payout_advice.issued.v1"
    subscribers = ("resources",)

    project_id: UUID
    evaluation_id: UUID
    advice_id: UUID
    phase: Phase
    kind: AdviceKind
    grade: str | None
    factor: Factor | None
    reasons: list[str]


class About(BaseModel):
    """What a notice is about."""

    collection: str
    id: UUID


class NoticeIssued(Event):
    """One message for one person's inbox."""

    type = "cn.wushe.evaluation.notice.issued.v1"
    subscribers = ("gateway",)

    person_id: UUID
    code: str
    zh: str
    en: str
    about: About


class ErasureCompleted(Event):
    """A person was let go of here: a receipt for needs, not public."""

    type = "cn.wushe.evaluation.erasure.completed.v1"
    subscribers = ("needs",)

    erasure_id: UUID
    removed: int
