"""Every verb in every state: the table decides, and a refusal names what the state allows."""

import pytest

from services.projects.domain import lifecycle
from services.projects.domain.lifecycle import (
    ACTIVITY,
    CONTRACT,
    DELIBERATION,
    PROJECT,
    RECORD,
    SAGA,
    ActivityState,
    ActivityVerb,
    ContractState,
    ContractVerb,
    DeliberationState,
    DeliberationVerb,
    ProjectState,
    ProjectVerb,
    RecordState,
    RecordVerb,
    SagaState,
    SagaVerb,
)
from tests.tables import refusals
from wushe.errors import ActionNotAllowed

MACHINES = [
    (PROJECT, ProjectState, ProjectVerb),
    (DELIBERATION, DeliberationState, DeliberationVerb),
    (CONTRACT, ContractState, ContractVerb),
    (ACTIVITY, ActivityState, ActivityVerb),
    (RECORD, RecordState, RecordVerb),
    (SAGA, SagaState, SagaVerb),
]


@pytest.mark.parametrize(("table", "states", "verbs"), MACHINES)
def test_a_verb_leads_on_or_is_refused_by_name(table, states, verbs):
    for state, _, refusal in refusals(lifecycle.advance, table, states, verbs):
        assert set(refusal.allowed) <= {str(known) for found, known in table if found == state}


def test_a_refusal_names_only_verbs_a_caller_may_ask_for():
    with pytest.raises(ActionNotAllowed) as refused:
        lifecycle.advance(PROJECT, ProjectState.DESIGNED, ProjectVerb.START)
    assert refused.value.allowed == ("cancel", "design", "submit")
    with pytest.raises(ActionNotAllowed) as refused:
        lifecycle.advance(DELIBERATION, DeliberationState.PUBLICISED, DeliberationVerb.PUBLICISE)
    assert refused.value.allowed == ("annul",)


@pytest.mark.parametrize(("table", "states", "verbs"), MACHINES)
def test_every_state_is_reached_and_every_verb_used(table, states, verbs):
    first = next(iter(states))
    not_entered_by_a_verb = {DeliberationState.NOT_PASSED}
    assert set(states) - set(table.values()) - {first} <= not_entered_by_a_verb
    assert {verb for _, verb in table} == set(verbs)


def test_the_main_road_leads_from_draft_to_archive():
    state = ProjectState.DRAFT
    for verb in [
        "design",
        "deliberate",
        "resolve",
        "submit",
        "review",
        "approve",
        "publicise",
        "start",
        "reserve",
        "suspend",
        "resume",
        "complete",
        "evaluate",
        "accept",
        "archive",
    ]:
        state = lifecycle.advance(PROJECT, state, ProjectVerb(verb))
    assert state is ProjectState.ARCHIVED


def test_the_printed_tables_are_the_ones_that_decide():
    assert set(lifecycle.MACHINES) == {
        "project",
        "deliberation",
        "contract",
        "activity",
        "service_record",
        "start_saga",
    }
    assert lifecycle.MACHINES["project"]["publicised", "start"] == "resourcing"
