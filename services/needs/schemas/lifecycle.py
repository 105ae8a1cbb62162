"""The shape of the needs service's part of a project's lifecycle."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, Field

from services.needs.domain.codes import (
    Outcome,
)
from services.needs.domain.lifecycle import ConcernState, NeedState
from wushe.routes import Out


class SliceConcern(Out):
    """A concern in a project's lifecycle."""

    id: UUID
    title: str
    state: ConcernState
    at: Annotated[datetime, Field(validation_alias=AliasChoices("at", "state_at"))]


class SliceNeed(Out):
    """A need in a project's lifecycle: how it stands, nobody's words."""

    id: UUID
    state: NeedState
    submitted_at: datetime
    closed_at: datetime | None
    outcome: Outcome | None
    silent: bool


class SliceOut(Out):
    """The needs service's part of a project's lifecycle."""

    concerns: list[SliceConcern]
    needs: list[SliceNeed]
