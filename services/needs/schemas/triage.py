"""Shapes of triage help."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.needs.domain.codes import ServiceField
from services.needs.domain.lifecycle import TriageModelState
from services.needs.domain.triage import Suggestion
from services.needs.models import TriageModel
from services.needs.schemas.needs import HelpLineOut
from services.needs.schemas.shared import ReasonOut, reasons_out
from services.needs.usecases.triage import Help
from wushe.routes import DivisionCode, In, Out


class ThemeSuggestionOut(Out):
    """A theme a need may be filed under, its share of all, and the words that led there."""

    theme: str
    zh: str
    field: ServiceField | None
    score: float
    words: list[str]


class ValueSuggestionOut(Out):
    """A target group or an urgency, and the words that led there."""

    value: str
    score: float
    words: list[str]


class SuggestionsOut(Out):
    """What a person may confirm by `triage`; without items a person files the need unaided."""

    need_id: UUID
    model_id: UUID | None
    """None for the model the product comes with."""
    danger: bool
    help_lines: list[HelpLineOut]
    items: list[ThemeSuggestionOut]
    target_groups: list[ValueSuggestionOut]
    urgencies: list[ValueSuggestionOut]
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, help_: Help) -> Self:
        """Help on the wire."""
        return cls(
            need_id=help_.need_id,
            model_id=help_.model.id if help_.model else None,
            danger=help_.danger,
            help_lines=[HelpLineOut.model_validate(line) for line in help_.lines],
            items=[ThemeSuggestionOut.model_validate(each) for each in help_.themes],
            target_groups=[_value(each) for each in help_.found.target_groups],
            urgencies=[_value(each) for each in help_.found.urgencies],
            reasons=reasons_out(help_.reasons),
        )


def _value(found: Suggestion) -> ValueSuggestionOut:
    return ValueSuggestionOut.model_validate(found)


class TrainIn(In):
    """The county a new version is for."""

    division: DivisionCode


class FiguresOut(Out):
    """Of ``n`` unseen statements the share whose theme stood first, among three, among five; 95 % Wilson intervals.

    A version clearly worse than the one in use (``since3`` against ``former3``) waits for a person to activate it.
    """

    n: int
    top1: float
    top3: float
    top5: float
    interval1: list[float]
    interval3: list[float]
    interval5: list[float]
    since: int = 0
    """How many of them were confirmed since the version in use; the next two are shares among three on those."""
    since3: float | None = None
    former3: float | None = None


class TriageModelOut(Out):
    """One version of a county's triage help; figures once it is trained."""

    id: UUID
    division: str
    state: TriageModelState
    number: int
    label_count: int
    sha256: str | None
    figures: FiguresOut | None
    state_at: datetime
    version: int
    created_at: datetime

    @classmethod
    def of(cls, model: TriageModel) -> Self:
        """A version on the wire."""
        return cls.model_validate(model)
