"""What askers say came of their needs, counted honestly: silence is no satisfaction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from services.needs.domain.codes import Outcome
from wushe.errors import Refusal

Z95 = NormalDist().inv_cdf(0.975)
JUDGED = (Outcome.SOLVED, Outcome.PARTLY, Outcome.NOT, Outcome.WORSE)
"""Words on whether it helped; of what is no longer needed nobody says that."""


class AskUnanswered(Refusal):
    """A need that asks for several things is answered point by point, so that none is passed over."""

    status = 422
    zh = "这条需求有 {asks} 个问题，请逐一答复（asks_answered）；还缺第 {missing} 个。"
    en = "This need asks {asks} things; answer each of them (asks_answered), missing: {missing}."
    toast = "请逐一答复"


@dataclass(frozen=True, slots=True)
class Figures:
    """Words by outcome, and what share of those who judged says that it was solved."""

    counts: dict[str, int]
    silent: int
    judged: int
    solved_share: float | None
    low: float
    high: float
    """A Wilson interval at 95 %; with nobody's word it is everything."""
    replied_share: float | None
    """How many of those asked said anything at all."""


def figures(counts: Mapping[Outcome, int], silent: int) -> Figures:
    """The figures of a period."""
    judged = sum(counts.get(outcome, 0) for outcome in JUDGED)
    solved, said = counts.get(Outcome.SOLVED, 0), sum(counts.values())
    low, high = wilson(solved, judged)
    return Figures(
        counts={outcome.value: counts.get(outcome, 0) for outcome in Outcome},
        silent=silent,
        judged=judged,
        solved_share=solved / judged if judged else None,
        low=low,
        high=high,
        replied_share=said / (said + silent) if said + silent else None,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The Wilson score interval of a share at 95 %; nothing asked means nothing known, [0, 1]."""
    if trials == 0:
        return 0.0, 1.0
    share, z2 = successes / trials, Z95 * Z95
    centre, scale = share + z2 / (2 * trials), 1 + z2 / trials
    spread = Z95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def require_each_answered(asks: int, answered: Mapping[int, str]) -> None:
    """Refuse an answer that passes over something the need asks."""
    missing = [number for number in range(1, asks + 1) if number not in answered]
    if missing or set(answered) - set(range(1, asks + 1)):
        raise AskUnanswered(asks=asks, missing="、".join(map(str, missing)) or "–")
