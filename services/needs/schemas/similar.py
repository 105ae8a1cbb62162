"""Shapes of similar needs."""

from typing import Self
from uuid import UUID

from pydantic import Field

from services.needs.domain.codes import ServiceField
from services.needs.domain.danger import HelpLine
from services.needs.schemas.needs import HelpLineOut
from services.needs.schemas.places import LocationIn
from services.needs.schemas.shared import ReasonOut, reasons_out
from services.needs.usecases.similar import Draft, Found
from wushe.routes import Code, DivisionCode, In, Out, Text


class SimilarIn(In):
    """A need about to be submitted, as far as it is known."""

    statement: Text = Field(examples=["楼门前的路灯不亮"])
    division: DivisionCode
    place_id: UUID | None = None
    location: LocationIn | None = None
    field: ServiceField | None = None
    theme: Code | None = None

    def draft(self) -> Draft:
        """The need as the rules see it."""
        located = self.location.located() if self.location else None
        return Draft(**self.model_dump(exclude={"division", "location"}), located=located)


class SimilarNeed(Out):
    """A need much like it; its words are shown to staff only."""

    need_id: UUID
    score: float
    statement: str | None
    theme: str | None
    field: str | None
    person_count: int
    reasons: list[ReasonOut]


class SimilarOut(Out):
    """Needs one might co-sign instead; for a statement that speaks of danger, help lines and nothing else."""

    help_lines: list[HelpLineOut]
    items: list[SimilarNeed]

    @classmethod
    def of(cls, found: list[Found], *, words: bool) -> Self:
        """The matches, with or without their words."""
        return cls(help_lines=[], items=[_similar(each, words=words) for each in found])

    @classmethod
    def of_danger(cls, lines: tuple[HelpLine, ...]) -> Self:
        """Nothing but the lines to call."""
        return cls(help_lines=[HelpLineOut.model_validate(line) for line in lines], items=[])


def _similar(found: Found, *, words: bool) -> SimilarNeed:
    facts = found.likely.facts
    assert facts.need_id is not None
    return SimilarNeed(
        need_id=facts.need_id,
        score=found.likely.score,
        statement=facts.text if words else None,
        theme=facts.theme,
        field=facts.field,
        person_count=found.person_count,
        reasons=reasons_out(found.likely.reasons),
    )
