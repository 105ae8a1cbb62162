"""Shapes of recorded decisions."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from services.projects.domain.decision import Body
from services.projects.domain.lifecycle import DeliberationState
from services.projects.schemas.shared import Day
from wushe.routes import Code, Fen, In, Out, Text

Counts = dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,32}$")], Annotated[Fen, Field()]]


class DeliberationIn(In):
    """What a meeting decided; counts per axis of the rule, areas in cm²."""

    project_id: UUID
    body: Body
    rule_code: Code
    held_on: Day
    totals: Counts
    participating: Counts
    yes: Counts
    minutes: Text = Field(examples=["到会居民逐项讨论，一致同意修建坡道"])


class ShortfallOut(Out):
    """What was missing on one axis."""

    axis: str
    test: Literal["quorum", "pass"]
    have: int
    of: int
    share: str
    strict: bool
    short_by: int


class ResultOut(Out):
    """Whether a rule was met, and everything that was missing."""

    quorum_met: bool
    passed: bool
    missing: list[ShortfallOut]


class DeliberationOut(Out):
    """A recorded decision."""

    id: UUID
    division: str
    project_id: UUID
    state: DeliberationState
    body: Body
    rule_code: str
    rule_version: int
    binding: bool
    held_on: date
    totals: dict[str, int]
    participating: dict[str, int]
    yes: dict[str, int]
    result: ResultOut
    minutes: str
    publicity_ends_at: datetime | None
    version: int
    created_at: datetime


class TallyOut(Out):
    """Everything needed to count a decision again, and the result of doing so."""

    deliberation_id: UUID
    rule_code: str
    rule_version: int
    rule: dict[str, Any]
    totals: dict[str, int]
    participating: dict[str, int]
    yes: dict[str, int]
    result: ResultOut
