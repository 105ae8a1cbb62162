"""Providers, volunteers, social workers and listed resources on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.resources.domain.booking import Slot
from services.resources.domain.lifecycle import ResourceState, Standing, VolunteerState
from services.resources.models import Qualification, Registration, Side
from services.resources.schemas.shared import AggregateOut, Quantity, Tags, Thing
from wushe.routes import DivisionCode, ExternalId, Flag, In, ShortText

Uscc = Annotated[str, StringConstraints(min_length=1, max_length=18, to_upper=True)]
ExternalIds = Annotated[list[ExternalId], Field(max_length=10, default_factory=list)]


class ProviderIn(In):
    """A provider to register."""

    name: ShortText = Field(examples=["样例食品公司"])
    registration: Registration
    uscc: Uscc | None = None
    kinds: Annotated[list[Thing], Field(min_length=1, max_length=5)]
    division: DivisionCode
    external_ids: ExternalIds
    synthetic: Flag = False


class ProviderOut(AggregateOut):
    """A provider; warnings concern the organisation part of its code."""

    name: str
    registration: Registration
    uscc: str | None
    uscc_warnings: list[str]
    kinds: list[str]
    state: Standing
    synthetic: bool


class VolunteerIn(In):
    """A volunteer to register; ``person_id`` when the person is already known."""

    division: DivisionCode
    skills: Tags
    availability: Annotated[list[Slot], Field(min_length=1, max_length=3)]
    person_id: UUID | None = None
    external_ids: ExternalIds
    synthetic: Flag = False


class VolunteerOut(AggregateOut):
    """A volunteer, known by person_id only."""

    person_id: UUID
    skills: list[str]
    availability: list[str]
    state: VolunteerState
    synthetic: bool


class SocialWorkerIn(In):
    """A social worker to register; ``person_id`` when the person is already known."""

    division: DivisionCode
    qualification: Qualification
    org_id: UUID | None = None
    person_id: UUID | None = None
    external_ids: ExternalIds
    synthetic: Flag = False


class SocialWorkerOut(AggregateOut):
    """A social worker, known by person_id only."""

    person_id: UUID
    qualification: Qualification
    org_id: UUID | None
    state: Standing
    synthetic: bool


class ResourceIn(In):
    """One resource to list; stock has a quantity, a facility has none."""

    provider_id: UUID
    kind: Thing
    title: ShortText = Field(examples=["保温餐盒"])
    division: DivisionCode
    quantity: Quantity | None = None
    unit: ShortText | None = None
    side: Side | None = None
    skills: Tags
    external_ids: ExternalIds


class ResourceOut(AggregateOut):
    """One listed resource and how much of it is reserved."""

    provider_id: UUID
    kind: Thing
    title: str
    quantity: int | None
    reserved: int
    unit: str | None
    side: Side | None
    skills: list[str]
    state: ResourceState
