"""Proportions with honest intervals: Wilson, finite population, and what silence could hide."""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval and how that was computed."""

    share: float
    low: float
    high: float
    method: str


def wilson(successes: float, trials: float, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share; nothing asked means nothing known, [0, 1]."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def standard_error(share: float, n: int, population: int | None = None) -> float:
    """The standard error of a share, smaller when a good part of a finite population answered."""
    plain = math.sqrt(share * (1 - share) / n)
    return plain if population is None else plain * finite_population_factor(n, population)


def finite_population_factor(n: int, population: int) -> float:
    """√((N - n)/(N - 1)): 1 for a small sample of many, 0 for a census."""
    return math.sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def estimate(successes: int, n: int, population: int) -> Estimate:
    """The share of n answers out of a roster of N with its interval.

    The finite population enters Wilson's formula as the sample size n·(N - 1)/(N - n) that would have the same error.
    """
    if n == 0:
        return Estimate(0.0, 0.0, 1.0, "none")
    share = successes / n
    if n >= population:
        return Estimate(share, share, share, "census")
    effective = n * (population - 1) / (population - n)
    low, high = wilson(share * effective, effective)
    return Estimate(share, low, high, "wilson_finite_population")


def bounds(successes: int, n: int, population: int) -> tuple[float, float]:
    """The share if every silent person were dissatisfied, and if every one were satisfied."""
    if population == 0:
        return 0.0, 1.0
    return successes / population, (successes + population - n) / population
