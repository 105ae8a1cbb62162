"""A goal can be judged later only if it says now what is measured, from where to where, by when, by which source."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wushe.errors import FieldError, Refusal


class Dimension(StrEnum):
    """The three results that are shown side by side and never silently averaged."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


class GoalNotSmart(Refusal):
    """A goal lacks what is needed to judge it later."""

    status = 422
    zh = "项目目标不完整：每个目标都要写明指标、单位、基线、目标值、完成日期、数据来源和维度。"
    en = "Every goal needs an indicator, a unit, a baseline, a target, a due date, a source and a dimension."
    toast = "目标不完整"


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal as it was handed in; what is missing is None."""

    indicator: str | None
    unit: str | None
    baseline: float | None
    target: float | None
    due_date: date | None
    source: str | None
    dimension: Dimension | None


FIELDS = ("indicator", "unit", "baseline", "target", "due_date", "source", "dimension")
NAMES = {
    "indicator": "指标",
    "unit": "单位",
    "baseline": "基线",
    "target": "目标值",
    "due_date": "完成日期",
    "source": "数据来源",
    "dimension": "维度",
}


def require_smart(goals: Sequence[Goal], *, today: date) -> None:
    """Refuse goals that are missing or incomplete, naming each field."""
    errors = list(faults(goals, today=today))
    if errors:
        raise GoalNotSmart(errors=errors)


def faults(goals: Sequence[Goal], *, today: date) -> Iterator[FieldError]:
    """Everything that keeps these goals from being judged later."""
    if not goals:
        yield FieldError("/goals", "REQUIRED", "至少要有一个目标。", "At least one goal is required.")
    for index, goal in enumerate(goals):
        yield from _missing(goal, index)
        yield from _meaningless(goal, index, today)


def _missing(goal: Goal, index: int) -> Iterator[FieldError]:
    for field in FIELDS:
        value = getattr(goal, field)
        if value is None or (isinstance(value, str) and not value.strip()):
            yield FieldError(
                f"/goals/{index}/{field}", "REQUIRED", f"请填写{NAMES[field]}。", f"'{field}' is required."
            )


def _meaningless(goal: Goal, index: int, today: date) -> Iterator[FieldError]:
    for field in ("baseline", "target"):
        number = getattr(goal, field)
        if number is not None and not math.isfinite(number):
            yield FieldError(f"/goals/{index}/{field}", "NOT_A_NUMBER", "请填写数字。", "A finite number is required.")
    if goal.baseline is not None and goal.target == goal.baseline:
        yield FieldError(
            f"/goals/{index}/target", "NO_CHANGE", "目标值不能与基线相同。", "The target must differ from the baseline."
        )
    if goal.due_date is not None and goal.due_date < today:
        yield FieldError(
            f"/goals/{index}/due_date", "IN_THE_PAST", "完成日期不能早于今天。", "The due date lies in the past."
        )
