"""The whole transition tables: what is allowed goes on, what is not says what is."""

from itertools import product

import pytest

from services.evaluation.domain import lifecycle
from services.evaluation.domain.lifecycle import MACHINES
from wushe.errors import ActionNotAllowed

TABLES = [
    (lifecycle.SCHEME_TRANSITIONS, lifecycle.SchemeState, lifecycle.SchemeVerb),
    (lifecycle.EVALUATION_TRANSITIONS, lifecycle.EvaluationState, lifecycle.EvaluationVerb),
    (lifecycle.REPORT_TRANSITIONS, lifecycle.ReportState, lifecycle.ReportVerb),
    (lifecycle.APPEAL_TRANSITIONS, lifecycle.AppealState, lifecycle.AppealVerb),
    (lifecycle.ADVICE_TRANSITIONS, lifecycle.AdviceState, lifecycle.AdviceVerb),
]


@pytest.mark.parametrize(("table", "states", "verbs"), TABLES)
def test_every_state_and_verb(table, states, verbs):
    for state, verb in product(states, verbs):
        if (state, verb) in table:
            assert lifecycle.advance(table, state, verb) is table[state, verb]
            continue
        with pytest.raises(ActionNotAllowed) as refused:
            lifecycle.advance(table, state, verb)
        assert refused.value.allowed == tuple(lifecycle.allowed(table, state))


def test_the_printed_tables_are_the_ones_obeyed():
    assert MACHINES["evaluation"]["open", "close"] == "closing"
    assert {name: len(table) for name, table in MACHINES.items()} == {
        "scheme": 2,
        "evaluation": 4,
        "report": 3,
        "appeal": 2,
        "payout_advice": 1,
    }
