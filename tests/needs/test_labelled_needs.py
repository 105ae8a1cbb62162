"""The rules against the 92 labelled statements of the sample district."""

import csv
from pathlib import Path

import pytest

from services.needs.domain import danger
from services.needs.domain.codes import ServiceField, TargetGroup, Urgency
from tests.needs.rules import crisis_net, default_rules, help_lines

SAMPLE = Path(__file__).parents[2] / "samples" / "licheng" / "needs_dev.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def caught(row: dict[str, str]) -> bool:
    return bool(danger.read(row["text"], crisis_net(), help_lines()))


def test_every_critical_statement_is_caught(rows):
    critical = [row for row in rows if row["urgency"] == "critical"]
    assert len(critical) == 6
    assert [row["id"] for row in critical if not caught(row)] == []


def test_false_alarms_are_few_and_never_suggestions(rows):
    alarms = [row for row in rows if row["urgency"] != "critical" and caught(row)]
    assert len(alarms) <= 5
    assert {row["urgency"] for row in alarms} <= {"high"}


def test_every_label_is_in_our_code_tables(rows):
    themes = {code for code, _, _ in default_rules().THEMES}
    labelled = [row for row in rows if row["theme"] != "not_a_need"]
    assert {row["theme"] for row in labelled} <= themes
    assert {row["field"] for row in labelled} <= set(ServiceField)
    assert {row["target_group"] for row in labelled} - {""} <= set(TargetGroup)
    assert {row["urgency"] for row in labelled} <= set(Urgency)
