"""Where things are: the three coordinate systems maps in China use, turned into WGS-84, and distances in metres.

Own code on purpose: the transforms are published and forty lines long, the packages that carry them are unkept, and
all of those answer the inverse by one step, metres away. Ours is iterated until nothing is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from wushe.errors import FieldError, InvalidInput


class Crs(StrEnum):
    """The coordinate system a pair of numbers is written in; nothing tells it from the numbers themselves."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees of longitude and latitude."""

    lon: float
    lat: float


# Krasovsky's ellipsoid, which GCJ-02 is computed on; the box is the one every published transform uses for China.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_PI = pi * 3000 / 180
_CLOSE = 1e-9
_EARTH_METRES = 6_371_008.8
_STEPS = 30


def to_wgs84(point: Point, crs: Crs) -> Point:
    """The same place in WGS-84, exact to 1e-9 degrees; points outside China are refused for the Chinese systems."""
    if not (-180 <= point.lon <= 180 and -90 <= point.lat <= 90):
        raise _unlike(
            "OUT_OF_RANGE", "经度须在 ±180、纬度须在 ±90 之间。", "Longitude within ±180, latitude within ±90."
        )
    if crs is Crs.WGS84:
        return point
    if not _in_china(point):
        raise _unlike("OUTSIDE_CHINA", "gcj02 和 bd09 只用于中国境内。", "gcj02 and bd09 exist within China only.")
    gcj02 = _inverse(bd09_of_gcj02, point) if crs is Crs.BD09 else point
    return _inverse(gcj02_of_wgs84, gcj02)


def _unlike(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError("/location", code, zh, en)])


def _in_china(point: Point) -> bool:
    return _WEST <= point.lon <= _EAST and _SOUTH <= point.lat <= _NORTH


def _inverse(forward: Callable[[Point], Point], wanted: Point) -> Point:
    """The point that ``forward`` takes to the wanted one; the shift changes slowly, so each step leaves far less."""
    found = wanted
    for _ in range(_STEPS):
        reached = forward(found)
        east, north = wanted.lon - reached.lon, wanted.lat - reached.lat
        found = Point(found.lon + east, found.lat + north)
        if abs(east) < _CLOSE and abs(north) < _CLOSE:
            break
    return found


def gcj02_of_wgs84(point: Point) -> Point:
    """The shift of GCJ-02, as everybody publishes it."""
    x, y = point.lon - 105, point.lat - 35
    waves = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += 2 / 3 * (waves + 20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += 2 / 3 * (waves + 20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi))
    latitude = radians(point.lat)
    magic = 1 - _ECCENTRICITY * sin(latitude) ** 2
    return Point(
        point.lon + degrees(east / (_AXIS / sqrt(magic) * cos(latitude))),
        point.lat + degrees(north / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)))),
    )


def bd09_of_gcj02(point: Point) -> Point:
    """Baidu's further shift."""
    radius = hypot(point.lon, point.lat) + 0.00002 * sin(point.lat * _BD_PI)
    angle = atan2(point.lat, point.lon) + 0.000003 * cos(point.lon * _BD_PI)
    return Point(radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006)


def metres_between(one: Point, other: Point) -> float:
    """The great-circle distance of two WGS-84 points, in metres."""
    south, north = radians(one.lat), radians(other.lat)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(half))


@dataclass(frozen=True, slots=True)
class Box:
    """The degrees around a point within which everything nearer than a distance lies."""

    west: float
    east: float
    south: float
    north: float


def around(centre: Point, metres: float) -> Box:
    """A box for an index: everything within the distance, and a little more at its corners."""
    north = degrees(metres / _EARTH_METRES)
    east = north / max(cos(radians(centre.lat)), 0.01)
    return Box(centre.lon - east, centre.lon + east, centre.lat - north, centre.lat + north)


@dataclass(frozen=True, slots=True)
class Located:
    """A place on the map in WGS-84, and the words it was given in."""

    point: Point
    original: dict[str, float | str]


def locate(*, lon: float, lat: float, crs: Crs) -> Located:
    """What somebody read off a map, turned into WGS-84 and kept as it was read."""
    return Located(to_wgs84(Point(lon, lat), crs), {"lon": lon, "lat": lat, "crs": str(crs)})
