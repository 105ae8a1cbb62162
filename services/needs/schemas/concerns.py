"""Shapes of concerns and proposals."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.codes import (
    ServiceField,
)
from services.needs.domain.evidence import Evidence
from services.needs.domain.lifecycle import ConcernState
from services.needs.models import Concern
from services.needs.schemas.shared import ExternalIds
from wushe.routes import DivisionCode, In, Out, ShortText


class ConcernIn(In):
    """Needs put together under a title."""

    title: ShortText = Field(examples=["老旧小区夜间照明不足"])
    division: DivisionCode
    need_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    external_ids: ExternalIds


class ConcernFilters(BaseModel):
    """What a list of concerns may be narrowed by."""

    state: ConcernState | None = None
    theme: str | None = None
    field: ServiceField | None = None
    order: Literal["newest", "priority"] = "newest"

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude={"order"}, exclude_none=True)


class ConcernOut(Out):
    """A concern; the counts are those of its last confirmation, publication or loss of a need taken back."""

    id: UUID
    division: str
    state: ConcernState
    title: str
    field: ServiceField | None
    theme: str | None
    need_count: int
    person_count: int
    priority: float
    """What it is ordered by, out of a hundred; see its `priority` for the terms."""
    retire_reason: str | None
    state_at: datetime
    version: int
    created_at: datetime


class EvidenceOut(Out):
    """What stands behind a concern now: people, not messages."""

    needs: int
    persons: int
    households: int
    visits: int
    divisions: int
    places: int
    first_at: datetime | None
    last_at: datetime | None


class ConcernDetail(ConcernOut):
    """A concern with its needs and its evidence as it stands now."""

    need_ids: list[UUID]
    evidence: EvidenceOut

    @classmethod
    def of(cls, concern: Concern, need_ids: list[UUID], evidence: Evidence) -> Self:
        """The concern with what stands behind it."""
        shown = EvidenceOut.model_validate(evidence)
        return cls(**ConcernOut.model_validate(concern).model_dump(), need_ids=need_ids, evidence=shown)
