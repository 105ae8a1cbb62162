"""Shapes of needs registers and the objections to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.codes import ServiceField
from services.needs.domain.lifecycle import ObjectionState, RegisterState
from wushe.routes import Code, DivisionCode, Flag, In, Out, ShortText, Text


class RegisterIn(In):
    """A register to draft: its lines are counted, never written by hand."""

    division: DivisionCode
    title: ShortText = Field(examples=["2026 年第四季度居民服务需求清单"])


class RegisterFilters(BaseModel):
    """What a list of registers may be narrowed by."""

    state: RegisterState | None = None
    division: DivisionCode | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class RegisterRow(Out):
    """One line: a concern, or a field of needs in a place; counts are lower bounds, multiples of k."""

    key: str
    kind: str
    title: str
    division: str
    field: ServiceField | None
    klass: Code
    needs: int
    persons: int


class RegisterClass(Out):
    """What the lines of one class of fields add up to."""

    code: Code
    zh: str
    en: str
    rows: int
    needs: int
    persons: int


class RegisterContent(Out):
    """What is published and hashed; no line speaks of fewer than ``k`` residents."""

    division: str
    as_of: datetime
    k: int
    rows: list[RegisterRow]
    classes: list[RegisterClass]


class RegisterOut(Out):
    """A register without its lines."""

    id: UUID
    division: str
    state: RegisterState
    title: str
    year: int | None
    number: int | None
    content_hash: str | None
    publicity_ends_at: datetime | None
    published_at: datetime | None
    predecessor_id: UUID | None
    version: int
    created_at: datetime


class RegisterDetail(RegisterOut):
    """A register with its lines."""

    content: RegisterContent


class ChangedRow(Out):
    """A line as it was and as it is."""

    key: str
    before: RegisterRow
    after: RegisterRow


class RegisterDiff(Out):
    """What a register says otherwise than the one before it."""

    register_id: UUID
    predecessor_id: UUID | None
    added: list[RegisterRow]
    removed: list[RegisterRow]
    changed: list[ChangedRow]


class ObjectionIn(In):
    """What is wrong with a register."""

    reason: Text = Field(examples=["我们小区的照明问题没有列入"])


class ObjectionAnswerIn(In):
    """The answer to an objection; ``upheld`` sends the register back to be counted again."""

    upheld: Flag
    answer: Text = Field(examples=["已核实，该小区不足 5 人提出，依规合并到街道一行"])


class ObjectionOut(Out):
    """An objection and its answer."""

    id: UUID
    register_id: UUID
    division: str
    state: ObjectionState
    author_person_id: UUID | None
    reason: str
    upheld: bool | None
    answer: str | None
    settled_at: datetime | None
    version: int
    created_at: datetime
