"""Goals are SMART or the plan is refused, field by field."""

from dataclasses import replace
from datetime import date

import pytest

from services.projects.domain.goals import FIELDS, Dimension, Goal, GoalNotSmart, require_smart

TODAY = date(2026, 3, 1)
SMART = Goal("月度探访覆盖人数", "人", 0, 30, date(2026, 9, 30), "服务记录", Dimension.OUTPUT)


def refused(*goals):
    with pytest.raises(GoalNotSmart) as refusal:
        require_smart(goals, today=TODAY)
    return [(error.pointer, error.code) for error in refusal.value.errors]


def test_a_complete_goal_passes():
    require_smart([SMART], today=TODAY)
    require_smart([replace(SMART, due_date=TODAY)], today=TODAY)


@pytest.mark.parametrize("field", FIELDS)
def test_each_missing_field_is_named(field):
    assert refused(SMART, replace(SMART, **{field: None})) == [(f"/goals/1/{field}", "REQUIRED")]


def test_blank_text_is_missing():
    assert refused(replace(SMART, indicator=" ", unit="")) == [
        ("/goals/0/indicator", "REQUIRED"),
        ("/goals/0/unit", "REQUIRED"),
    ]


def test_no_goal_at_all():
    assert refused() == [("/goals", "REQUIRED")]


def test_a_zero_baseline_is_a_baseline():
    require_smart([replace(SMART, baseline=0.0)], today=TODAY)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"target": 0}, ("/goals/0/target", "NO_CHANGE")),
        ({"due_date": date(2026, 2, 28)}, ("/goals/0/due_date", "IN_THE_PAST")),
        ({"baseline": float("nan")}, ("/goals/0/baseline", "NOT_A_NUMBER")),
        ({"target": float("inf")}, ("/goals/0/target", "NOT_A_NUMBER")),
    ],
)
def test_meaningless_values_are_named(change, fault):
    assert refused(replace(SMART, **change)) == [fault]
