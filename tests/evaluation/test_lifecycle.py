"""The whole transition tables: what is allowed goes on, what is not says what is."""

import pytest

from services.evaluation.domain import lifecycle
from services.evaluation.domain.lifecycle import MACHINES
from tests.tables import refusals

TABLES = [
    (lifecycle.SCHEME_TRANSITIONS, lifecycle.SchemeState, lifecycle.SchemeVerb),
    (lifecycle.EVALUATION_TRANSITIONS, lifecycle.EvaluationState, lifecycle.EvaluationVerb),
    (lifecycle.REPORT_TRANSITIONS, lifecycle.ReportState, lifecycle.ReportVerb),
    (lifecycle.APPEAL_TRANSITIONS, lifecycle.AppealState, lifecycle.AppealVerb),
    (lifecycle.ADVICE_TRANSITIONS, lifecycle.AdviceState, lifecycle.AdviceVerb),
]


@pytest.mark.parametrize(("table", "states", "verbs"), TABLES)
def test_every_state_and_verb(table, states, verbs):
    for state, _, refusal in refusals(lifecycle.advance, table, states, verbs):
        assert refusal.allowed == tuple(lifecycle.allowed(table, state))


def test_the_printed_tables_are_the_ones_obeyed():
    assert MACHINES["evaluation"]["open", "close"] == "closing"
    assert {name: len(table) for name, table in MACHINES.items()} == {
        "scheme": 2,
        "evaluation": 4,
        "report": 3,
        "appeal": 2,
        "payout_advice": 1,
    }
