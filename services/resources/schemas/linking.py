"""Requests, suggestions, offers, reservations and deliveries on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import DeliveryState, OfferState, RequestState, ReservationState
from services.resources.schemas.shared import AggregateOut, Moment, Quantity, Tags
from wushe.routes import DivisionCode, In, Out, ShortText, Text


class RequestIn(In):
    """What a project asks for; people, places and services need a time."""

    project_id: UUID
    kind: Kind
    title: ShortText = Field(examples=["每日午餐三十份"])
    skills: Tags
    quantity: Quantity = 1
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    division: DivisionCode


class RequestOut(AggregateOut):
    """What a project asks for."""

    project_id: UUID
    kind: Kind
    title: str
    skills: list[str]
    quantity: int
    starts_at: datetime | None
    ends_at: datetime | None
    state: RequestState


class TermOut(Out):
    """One part of a score and its reason."""

    code: str
    points: int
    weight: int
    zh: str
    en: str


class SuggestionOut(Out):
    """A candidate: a volunteer_id for people, a resource_id for everything else."""

    id: UUID
    score: int
    terms: list[TermOut]


class StepOut(Out):
    """What one rule removed, and for how many it is the only obstacle."""

    code: str
    zh: str
    en: str
    before: int
    removed: int
    only_obstacle: int


class SuggestionsOut(Out):
    """The best candidates with reasons, and why there are not more."""

    request_id: UUID
    considered: int
    best: list[SuggestionOut]
    funnel: list[StepOut]


class ChoiceIn(In):
    """One candidate for a request: a volunteer, or a resource."""

    request_id: UUID
    resource_id: UUID | None = None
    volunteer_id: UUID | None = None
    quantity: Quantity = 1


class DeclineIn(In):
    """Why an offer is declined, if the candidate wishes to say."""

    reason: Text | None = None


class OfferOut(AggregateOut):
    """One candidate asked for one request."""

    request_id: UUID
    resource_id: UUID | None
    volunteer_id: UUID | None
    quantity: int
    state: OfferState
    expires_at: datetime
    reason: str | None


class ReservationOut(AggregateOut):
    """One reservation; a held one expires unless it is confirmed."""

    request_id: UUID
    project_id: UUID
    offer_id: UUID | None
    resource_id: UUID | None
    volunteer_id: UUID | None
    starts_at: datetime | None
    ends_at: datetime | None
    quantity: int
    state: ReservationState
    hold_expires_at: datetime


class AcceptedOut(OfferOut):
    """An accepted offer and the reservation it became."""

    reservation: ReservationOut


class DeliveryIn(In):
    """What was handed over of a confirmed reservation."""

    reservation_id: UUID
    quantity: Quantity = 1


class DeliveryOut(AggregateOut):
    """What was handed over, and whether the receiver confirmed it."""

    reservation_id: UUID
    project_id: UUID
    quantity: int
    state: DeliveryState
