"""Shapes of similar needs."""

from typing import Self
from uuid import UUID

from pydantic import Field

from services.needs.domain.danger import HelpLine
from services.needs.domain.similarity import Match
from services.needs.schemas.needs import HelpLineOut
from services.needs.schemas.shared import ReasonOut, reasons_out
from wushe.routes import DivisionCode, In, Out, Text


class SimilarIn(In):
    """A statement about to be submitted."""

    statement: Text = Field(examples=["楼门前的路灯不亮"])
    division: DivisionCode


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
    def of(cls, matches: list[Match], *, words: bool) -> Self:
        """The matches, with or without their words."""
        return cls(help_lines=[], items=[_similar(match, words=words) for match in matches])

    @classmethod
    def of_danger(cls, lines: tuple[HelpLine, ...]) -> Self:
        """Nothing but the lines to call."""
        return cls(help_lines=[HelpLineOut.model_validate(line) for line in lines], items=[])


def _similar(match: Match, *, words: bool) -> SimilarNeed:
    found = match.statement
    return SimilarNeed(
        need_id=found.need_id,
        score=match.score,
        statement=found.text if words else None,
        theme=found.theme,
        field=found.field,
        person_count=len(found.persons),
        reasons=reasons_out(match.reasons),
    )
