"""The scheme: what is asked, how the dimensions are weighed, and which grade pays what; frozen by its hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from services.evaluation.domain.lifecycle import Phase
from services.evaluation.domain.tally import canonical
from wushe.errors import FieldError, InvalidInput


class Dimension(StrEnum):
    """量化指标, 成效提升, 社会效益: always shown, never silently averaged (E13)."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


SATISFACTION = "satisfaction"
BALLOT_PARTS = (SATISFACTION, Dimension.IMPACT.value)
PARTS = (SATISFACTION, *(dimension.value for dimension in Dimension))


class Missing(StrEnum):
    """What the composite does when a dimension cannot be assessed; the scheme says it, not the code."""

    RENORMALISE = "renormalise"
    NO_COMPOSITE = "no_composite"


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the ballot, answered 1 to 5."""

    code: str
    zh: str
    en: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A band of the composite from ``minimum`` (of 100) upwards, and the share of a tranche it pays."""

    code: str
    zh: str
    en: str
    minimum: int
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """The frozen content of a scheme."""

    items: Sequence[Item]
    outputs: Sequence[str]
    outcomes: Sequence[str]
    weights: Mapping[str, int] | None
    missing: Missing
    grades: Sequence[Grade]
    phases: Sequence[Phase] = field(default=(Phase.AFTER,))

    def codes(self, part: str | None = None) -> list[str]:
        """The ballot items, or those of one part."""
        return [item.code for item in self.items if part in (None, item.dimension)]


ITEMS = (
    Item("timely", "服务及时", "The service came in time", SATISFACTION),
    Item("attitude", "态度友善", "People were friendly", SATISFACTION),
    Item("professional", "做事专业", "The work was professional", SATISFACTION),
    Item("useful", "对我有用", "It was useful to me", SATISFACTION),
    Item("respect", "尊重我、保护我的隐私", "I and my privacy were respected", SATISFACTION),
    Item("again", "愿意再参加", "I would take part again", SATISFACTION),
    Item("participation", "我更愿意参与社区的事了", "I am readier to take part in my community", "impact"),
    Item("community", "社区因此变得更好了", "The community is better for it", "impact"),
)
GRADES = (
    Grade("excellent", "优秀", "Excellent", 90, Decimal("1.00")),
    Grade("good", "良好", "Good", 80, Decimal("1.00")),
    Grade("passed", "合格", "Passed", 60, Decimal("0.90")),
    Grade("failed", "不合格", "Failed", 0, Decimal("0.00")),
)
DEFAULT = Scheme(
    items=ITEMS,
    outputs=("persons", "sessions"),
    outcomes=("goal_attainment",),
    weights={"satisfaction": 40, "output": 20, "outcome": 20, "impact": 20},
    missing=Missing.RENORMALISE,
    grades=GRADES,
)


def as_json(scheme: Scheme) -> dict[str, Any]:
    """The scheme as stored, hashed and answered."""
    return {
        "ballot_items": [
            {"code": each.code, "zh": each.zh, "en": each.en, "dimension": each.dimension} for each in scheme.items
        ],
        "output_indicators": list(scheme.outputs),
        "outcome_measures": list(scheme.outcomes),
        "weights": dict(scheme.weights) if scheme.weights is not None else None,
        "missing": scheme.missing.value,
        "grades": [
            {"code": each.code, "zh": each.zh, "en": each.en, "minimum": each.minimum, "factor": str(each.factor)}
            for each in scheme.grades
        ],
        "phases": [phase.value for phase in scheme.phases],
    }


def from_json(content: Mapping[str, Any]) -> Scheme:
    """The scheme a stored document describes."""
    return Scheme(
        items=[Item(**each) for each in content["ballot_items"]],
        outputs=content["output_indicators"],
        outcomes=content["outcome_measures"],
        weights=content["weights"],
        missing=Missing(content["missing"]),
        grades=[Grade(**{**each, "factor": Decimal(each["factor"])}) for each in content["grades"]],
        phases=[Phase(each) for each in content["phases"]],
    )


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical document: the goalposts, in 64 characters."""
    return hashlib.sha256(canonical(content)).hexdigest()


def check(scheme: Scheme, *, resident_floor: int) -> None:
    """Three dimensions not empty (E5), residents' weight at its floor (E7), bands that cover 0 to 100; else 422."""
    errors = [*_check_items(scheme), *_check_weights(scheme, resident_floor), *_check_grades(scheme.grades)]
    for pointer, listed in (("/output_indicators", scheme.outputs), ("/outcome_measures", scheme.outcomes)):
        errors += [] if listed else [_error(pointer, "REQUIRED", "三个维度都不能为空。", "No dimension may be empty.")]
    if errors:
        raise InvalidInput(errors=errors)


def _check_items(scheme: Scheme) -> list[FieldError]:
    errors = []
    if len(set(scheme.codes())) < len(scheme.items):
        errors.append(_error("/ballot_items", "DUPLICATE", "题目编码不能重复。", "Item codes must differ."))
    if any(not scheme.codes(part) for part in BALLOT_PARTS):
        zh, en = "满意度和社会效益至少各有一题。", "Satisfaction and impact need at least one item each."
        errors.append(_error("/ballot_items", "REQUIRED", zh, en))
    return errors


def _check_weights(scheme: Scheme, floor: int) -> list[FieldError]:
    if scheme.weights is None:
        return []
    if set(scheme.weights) != set(PARTS) or sum(scheme.weights.values()) != 100:
        zh, en = "四项权重都要填写，合计为 100。", "All four weights are needed and add up to 100."
        return [_error("/weights", "SUM_NOT_100", zh, en)]
    if sum(scheme.weights[part] for part in BALLOT_PARTS) < floor:
        zh, en = f"居民评价的权重不得低于 {floor}%。", f"Residents' answers weigh at least {floor} %."
        return [_error("/weights", "RESIDENT_WEIGHT_TOO_LOW", zh, en)]
    return []


def _check_grades(grades: Sequence[Grade]) -> list[FieldError]:
    minimums = [grade.minimum for grade in grades]
    if minimums and minimums[-1] == 0 and minimums == sorted(set(minimums), reverse=True):
        return []
    zh, en = "等级须从高到低排列，最低一档从 0 分起。", "Grades descend and the last one starts at 0."
    return [_error("/grades", "NOT_DESCENDING", zh, en)]


def _error(pointer: str, code: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, code, zh, en)
