"""How well concerns are found without looking at labels, beside leader clustering on pairs of characters."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import TypeAlias
from uuid import UUID

import numpy as np

from bench.needs.sets import SHIPPED, Statement
from services.needs.domain.clustering import Limits, Utterance, cluster
from services.needs.domain.similarity import Likeness
from services.needs.domain.triage import unpack

Homes: TypeAlias = list[int]
NOW, DRAWS = datetime(2026, 3, 1, tzinfo=UTC), 200
LIMITS = Limits(anchor=0.25, likeness=0.3, same_place=0.05, gap_days=180)


def ours(asked: Sequence[Statement]) -> Homes:
    """The group of each statement; one that stands in none has one of its own."""
    said = [Utterance(UUID(int=place), "350502001001", each.text, None, NOW) for place, each in enumerate(asked)]
    found = cluster(said, unpack(SHIPPED.read_bytes()), LIMITS)
    homes = {member.int: number for number, group in enumerate(found) for member in group.members}
    return [homes.get(place, -1 - place) for place in range(len(asked))]


def leaders(asked: Sequence[Statement], floor: float = 0.1) -> Homes:
    """The baseline: each statement joins the group most like it on average, from a floor on, else begins one."""
    likeness, groups = Likeness(each.text for each in asked), list[list[int]]()
    for place in range(len(asked)):
        alike = [float(np.mean([likeness.of(place, member) for member in group])) for group in groups]
        if alike and max(alike) >= floor:
            groups[int(np.argmax(alike))].append(place)
        else:
            groups.append([place])
    homes = {place: number for number, group in enumerate(groups) for place in group}
    return [homes[place] for place in range(len(asked))]


def adjusted_rand(found: Sequence[int], right: Sequence[object]) -> float:
    """Agreement of two groupings beyond chance (Hubert and Arabie)."""
    pairs = _pairs(Counter(zip(found, right, strict=True)).values())
    rows, columns = _pairs(Counter(found).values()), _pairs(Counter(right).values())
    expected = rows * columns / max(1.0, _pairs([len(found)]))
    highest = (rows + columns) / 2
    return (pairs - expected) / (highest - expected) if highest != expected else 1.0


def _pairs(sizes: object) -> float:
    return float(sum(n * (n - 1) / 2 for n in sizes))  # type: ignore[attr-defined]  # any collection of counts


def pair_f1(found: Sequence[int], right: Sequence[object]) -> float:
    """Of pairs put together and pairs that belong together the harmonic mean of the shares in common."""
    both = together = belong = 0
    for one, other in combinations(range(len(found)), 2):
        put, same = found[one] == found[other], right[one] == right[other]
        both, together, belong = both + (put and same), together + put, belong + same
    return 2 * both / max(1, together + belong)


def purity(found: Sequence[int], right: Sequence[object]) -> float:
    """The share of statements whose theme is the commonest of their group."""
    groups: dict[int, Counter[object]] = {}
    for home, theme in zip(found, right, strict=True):
        groups.setdefault(home, Counter())[theme] += 1
    return sum(max(counted.values()) for counted in groups.values()) / len(found)


FIGURES: dict[str, Callable[[Sequence[int], Sequence[object]], float]] = {
    "adjusted Rand": adjusted_rand,
    "pairwise F1": pair_f1,
    "purity": purity,
}


def compare(title: str, asked: Sequence[Statement]) -> list[str]:
    """The lines for one set: both groupings against the themes people gave, which neither has seen."""
    kept = [each for each in asked if each.theme != "not_a_need"]
    right = [each.theme for each in kept]
    lines = [f"{title}: clustering n={len(kept)}, {len(set(right))} themes (95 % bootstrap over statements)"]
    for method, homes in (("product", ours(kept)), ("baseline: leader clustering on pairs", leaders(kept))):
        shown = [f"{name} {_with_interval(figure, homes, right)}" for name, figure in FIGURES.items()]
        lines.append(f"  {method:<58} " + "  ".join(shown) + f"  groups {len({h for h in homes if h >= 0})}")
    return lines


def _with_interval(figure: Callable[..., float], found: Sequence[int], right: Sequence[str]) -> str:
    draw, n = np.random.default_rng(0), len(found)
    tried = []
    for _ in range(DRAWS):
        chosen = sorted(set(draw.integers(0, n, n).tolist()))  # each once: a statement beside itself is no agreement
        tried.append(figure([found[place] for place in chosen], [right[place] for place in chosen]))
    low, high = np.percentile(tried, [2.5, 97.5])
    return f"{figure(found, right):.2f} [{low:.2f}, {high:.2f}]"
