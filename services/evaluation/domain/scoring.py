"""From ballots and counts to a report, and from a final report to an advice about money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from services.evaluation.domain import statistics
from services.evaluation.domain.scheme import BALLOT_PARTS, SATISFACTION, Grade, Missing, Scheme

CENT = Decimal("0.01")
Answers = Mapping[str, int]


class Standing(StrEnum):
    """Whether a dimension has a figure; 不可评 is never 0 and never imputed (E6)."""

    ASSESSED = "assessed"
    NOT_ASSESSABLE = "not_assessable"
    SUPPRESSED = "suppressed"


class AdviceKind(StrEnum):
    """What the evaluation says about the money that waits for it."""

    PAY = "pay"
    MANUAL = "manual"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rule data: the smallest published group and the response share below which nothing is ranked."""

    k: int
    low_response: Fraction


@dataclass(frozen=True, slots=True)
class Goal:
    """One outcome goal of the plan with what was measured before and after."""

    indicator: str
    baseline: Fraction | None
    target: Fraction
    actual: Fraction | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One part of the report: a score of 100 with everything needed to judge it (E9)."""

    standing: Standing
    score: Fraction | None = None
    reason: str | None = None
    low: float | None = None
    high: float | None = None
    method: str | None = None
    worst: float | None = None
    best: float | None = None
    details: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A whole report."""

    n: int
    population: int
    flags: Sequence[str]
    parts: Mapping[str, Figure]
    composite: Decimal | None
    weights: Mapping[str, str] | None
    grade: Grade | None

    @property
    def response_rate(self) -> Fraction:
        """Valid answers over those eligible on the roster."""
        return Fraction(self.n, self.population) if self.population else Fraction(0)


@dataclass(frozen=True, slots=True)
class Advice:
    """Pay with a factor, let a person decide, or withhold until rectified."""

    kind: AdviceKind
    factor: Decimal | None
    reasons: Sequence[str]


def delivered(indicators: Sequence[str], planned: Mapping[str, int], done: Mapping[str, int]) -> Figure:
    """量化指标: planned against delivered counts, each capped at its plan, with the counts beside the score."""
    counted = [code for code in indicators if planned.get(code, 0) > 0]
    if not counted:
        return Figure(Standing.NOT_ASSESSABLE, reason="nothing_planned")
    rates = {code: min(Fraction(done.get(code, 0), planned[code]), Fraction(1)) for code in counted}
    details = [
        {"code": code, "planned": planned[code], "delivered": done.get(code, 0), "rate": _round(rate)}
        for code, rate in rates.items()
    ]
    score = sum(rates.values(), Fraction(0)) / len(rates) * 100
    return Figure(Standing.ASSESSED, score=score, method="mean_of_capped_rates", details=details)


def improvement(goals: Sequence[Goal]) -> Figure:
    """成效提升: attainment of each goal from its baseline; without a baseline or a measurement it is 不可评."""
    details = [{"indicator": goal.indicator, **_attainment(goal)} for goal in goals]
    rates = [each["rate"] for each in details if "rate" in each]
    if not rates:
        reason = "not_measured" if any(goal.baseline is not None for goal in goals) else "no_baseline"
        return Figure(Standing.NOT_ASSESSABLE, reason=reason, details=details)
    score = sum((_attained(goal) for goal in goals if _measured(goal)), Fraction(0)) / len(rates) * 100
    return Figure(Standing.ASSESSED, score=score, method="mean_goal_attainment", details=details)


def opinion(scheme: Scheme, part: str, ballots: Sequence[Answers], population: int, k: int) -> Figure:
    """The share of ballots whose mean answer in this part is 4 or more, of 100, with its interval and bounds."""
    n = len(ballots)
    if n < k:
        return Figure(Standing.SUPPRESSED, reason="too_few_answers")
    codes = scheme.codes(part)
    pleased = sum(1 for ballot in ballots if sum(ballot[code] for code in codes) >= 4 * len(codes))
    found = statistics.estimate(pleased, n, population)
    worst, best = statistics.bounds(pleased, n, population)
    return Figure(
        Standing.ASSESSED, score=Fraction(pleased, n) * 100, method=found.method, low=found.low, high=found.high,
        worst=worst, best=best, details=[_item(code, ballots, population) for code in codes],
    )  # fmt: skip


def report(
    scheme: Scheme, *, ballots: Sequence[Answers], population: int, output: Figure, outcome: Figure, rules: Rules
) -> Result:
    """Every part, always; a composite and a grade only as the scheme says (E13)."""
    asked = {part: opinion(scheme, part, ballots, population, rules.k) for part in BALLOT_PARTS}
    parts = {SATISFACTION: asked[SATISFACTION], "output": output, "outcome": outcome, "impact": asked["impact"]}
    n = len(ballots)
    weights = _weights(scheme, parts)
    composite = _composite(parts, weights)
    return Result(
        n=n,
        population=population,
        flags=_flags(n, population, rules),
        parts=parts,
        composite=composite,
        weights={part: str(weight) for part, weight in weights.items()} if weights else None,
        grade=grade_of(scheme.grades, composite) if composite is not None else None,
    )


