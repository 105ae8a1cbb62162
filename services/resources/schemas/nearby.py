"""Willing providers and the needs offered to them, on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.resources.domain.lifecycle import OfferState
from services.resources.domain.nearby import OfferChannel, OfferDelivery
from services.resources.schemas.shared import AggregateOut
from services.resources.schemas.supply import ProviderOut
from wushe.routes import Flag, In


class SiteIn(In):
    """Where a provider is; numbers of another coordinate system are refused, not guessed."""

    lon: Annotated[float, Field(strict=True, ge=-180, le=180, examples=[118.5894])]
    lat: Annotated[float, Field(strict=True, ge=-90, le=90, examples=[24.9089])]
    crs: Literal["wgs84"]


class WelcomeIn(In):
    """Whether a provider wants to be asked about needs nearby, where it is, and which person is told."""

    accepts: Flag
    location: SiteIn | None = None
    person_id: UUID | None = None


class WelcomeOut(ProviderOut):
    """A provider and what it said about being asked."""

    accepts_offers: bool
    lon: float | None
    lat: float | None
    offers_person_id: UUID | None


class NeedOfferOut(AggregateOut):
    """A need put to a provider nearby: what it is about and how far, no word of it and no person."""

    need_id: UUID
    provider_id: UUID
    field: str | None
    metres: int
    state: OfferState
    channel: OfferChannel
    delivery: OfferDelivery
    reason: str | None
    expires_at: datetime
    answered_at: datetime | None
