"""How well needs that are one are found among others, beside the trigrams a database would compare.

One author wrote the pairs for this, and saw them when the theme of a draft began to count: not independent.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias
from uuid import UUID

import numpy as np

from bench.needs.sets import DEV, HELDOUT, SHIPPED, read
from bench.stand import HOME
from services.needs.domain.coordinates import Point
from services.needs.domain.duplicates import Facts, Stand, compare
from services.needs.domain.places import PlaceKind
from services.needs.domain.triage import likeliest, unpack, wilson

PAIRS = HOME / "bench" / "data" / "need_pairs.csv"
WEIGHTS, FLOOR, SHOWN = {"words": 5, "place": 3, "category": 1, "time": 1, "metres": 300, "days": 90}, 0.1, 5
SURE = 0.06
"""As shipped: rules similar_weights, similarity and triage_floor."""
NOW, DRAWS, COMPOUNDS, DEGREE = datetime(2026, 3, 1, tzinfo=UTC), 1000, 8, 111_000
AWAY = {"building": 0, "compound": 60, "near": 200, "far": 2000}
Scorer: TypeAlias = Callable[[Facts, Sequence[Facts]], dict[int, float]]
"""The score of each other need by its number, the best first."""


@dataclass(frozen=True)
class Pair:
    """What somebody asks, a need that is known, and whether they are one."""

    same: bool
    asked: Facts
    known: Facts


def pairs() -> list[Pair]:
    """The labelled pairs; the first of each stands in compound 0 and is asked now."""
    with PAIRS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    filed = {row["known"]: row["theme"] for row in rows if row["same"] == "1"}
    return [_pair(number, row, filed.get(row["known"], row["theme"])) for number, row in enumerate(rows)]


def _pair(number: int, row: dict[str, str], filed: str) -> Pair:
    theme = likeliest(unpack(SHIPPED.read_bytes()), row["asked"], floor=SURE)
    asked = Facts(text=row["asked"], theme=theme, at=NOW, point=_point(0), stands=_stands("building"))
    known = Facts(
        text=row["known"],
        theme=filed,
        need_id=UUID(int=number),
        at=NOW - timedelta(days=int(row["days"])),
        point=_point(AWAY[row["place"]]) if row["place"] in AWAY else None,
        stands=_stands(row["place"]),
    )
    return Pair(row["same"] == "1", asked, known)


def _point(metres: float) -> Point:
    return Point(118.6, 24.9 + metres / DEGREE)


def _stands(place: str, compound: int = 0) -> tuple[Stand, ...]:
    building, whole = Stand(UUID(int=1), PlaceKind.BUILDING), Stand(UUID(int=100 + compound), PlaceKind.COMPOUND)
    return {"building": (building, whole), "compound": (whole,)}.get(place, ())


@cache
def register() -> tuple[Facts, ...]:
    """Other needs of the same community: the labelled statements, spread over eight compounds and ninety days."""
    said = [*read(DEV), *read(HELDOUT)]
    return tuple(
        Facts(
            text=each.text,
            theme=each.theme,
            need_id=UUID(int=10_000 + place),
            at=NOW - timedelta(days=place % 90),
            point=_point(400 * (place % COMPOUNDS)),
            stands=_stands("compound", place % COMPOUNDS),
        )
        for place, each in enumerate(said)
    )


def ours(asked: Facts, others: Sequence[Facts], floor: float = 0.0) -> dict[int, float]:
    """The product's own scores."""
    found = compare(asked, others, weights=WEIGHTS, floor=floor, limit=len(others))
    return {each.facts.need_id.int: each.score for each in found if each.facts.need_id}


def shown(asked: Facts, others: Sequence[Facts]) -> dict[int, float]:
    """What the product shows: at the floor it ships with."""
    return ours(asked, others, FLOOR)


def trigrams(asked: Facts, others: Sequence[Facts]) -> dict[int, float]:
    """The baseline: the share of trigrams in common, as pg_trgm counts it."""
    mine = _cut(asked.text)
    scores = {
        each.need_id.int: len(mine & _cut(each.text)) / len(mine | _cut(each.text)) for each in others if each.need_id
    }
    return dict(sorted(scores.items(), key=lambda one: (-one[1], one[0])))


@cache
def _cut(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def separation(same: Sequence[float], other: Sequence[float]) -> float:
    """How often a pair that is one scores higher than a pair that is not (area under the ROC curve)."""
    one, two = np.array(same)[:, None], np.array(other)[None, :]
    return float(np.mean(one > two) + np.mean(one == two) / 2)


def compare_methods() -> list[str]:
    """The lines of all pairs: how far scores tell them apart, and who is found among the first."""
    labelled = pairs()
    same = [each for each in labelled if each.same]
    other = [each for each in labelled if not each.same]
    title = (
        f"need_pairs.csv: n={len(same)} pairs that are one, {len(other)} hard ones that are not; each asked for among "
        f"{len(register()) + 1} needs, as a draft with its place and no theme (95 %: bootstrap over pairs, Wilson)"
    )
    lines = [title]
    for method, score, listing in (
        ("product", ours, shown),
        ("baseline: trigrams in common, as pg_trgm", trigrams, trigrams),
    ):
        apart = _apart([_own(score, each) for each in same], [_own(score, each) for each in other])
        first = [_rank(listing, each) for each in same]
        within = [f"first {top}: {_share(sum(rank <= top for rank in first), len(same))}" for top in (1, SHOWN)]
        wrong = sum(_rank(listing, each) <= SHOWN for each in other)
        lines.append(
            f"  {method:<58} told apart {apart}  "
            + "  ".join(within)
            + f"  hard ones shown {_share(wrong, len(other))}"
        )
    return lines


def _own(score: Scorer, pair: Pair) -> float:
    return score(pair.asked, [pair.known, *register()]).get(_number(pair), 0.0)


def _rank(listing: Scorer, pair: Pair) -> int:
    order = list(listing(pair.asked, [pair.known, *register()]))
    return order.index(_number(pair)) + 1 if _number(pair) in order else len(order) + SHOWN + 1


def _number(pair: Pair) -> int:
    assert pair.known.need_id is not None
    return pair.known.need_id.int


def _share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{hits / n:.0%} [{low:.0%}, {high:.0%}]"


def _apart(same: list[float], other: list[float]) -> str:
    draw = np.random.default_rng(0)

    def drawn(scores: list[float]) -> list[float]:
        return [scores[place] for place in draw.integers(0, len(scores), len(scores))]

    low, high = np.percentile([separation(drawn(same), drawn(other)) for _ in range(DRAWS)], [2.5, 97.5])
    return f"{separation(same, other):.2f} [{low:.2f}, {high:.2f}]"
