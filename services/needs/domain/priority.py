"""How pressing a need or a concern is: a published formula, each of whose terms can be shown and argued with.

Three criteria stand in the seed (A2 L79: 群众急需、服务专业、受益广泛), waiting is the fourth. A person has one voice
in a concern, their first: whoever writes two hundred times changes nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

Ident = TypeVar("Ident", bound=UUID)


@dataclass(frozen=True, slots=True)
class Formula:
    """Rule ``priority_formula``: what each criterion weighs, and from where on it is met in full."""

    version: int
    weights: Mapping[str, float]
    urgency: Mapping[str, float]
    fit: Mapping[str, float]
    other_fit: float
    full_breadth: int
    """Persons from whom on a concern is as broad as can be."""
    full_wait_days: int
    equity_groups: frozenset[str]
    equity_share: float
    """The share of every beginning of the list that is kept for concerns of these groups."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One need as the formula sees it; unread needs have neither urgency nor field nor group."""

    need_id: UUID
    urgency: str | None
    field: str | None
    target_group: str | None
    at: datetime
    persons: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Term:
    """One criterion: how far it is met, 0 to 1, what it weighs, and what it adds to the hundred."""

    code: str
    zh: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Priority:
    """A score out of a hundred with the terms that add up to it."""

    score: float
    terms: tuple[Term, ...]
    formula_version: int
    equity: bool
    """Whether most voices are of groups that are seldom heard."""


STEP = 0.0001
"""What keeps two concerns apart that would stand equal."""
NAMES = {"urgency": "群众急需", "fit": "服务专业", "breadth": "受益广泛", "waiting": "等待时间"}


def of_needs(raised: Iterable[Raised], formula: Formula, now: datetime) -> Priority:
    """The priority of a concern, or of one need alone."""
    heard = first_voices(raised)
    persons = len(frozenset().union(*(each.persons for each in heard)))
    begun = min((each.at for each in heard), default=now)
    met = {
        "urgency": _mean(formula.urgency.get(each.urgency or "", 0.0) for each in heard),
        "fit": _mean(formula.fit.get(each.field or "", formula.other_fit) for each in heard),
        "breadth": min(1.0, math.log1p(persons) / math.log1p(formula.full_breadth)),
        "waiting": min(1.0, max(0.0, (now - begun).total_seconds() / 86400) / formula.full_wait_days),
    }
    total = sum(formula.weights.values())
    terms = tuple(_term(code, met[code], formula.weights[code] / total) for code in NAMES)
    seldom = _mean(float(each.target_group in formula.equity_groups) for each in heard)
    return Priority(round(sum(term.contribution for term in terms), 2), terms, formula.version, seldom >= 0.5)


def first_voices(raised: Iterable[Raised]) -> list[Raised]:
    """The needs by which somebody is heard for the first time; of nobody known, each by itself."""
    heard: set[UUID] = set()
    kept = []
    for each in sorted(raised, key=lambda one: (one.at, one.need_id)):
        if not each.persons or not each.persons <= heard:
            kept.append(each)
        heard |= each.persons
    return kept


def _term(code: str, value: float, weight: float) -> Term:
    return Term(code, NAMES[code], round(value, 4), round(weight, 4), round(100 * value * weight, 2))


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def with_floor(scored: Mapping[Ident, Priority], share: float) -> dict[Ident, float]:
    """What concerns are ordered by: their scores, save that every beginning of the list keeps a share for some.

    Those are concerns of groups seldom heard, as long as there are any; one moved up takes the score it stands before.
    """
    order = _order(scored, share)
    found: dict[Ident, float] = {}
    least = -STEP
    for ident in reversed(order):
        least = max(round(least + STEP, 4), scored[ident].score)
        found[ident] = least
    return found


def _order(scored: Mapping[Ident, Priority], share: float) -> Sequence[Ident]:
    ranked = sorted(scored, key=lambda ident: (-scored[ident].score, ident))
    seldom = [ident for ident in ranked if scored[ident].equity]
    others = [ident for ident in ranked if not scored[ident].equity]
    order: list[Ident] = []
    placed = 0
    while seldom or others:
        owed = placed < math.floor(share * (len(order) + 1))
        ahead = bool(seldom) and (not others or _before(scored, seldom[0], others[0]))
        chosen = seldom if seldom and (owed or ahead) else others
        placed += chosen is seldom
        order.append(chosen.pop(0))
    return order


def _before(scored: Mapping[Ident, Priority], one: Ident, other: Ident) -> bool:
    return (-scored[one].score, one) < (-scored[other].score, other)
