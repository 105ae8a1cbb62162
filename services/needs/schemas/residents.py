"""Shapes of residents, slips and persons."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.domain.codes import (
    AgeBand,
    TargetGroup,
)
from services.needs.domain.lifecycle import ResidentState
from services.needs.schemas.shared import ExternalIds
from wushe.routes import DivisionCode, Flag, In, Out, ShortText


class ResidentIn(In):
    """A resident to register: no name, no telephone, only what services must know."""

    division: DivisionCode
    age_band: AgeBand
    target_groups: Annotated[list[TargetGroup], Field(default_factory=list, max_length=26)]
    guardian_person_id: UUID | None = None
    synthetic: Flag = False
    external_ids: ExternalIds


class ResidentOut(Out):
    """A registered resident."""

    id: UUID
    person_id: UUID
    division: str
    state: ResidentState
    age_band: AgeBand
    target_groups: list[TargetGroup]
    guardian_person_id: UUID | None
    synthetic: bool
    household_id: UUID | None
    version: int
    created_at: datetime


class LinkCodeOut(Out):
    """A code to print; it is shown once and stored only as a fingerprint."""

    code: str
    expires_at: datetime


class PersonIn(In):
    """A person of another registry who needs an id; ``label`` gives the same person the same id again."""

    label: ShortText | None = None
    division: DivisionCode | None = None


class PersonOut(Out):
    """One human, known everywhere by this id."""

    person_id: UUID


class ResidencyIn(In):
    """A slip somebody presents."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ResidencyOut(Out):
    """The resident an account now speaks for."""

    resident_id: UUID
    person_id: UUID
    division: str