def grade_of(grades: Sequence[Grade], score: Decimal) -> Grade:
    """The first band, from above, whose minimum the published score reaches."""
    return next(grade for grade in grades if score >= grade.minimum)


def advise(grade: Grade | None, *, flags: Sequence[str], appeal_upheld: bool) -> Advice:
    """What may follow for the money: thin or contested results never cut it by themselves (E12)."""
    reasons = [*flags, *(["appeal_upheld"] if appeal_upheld else []), *(["no_grade"] if grade is None else [])]
    if grade is None or reasons:
        return Advice(AdviceKind.MANUAL, None, reasons)
    if grade.factor == 0:
        return Advice(AdviceKind.WITHHOLD, grade.factor, ["below_pass_grade"])
    return Advice(AdviceKind.PAY, grade.factor, [])


def as_json(result: Result) -> dict[str, Any]:
    """The report as stored and published."""
    parts = {name: _figure(figure, result) for name, figure in result.parts.items()}
    return {
        "n": result.n,
        "N": result.population,
        "response_rate": _round(result.response_rate),
        "flags": list(result.flags),
        "satisfaction": parts.pop(SATISFACTION),
        "dimensions": parts,
        "composite": None if result.composite is None else float(result.composite),
        "weights": result.weights,
        "grade": None if result.grade is None else result.grade.code,
        "factor": None if result.grade is None else str(result.grade.factor),
    }


def _flags(n: int, population: int, rules: Rules) -> list[str]:
    suppressed = ["suppressed"] if n < rules.k else []
    low = population == 0 or Fraction(n, population) < rules.low_response
    return suppressed + (["low_response"] if low else [])


def _weights(scheme: Scheme, parts: Mapping[str, Figure]) -> dict[str, Fraction]:
    assessed = [part for part, figure in parts.items() if figure.standing is Standing.ASSESSED]
    whole = len(assessed) == len(parts)
    suppressed = any(figure.standing is Standing.SUPPRESSED for figure in parts.values())
    if scheme.weights is None or suppressed or not (whole or scheme.missing is Missing.RENORMALISE):
        return {}
    total = sum(scheme.weights[part] for part in assessed)
    return {part: Fraction(scheme.weights[part], total) for part in assessed} if total else {}


def _composite(parts: Mapping[str, Figure], weights: Mapping[str, Fraction]) -> Decimal | None:
    if not weights:
        return None
    score = sum((weight * (parts[part].score or 0) for part, weight in weights.items()), Fraction(0))
    exact = Decimal(score.numerator) / Decimal(score.denominator)
    return exact.quantize(CENT, rounding=ROUND_HALF_UP)


def _item(code: str, ballots: Sequence[Answers], population: int) -> dict[str, Any]:
    ratings = [ballot[code] for ballot in ballots]
    found = statistics.estimate(sum(1 for rating in ratings if rating >= 4), len(ratings), population)
    return {
        "code": code,
        "mean": _round(Fraction(sum(ratings), len(ratings))),
        "share": _round(found.share),
        "interval": [_round(found.low), _round(found.high)],
    }


def _measured(goal: Goal) -> bool:
    return goal.baseline is not None and goal.actual is not None and goal.baseline != goal.target


def _attained(goal: Goal) -> Fraction:
    baseline, actual = goal.baseline or Fraction(0), goal.actual or Fraction(0)
    return min(max((actual - baseline) / (goal.target - baseline), Fraction(0)), Fraction(1))


def _attainment(goal: Goal) -> dict[str, Any]:
    if _measured(goal):
        return {"standing": Standing.ASSESSED.value, "rate": _round(_attained(goal))}
    reason = "no_baseline" if goal.baseline is None else "not_measured"
    return {"standing": Standing.NOT_ASSESSABLE.value, "reason": reason}


def _figure(figure: Figure, result: Result) -> dict[str, Any]:
    interval = None if figure.low is None or figure.high is None else [_round(figure.low), _round(figure.high)]
    bounds = None if figure.worst is None or figure.best is None else [_round(figure.worst), _round(figure.best)]
    return {
        "standing": figure.standing.value,
        "score": None if figure.score is None else _round(figure.score, 2),
        "reason": figure.reason,
        "n": result.n,
        "N": result.population,
        "response_rate": _round(result.response_rate),
        "interval": interval,
        "bounds": bounds,
        "method": figure.method,
        "details": list(figure.details),
    }


def _round(number: Fraction | float, digits: int = 4) -> float:
    return round(float(number), digits)
