"""Shapes of activities and attendance."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.projects.domain.attendance import Method, Presence, Window
from services.projects.domain.lifecycle import ActivityState
from services.projects.models import Activity
from services.projects.schemas.shared import Moment
from wushe.routes import In, Out, ShortText, Whole

Positive = Annotated[Whole, Field(ge=1)]


class ActivityIn(In):
    """An activity to announce."""

    project_id: UUID
    title: ShortText = Field(examples=["周三助餐"])
    method: Method
    starts_at: Moment
    ends_at: Moment
    capacity: Annotated[Whole, Field(ge=1, le=100_000)]
    place: ShortText = Field(examples=["社区食堂"])

    def window(self) -> Window:
        """When it takes place."""
        return Window(self.starts_at, self.ends_at)


class ActivityOut(Out):
    """An activity."""

    id: UUID
    division: str
    project_id: UUID
    state: ActivityState
    title: str
    method: Method
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken: int
    place: str
    version: int
    created_at: datetime

    @classmethod
    def of(cls, activity: Activity, *, taken: int) -> Self:
        """The activity with the number of places taken."""
        columns = {name: getattr(activity, name) for name in cls.model_fields if name != "taken"}
        return cls(taken=taken, **columns)


class PlaceIn(In):
    """For whom; residents leave it out."""

    person_id: UUID | None = None


class PresenceIn(In):
    """One person who was there, with the minutes spent there."""

    person_id: UUID
    minutes: Positive

    def read(self) -> Presence:
        """The presence as the rules see it."""
        return Presence(self.person_id, self.minutes)


class AttendanceIn(In):
    """Who was there."""

    persons: Annotated[list[PresenceIn], Field(min_length=1, max_length=500)]
