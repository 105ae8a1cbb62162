"""Shapes of outings."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.needs.domain.crisis import CrisisOutcome
from services.needs.domain.lifecycle import OutingState
from wushe.routes import DivisionCode, Flag, In, Out, ShortText

Minutes = Annotated[int, Field(strict=True, ge=5, le=720)]


class CheckInIn(In):
    """Where somebody goes, and for how many minutes; on their own, unless they say otherwise."""

    division: DivisionCode
    resident_id: UUID | None = None
    place: ShortText | None = Field(default=None, examples=["3 号楼 201"])
    place_id: UUID | None = None
    expected_minutes: Minutes = Field(examples=[40])
    alone: Flag = True


class ExtendIn(In):
    """How many minutes more."""

    minutes: Minutes = Field(examples=[20])


class AcknowledgeIn(In):
    """How the visitor is, and what was done to find out."""

    outcome: CrisisOutcome
    note: ShortText = Field(examples=["已电话联系上，人平安"])


class OutingFilters(BaseModel):
    """What a list of outings may be narrowed by."""

    state: OutingState | None = None
    person_id: UUID | None = None


class OutingOut(Out):
    """Somebody who is out, or was."""

    id: UUID
    division: str
    state: OutingState
    person_id: UUID
    resident_id: UUID | None
    place: str | None
    place_id: UUID | None
    alone: bool
    started_at: datetime
    due_at: datetime
    warned_at: datetime | None
    ticket_id: UUID | None
    ended_at: datetime | None
    outcome: CrisisOutcome | None
    note: str | None
    version: int
    created_at: datetime
