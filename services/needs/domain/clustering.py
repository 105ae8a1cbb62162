"""Which needs speak of the same: by their words, their place and their time, and by nothing people filed them under.

A statement the shipped model of themes is sure of stands with the others of its theme, its street and its season; the
rest find each other by the runs of characters they share. What a run of characters counts is fixed beforehand, so that
no other need moves a member, and no order of the input matters.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from services.needs.domain.triage import NOT_A_NEED, Model
from services.needs.domain.triage.text import grams

Vector: TypeAlias = dict[str, float]
STREET = 9
"""Digits of a street's code: people of one street share a concern."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """All that clustering sees of a need."""

    need_id: UUID
    division: str
    text: str
    place: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """Rule ``clustering``: from which share a theme holds, from which likeness two statements, how long a silence."""

    anchor: float
    likeness: float
    same_place: float
    """What standing at one place adds to the likeness of two statements."""
    gap_days: int


@dataclass(frozen=True, slots=True)
class Group:
    """Needs that speak of the same, in the order of their ids, and the theme that holds them, if one does."""

    members: tuple[UUID, ...]
    anchor: str | None
    likeness: float


def cluster(utterances: Iterable[Utterance], model: Model, limits: Limits) -> list[Group]:
    """Groups of at least two, by their first member; noise and what resembles nothing stand in none."""
    ordered = sorted(utterances, key=lambda each: each.need_id)
    held: dict[tuple[str, str], list[Utterance]] = defaultdict(list)
    loose: dict[str, list[Utterance]] = defaultdict(list)
    for each in ordered:
        anchor, street = _anchor(each.text, model, limits.anchor), each.division[:STREET]
        if anchor is None:
            loose[street].append(each)
        elif anchor != NOT_A_NEED:
            held[street, anchor].append(each)
    found = [Season(anchor, part) for (_, anchor), said in held.items() for part in _seasons(said, limits.gap_days)]
    found += [Season(None, part) for said in loose.values() for part in _alike(said, model, limits)]
    groups = [_group(season, model) for season in found if len(season.said) > 1]
    return sorted(groups, key=lambda group: group.members)


@dataclass(frozen=True, slots=True)
class Season:
    """Statements of one kind without a long silence between them."""

    anchor: str | None
    said: Sequence[Utterance]


def _anchor(text: str, model: Model, floor: float) -> str | None:
    shares = model.shares(text)
    best = int(shares.argmax())
    return model.themes[best] if shares[best] >= floor else None


def _seasons(said: Sequence[Utterance], gap_days: int) -> list[list[Utterance]]:
    """Cut where nobody spoke for long: what was solved last year is not this year's concern."""
    parts: list[list[Utterance]] = []
    for each in sorted(said, key=lambda one: (one.at, one.need_id)):
        if not parts or each.at - parts[-1][-1].at > timedelta(days=gap_days):
            parts.append([])
        parts[-1].append(each)
    return parts


def _alike(said: Sequence[Utterance], model: Model, limits: Limits) -> list[list[Utterance]]:
    """Statements joined to the one most like them, where each is the other's nearest or nearly so."""
    vectors = [vector(each.text, model) for each in said]
    nearest = _nearest(said, vectors, limits)
    homes = list(range(len(said)))
    for place, (other, likeness) in enumerate(nearest):
        if other is not None and likeness >= limits.likeness:
            _join(homes, place, other)
    parts: dict[int, list[Utterance]] = defaultdict(list)
    for place, each in enumerate(said):
        parts[_home(homes, place)].append(each)
    return [season for part in parts.values() for season in _seasons(part, limits.gap_days)]


def _nearest(said: Sequence[Utterance], vectors: Sequence[Vector], limits: Limits) -> list[tuple[int | None, float]]:
    """Each statement's nearest other and their likeness; an index of terms keeps unrelated ones apart."""
    index: dict[str, list[int]] = defaultdict(list)
    for place, seen in enumerate(vectors):
        for term in seen:
            index[term].append(place)
    found: list[tuple[int | None, float]] = []
    for place, seen in enumerate(vectors):
        shared: dict[int, float] = defaultdict(float)
        for term, value in seen.items():
            for other in index[term]:
                shared[other] += value * vectors[other][term]
        shared.pop(place, None)
        near = {
            other: likeness + limits.same_place * _same_place(said[place], said[other])
            for other, likeness in shared.items()
        }
        best = min(near, key=lambda other: (-round(near[other], 9), other), default=None)
        found.append((best, near[best] if best is not None else 0.0))
    return found


def _same_place(one: Utterance, other: Utterance) -> bool:
    return one.place is not None and (one.division, one.place) == (other.division, other.place)


def _home(homes: list[int], place: int) -> int:
    while homes[place] != place:
        place = homes[place]
    return place


def _join(homes: list[int], one: int, other: int) -> None:
    first, second = sorted((_home(homes, one), _home(homes, other)))
    homes[second] = first


def vector(text: str, model: Model) -> Vector:
    """The runs of two and three characters of a statement, rarer ones counting more; of length one.

    How rare one is, the shipped model says; what it never met counts as the rarest.
    """
    unknown = math.log(1 + len(model.themes)) + 0.3
    counted = {
        term: (1 + math.log(n)) * (float(model.rarity[model.places[term]]) if term in model.places else unknown)
        for term, n in grams(text).items()
        if len(term) > 1
    }
    length = math.sqrt(sum(value * value for value in counted.values())) or 1.0
    return {term: value / length for term, value in counted.items()}


def likeness(one: Vector, other: Vector) -> float:
    """The share two statements have in common, 0 to 1."""
    return sum(value * other[term] for term, value in one.items() if term in other)


def _group(season: Season, model: Model) -> Group:
    said = sorted(season.said, key=lambda each: each.need_id)
    return Group(
        tuple(each.need_id for each in said), season.anchor, round(_cohesion([e.text for e in said], model), 3)
    )


def _cohesion(texts: Sequence[str], model: Model) -> float:
    """How alike members are on average, from the sum of their vectors: no pair is compared by itself."""
    total: Counter[str] = Counter()
    for text in texts:
        total.update(vector(text, model))
    n = len(texts)
    square = sum(value * value for value in total.values())
    return max(0.0, (square - n) / (n * (n - 1))) if n > 1 else 1.0
