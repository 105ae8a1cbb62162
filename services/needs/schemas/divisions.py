"""Shapes of merges of divisions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.needs.domain.lifecycle import DivisionMergeState
from wushe.routes import DivisionCode, In, Out, ShortText


class DivisionMergeIn(In):
    """Which communities become part of which."""

    from_codes: Annotated[list[DivisionCode], Field(min_length=1, max_length=20)]
    to_code: DivisionCode
    reason: ShortText = Field(examples=["泉州市民政局 2026 年第 3 号撤并通知"])


class DivisionMergeOut(Out):
    """A merge of divisions: what it would move when it was planned, and what it has moved so far."""

    id: UUID
    division: str
    state: DivisionMergeState
    from_codes: list[str]
    to_code: str
    reason: str
    planned: dict[str, int]
    moved: dict[str, int]
    finished_at: datetime | None
    version: int
    created_at: datetime
