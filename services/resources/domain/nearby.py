"""Which providers are near enough to a need to be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, degrees, radians, sin, sqrt
from uuid import UUID

from wushe.errors import FieldError, InvalidInput

EARTH_METRES = 6_371_008.8
_LARGEST_BOX = 89.0


class OfferChannel(StrEnum):
    """By which way a provider was told."""

    NOTICE = "notice"
    """The inbox of the person it named, and from there WeChat or a text as that person allows."""
    NONE = "none"
    """It named nobody: its people find the offer in their list."""


class OfferDelivery(StrEnum):
    """Whether the provider has it."""

    WAITING = "waiting"
    SENT = "sent"
    UNREACHED = "unreached"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees that hold everything within a distance."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True, slots=True)
class Site:
    """A provider and where it is, WGS-84."""

    provider_id: UUID
    lon: float
    lat: float


def box_around(lon: float, lat: float, metres: float) -> Box:
    """The smallest box of degrees around a circle; an index by latitude and longitude is asked for it."""
    up = degrees(metres / EARTH_METRES)
    across = up / cos(radians(min(abs(lat) + up, _LARGEST_BOX)))
    return Box(lat - up, lat + up, lon - across, lon + across)


def metres_between(lon: float, lat: float, site: Site) -> float:
    """The distance over a sphere (haversine); 0.5 % off at worst."""
    half_lat, half_lon = radians(site.lat - lat) / 2, radians(site.lon - lon) / 2
    part = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(site.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(part)))


def nearest(lon: float, lat: float, sites: Iterable[Site], *, metres: float, limit: int) -> list[tuple[Site, int]]:
    """The sites within a distance and how far each is in whole metres, nearest first."""
    measured = sorted((metres_between(lon, lat, site), site.provider_id, site) for site in sites)
    return [(site, round(far)) for far, _, site in measured if far <= metres][:limit]


def require_place(*, accepts: bool, lon: float | None, lat: float | None) -> None:
    """Refuse a willing provider whose place nobody knows."""
    if accepts and (lon is None or lat is None):
        zh, en = "愿意接收邀约的，请写明所在位置。", "Whoever accepts offers says where they are."
        raise InvalidInput(errors=[FieldError("/location", "REQUIRED", zh, en)])
