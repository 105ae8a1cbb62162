"""How good a model was on statements it had not seen: shares with the number they stand on and their interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.needs.domain.triage.cards import Card, Example
from services.needs.domain.triage.training import Solve, fit

FOLDS = 2
TOPS = (1, 3, 5)
SHOWN = 3
"""Among how many proposals a version is compared with the one before."""


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
    since: int = 0
    """How many of them people confirmed since the version in use: neither had seen these."""
    since3: float | None = None
    """Among three on those."""
    former3: float | None = None
    """What the version in use had proposed for the same when they were filed, among three."""

    def clearly_worse(self) -> bool:
        """Whether the version in use did better by more than chance: then a person decides."""
        if self.since3 is None or self.former3 is None:
            return False
        best, least = (wilson(round(share * self.since), self.since) for share in (self.since3, self.former3))
        return best[1] < least[0]


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson; nothing known is the whole range."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def figures_of(judged: Sequence[tuple[str, int]], former: Mapping[str, int | None]) -> Figures:
    """Figures from the rank, counted from zero, at which each statement's theme stood, and stood before where known."""
    ranks = [rank for _, rank in judged]
    n = len(ranks)
    hits = [sum(rank < top for rank in ranks) for top in TOPS]
    one, three, five = (round(each / n, 4) if n else 0.0 for each in hits)
    around = [wilson(each, n) for each in hits]
    both = [(rank, former[text]) for text, rank in judged if text in former]
    since3 = _share([rank < SHOWN for rank, _ in both])
    former3 = _share([before is not None and before < SHOWN for _, before in both])
    return Figures(n, one, three, five, around[0], around[1], around[2], len(both), since3, former3)


def _share(found: Sequence[bool]) -> float | None:
    return round(sum(found) / len(found), 4) if found else None


def rank_of(scores: Any, place: int) -> int:
    """How many themes stand before the right one."""
    return int((scores > scores[place]).sum())


def cross_examine(cards: Sequence[Card], examples: Sequence[Example], solve: Solve) -> list[tuple[str, int]]:
    """Every example as seen by a model made without it, and how many themes stood before the right one.

    Of a theme nothing but a single example speaks of, nobody could know: it is not asked.
    """
    given = sorted({*(e for card in cards for e in card.examples), *examples}, key=lambda e: (e.theme, e.text))
    bare = [Card(c.theme, c.zh, c.target_groups, c.urgency, c.words) for c in cards]
    judged: list[tuple[str, int]] = []
    for fold in range(FOLDS):
        model = fit(bare, [each for place, each in enumerate(given) if place % FOLDS != fold], solve)
        asked = [each for each in given[fold::FOLDS] if each.theme in model.themes]
        judged += [(e.text, rank_of(model.scores(e.text), model.themes.index(e.theme))) for e in asked]
    return judged
