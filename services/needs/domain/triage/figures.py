"""How good a model was on statements it had not seen: shares with the number they stand on and their interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.needs.domain.triage.cards import Card, Example
from services.needs.domain.triage.training import Solve, fit

FOLDS = 2
TOPS = (1, 3, 5)
Judged: TypeAlias = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of ``n`` unseen statements the share whose theme stood first, among three, among five; 95 % intervals."""

    n: int
    top1: float
    top3: float
    top5: float
    interval1: tuple[float, float]
    interval3: tuple[float, float]
    interval5: tuple[float, float]


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson; nothing known is the whole range."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def figures_of(ranks: Sequence[int]) -> Figures:
    """Figures from the rank, counted from zero, at which each statement's theme stood."""
    n = len(ranks)
    hits = [sum(rank < top for rank in ranks) for top in TOPS]
    one, three, five = (round(each / n, 4) if n else 0.0 for each in hits)
    around = [wilson(each, n) for each in hits]
    return Figures(n, one, three, five, around[0], around[1], around[2])


def rank_of(scores: Any, place: int) -> int:
    """How many themes stand before the right one."""
    return int((scores > scores[place]).sum())


def cross_examine(cards: Sequence[Card], examples: Sequence[Example], solve: Solve) -> list[Judged]:
    """Every example as seen by a model made without it: its scores, and the place of its theme in them.

    Of a theme nothing but a single example speaks of, nobody could know: it is not asked.
    """
    given = sorted({*(e for card in cards for e in card.examples), *examples}, key=lambda e: (e.theme, e.text))
    bare = [Card(c.theme, c.zh, c.target_groups, c.urgency, c.words) for c in cards]
    judged: list[Judged] = []
    for fold in range(FOLDS):
        model = fit(bare, [each for place, each in enumerate(given) if place % FOLDS != fold], solve)
        asked = [each for each in given[fold::FOLDS] if each.theme in model.themes]
        judged += [(model.scores(each.text), model.themes.index(each.theme)) for each in asked]
    return judged
