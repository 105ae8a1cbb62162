"""Whether two needs are one: by place, time, category and words, each with its reason; a person decides.

The score is the mean of what is known of both, weighted by rule ``similar_weights``; what one of them does not say
neither helps nor hurts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from services.needs.domain.coordinates import Point, metres_between
from services.needs.domain.places import PlaceKind
from services.needs.domain.similarity import Likeness, Reason, pairs, shared_words

MOST_TERMS = 64
"""Pairs of characters kept of one statement; a long one has said what it is about by then."""
_SIGN = 1 << 31
_PERIODS = (1, 7, 30, 90, 365)


def terms(text: str, *, limit: int = MOST_TERMS) -> list[int]:
    """The pairs of characters of a statement as numbers of 32 bits, in the order they are first said."""
    found = dict.fromkeys((crc32(pair.encode()) ^ _SIGN) - _SIGN for pair in pairs(text))
    return list(found)[:limit]


class Stand(NamedTuple):
    """A place a need stands in, from its own door outwards."""

    place_id: UUID
    kind: PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is compared of a need; danger is none of it."""

    text: str
    need_id: UUID | None = None
    theme: str | None = None
    field: str | None = None
    at: datetime | None = None
    point: Point | None = None
    stands: tuple[Stand, ...] = ()


@dataclass(frozen=True, slots=True)
class Likely:
    """A need that may be the same, its score from 0 to 1, and why."""

    facts: Facts
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One thing compared: how alike, and the reason where it speaks for the same need."""

    name: str
    alike: float
    reason: Reason | None


def compare(
    asked: Facts, others: Sequence[Facts], *, weights: Mapping[str, float], floor: float, limit: int
) -> list[Likely]:
    """The needs most like one, best first; ``floor`` is the least likeness of the words that counts.

    Needs worded otherwise are shown only where place and category both say that they are the same.
    """
    likeness = Likeness([asked.text, *(other.text for other in others)])
    found = [_weigh(asked, other, likeness.of(0, at), weights, floor) for at, other in enumerate(others, start=1)]
    best = sorted((each for each in found if each), key=lambda each: (-each.score, str(each.facts.need_id)))
    return [_with_words(asked, each) for each in best[:limit]]


def _weigh(asked: Facts, other: Facts, words: float, weights: Mapping[str, float], floor: float) -> Likely | None:
    parts = [*_place(asked, other, weights), *_category(asked, other), *_time(asked, other, weights)]
    alike = {part.name: part.alike for part in parts}
    if words < floor and not (alike.get("place", 0) >= _CLOSE_BY and alike.get("category", 0) == 1):
        return None
    said = Reason("similar_words", f"表述相近度 {words:.0%}", f"Wording {words:.0%} alike")
    parts = [Part("words", words, said if words >= floor else None), *parts]
    total = sum(weights[part.name] for part in parts)
    score = sum(weights[part.name] * part.alike for part in parts) / total
    return Likely(other, round(score, 3), tuple(part.reason for part in parts if part.reason))


def _with_words(asked: Facts, found: Likely) -> Likely:
    return Likely(found.facts, found.score, (*found.reasons, *shared_words([asked.text, found.facts.text])))


_CLOSE_BY = 0.7
# What is said of the innermost place two needs share, and how much it means. Nobody learns more than the building.
_WITHIN = {
    PlaceKind.COMPOUND: (0.7, "同一小区", "The same compound"),
    PlaceKind.GROUP: (0.7, "同一村组", "The same village group"),
}
_BUILDING = (1.0, "同一楼栋", "The same building")


def _place(asked: Facts, other: Facts, weights: Mapping[str, float]) -> Iterable[Part]:
    theirs = {stand.place_id for stand in other.stands}
    shared = next((stand.kind for stand in asked.stands if stand.place_id in theirs), None)
    away = metres_between(asked.point, other.point) if asked.point and other.point else None
    if shared is not None:
        alike, zh, en = _WITHIN.get(shared, _BUILDING)
        yield Part("place", alike, Reason("same_place", zh, en))
    elif away is not None:
        near = max(0.0, 1 - away / weights["metres"])
        yield Part("place", near, _distance(away) if near else None)
    elif asked.stands and other.stands:
        yield Part("place", 0, None)


def _distance(metres: float) -> Reason:
    if metres <= 50:
        return Reason("near", "相距不到 50 米", "Less than 50 m apart")
    shown = round(metres / 10) * 10
    return Reason("near", f"相距 {shown} 米", f"{shown} m apart")


def _category(asked: Facts, other: Facts) -> Iterable[Part]:
    if asked.theme and other.theme:
        same = asked.theme == other.theme
        yield Part("category", float(same), Reason("same_theme", "同一主题", "The same theme") if same else None)
    elif asked.field and other.field:
        same = asked.field == other.field
        yield Part("category", 0.5 * same, Reason("same_field", "同一类别", "The same field") if same else None)


def _time(asked: Facts, other: Facts, weights: Mapping[str, float]) -> Iterable[Part]:
    if asked.at is None or other.at is None:
        return
    days = abs((asked.at - other.at).total_seconds()) / 86400
    period = next((each for each in _PERIODS if days <= each), None)
    within = Reason("recent", f"{period} 天内", f"Within {period} days") if period else None
    near = max(0.0, 1 - days / weights["days"])
    yield Part("time", near, within if near else None)
