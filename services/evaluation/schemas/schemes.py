"""Schemes on the wire."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from services.evaluation.domain import scheme as schemes
from services.evaluation.domain.lifecycle import Phase, SchemeState
from wushe.routes import Code, DivisionCode, In, Out, ShortText, Whole


def _decimal_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a decimal in quotes expected")  # noqa: TRY004 -- pydantic reports ValueError as a field error
    return value


Percent = Annotated[Whole, Field(le=100)]
Factor = Annotated[
    Decimal,
    Field(ge=0, le=1, decimal_places=2),
    BeforeValidator(_decimal_text),
    WithJsonSchema({"type": "string", "pattern": r"^(0(\.[0-9]{1,2})?|1(\.0{1,2})?)$", "examples": ["0.8"]}),
]
_TEMPLATE = schemes.as_json(schemes.DEFAULT)


class ItemIn(In):
    """One ballot question, answered 1 to 5."""

    code: Code
    zh: ShortText
    en: ShortText
    dimension: Literal["satisfaction", "impact"]


class GradeIn(In):
    """A band of the composite and the share of a tranche it pays."""

    code: Code
    zh: ShortText
    en: ShortText
    minimum: Percent
    factor: Factor


class WeightsIn(In):
    """How the composite weighs its four parts, in per cent."""

    satisfaction: Percent
    output: Percent
    outcome: Percent
    impact: Percent


class SchemeContentIn(In):
    """What is asked and how it counts; whatever is left out comes from the template."""

    title: ShortText = Field(examples=["夕阳助餐评价方案"])
    ballot_items: list[ItemIn] = Field([ItemIn(**each) for each in _TEMPLATE["ballot_items"]], max_length=20)
    output_indicators: list[Literal["persons", "person_times", "sessions"]] = Field(
        _TEMPLATE["output_indicators"], max_length=3
    )
    outcome_measures: list[Code] = Field(_TEMPLATE["outcome_measures"], max_length=20)
    weights: WeightsIn | None = Field(default_factory=lambda: WeightsIn(**_TEMPLATE["weights"]))
    missing: schemes.Missing = schemes.Missing.RENORMALISE
    grades: list[GradeIn] = Field([GradeIn(**each) for each in _TEMPLATE["grades"]], max_length=10)
    phases: list[Literal["after"]] = Field(_TEMPLATE["phases"], min_length=1, max_length=1)

    def content(self) -> schemes.Scheme:
        """The scheme as the rules know it."""
        return schemes.Scheme(
            items=[schemes.Item(**each.model_dump()) for each in self.ballot_items],
            outputs=list(self.output_indicators),
            outcomes=list(self.outcome_measures),
            weights=self.weights.model_dump() if self.weights else None,
            missing=self.missing,
            grades=[schemes.Grade(**each.model_dump()) for each in self.grades],
            phases=[Phase(each) for each in self.phases],
        )


class SchemeIn(SchemeContentIn):
    """A new scheme."""

    project_id: UUID
    division: DivisionCode


class SchemeOut(Out):
    """A scheme."""

    id: UUID
    division: str
    project_id: UUID
    title: str
    state: SchemeState
    content: dict[str, Any]
    scheme_hash: str | None
    frozen_at: datetime | None
    version: int
    created_at: datetime
