"""Shapes of service records."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.projects.domain.lifecycle import RecordState
from services.projects.domain.persons import Via
from wushe.routes import In, Out, Text


class RecordOut(Out):
    """A service record."""

    id: UUID
    division: str
    project_id: UUID
    activity_id: UUID
    person_id: UUID
    state: RecordState
    minutes: int
    starts_at: datetime
    ends_at: datetime
    via: str | None
    version: int
    created_at: datetime


class RecordsOut(Out):
    """The records of one activity."""

    items: list[RecordOut]


class ConfirmIn(In):
    """How the confirmation came in."""

    via: Via = Via.SELF


class DisputeIn(In):
    """Why the record is not true, and how that was learnt."""

    reason: Text = Field(examples=["那天我没有参加"])
    via: Via = Via.SELF


class RecordStateOut(Out):
    """One record as evaluation reads it."""

    record_id: UUID
    person_id: UUID
    state: RecordState


class RecordStatesOut(Out):
    """Every record of a project."""

    records: list[RecordStateOut]
