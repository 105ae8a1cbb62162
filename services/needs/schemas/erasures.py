"""Shapes of requests about one's own data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.lifecycle import CorrectionState, ErasureState
from wushe.routes import In, Out, ShortText, Text


class ErasureReceiptOut(Out):
    """When a service let go of a person, and how many rows changed there."""

    at: datetime
    removed: int


class ErasureOut(Out):
    """A request to be erased, with a receipt for each service; null while it is waited for."""

    id: UUID
    division: str
    resident_id: UUID | None
    person_id: UUID
    state: ErasureState
    refused_reason: str | None
    receipts: dict[str, ErasureReceiptOut | None]
    completed_at: datetime | None
    version: int
    created_at: datetime


class ErasureOfPersonIn(In):
    """Whom to erase, asked by themselves."""

    person_id: UUID


class CorrectionOfPersonIn(In):
    """Who says that something is wrong, and what."""

    person_id: UUID
    text: Text = Field(examples=["我的住址已经变了"])


class CorrectionFilters(BaseModel):
    """What a list of corrections may be narrowed by."""

    state: CorrectionState | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class CorrectionAnswerIn(In):
    """What came of it."""

    answer: ShortText = Field(examples=["已更正住址"])


class CorrectionOut(Out):
    """What a person says is wrong about them."""

    id: UUID
    division: str
    resident_id: UUID
    person_id: UUID
    state: CorrectionState
    text: str | None
    answer: str | None
    version: int
    created_at: datetime
