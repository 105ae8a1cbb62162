import pytest

from services.needs.domain.lifecycle import (
    COMPLAINT_TRANSITIONS,
    CONCERN_TRANSITIONS,
    CRISIS_TRANSITIONS,
    MACHINES,
    MEDIATION_TRANSITIONS,
    NEED_TRANSITIONS,
    REFERRAL_TRANSITIONS,
    ComplaintState,
    ComplaintVerb,
    ConcernState,
    ConcernVerb,
    CrisisState,
    CrisisVerb,
    MediationState,
    MediationVerb,
    NeedState,
    NeedVerb,
    ReferralState,
    ReferralVerb,
    advance,
    allowed,
)
from tests.tables import refusals
from wushe.errors import ActionNotAllowed

TABLES = [
    (NEED_TRANSITIONS, NeedState, NeedVerb),
    (CONCERN_TRANSITIONS, ConcernState, ConcernVerb),
    (CRISIS_TRANSITIONS, CrisisState, CrisisVerb),
    (REFERRAL_TRANSITIONS, ReferralState, ReferralVerb),
    (MEDIATION_TRANSITIONS, MediationState, MediationVerb),
    (COMPLAINT_TRANSITIONS, ComplaintState, ComplaintVerb),
]


@pytest.mark.parametrize(("table", "states", "verbs"), TABLES)
def test_it_moves_by_the_table_or_says_what_is_possible(table, states, verbs):
    for state, verb, refusal in refusals(advance, table, states, verbs):
        assert refusal.allowed == tuple(allowed(table, state))
        assert verb not in refusal.allowed


def test_the_refusal_speaks_in_both_languages():
    with pytest.raises(ActionNotAllowed) as refused:
        advance(NEED_TRANSITIONS, NeedState.CLOSED, NeedVerb.ACCEPT)
    assert refused.value.sentence("zh") == "当前状态“closed”不能进行“accept”。"
    assert refused.value.allowed == ("reopen",)


@pytest.mark.parametrize(
    "path",
    [
        "triage accept link plan respond outcome",
        "triage accept link plan respond close reopen accept respond outcome",
        "triage respond reopen triage respond outcome",
        "triage cosign accept cosign link unlink link respond close",
        "reject",
        "triage reject",
        "withdraw",
    ],
)
def test_the_ways_of_a_need(path):
    state = NeedState.SUBMITTED
    for verb in path.split():
        state = advance(NEED_TRANSITIONS, state, NeedVerb(verb))
    assert state in {NeedState.CLOSED, NeedState.REJECTED, NeedState.WITHDRAWN}


def test_co_signing_changes_no_state():
    moves = [(state, result) for (state, verb), result in NEED_TRANSITIONS.items() if verb is NeedVerb.COSIGN]
    assert moves
    assert all(state is result for state, result in moves)


def test_what_is_rejected_or_withdrawn_stays_so():
    assert allowed(NEED_TRANSITIONS, NeedState.REJECTED) == []
    assert allowed(NEED_TRANSITIONS, NeedState.WITHDRAWN) == []


def test_every_state_can_be_reached():
    reached = {NeedState.SUBMITTED} | set(NEED_TRANSITIONS.values())
    assert reached == set(NeedState)
    assert {ConcernState.DRAFT} | set(CONCERN_TRANSITIONS.values()) == set(ConcernState)


def test_every_machine_is_printed():
    known = {"need", "concern", "resident", "place", "division_merge", "survey_plan", "follow_up", "crisis_ticket"}
    assert known <= set(MACHINES)
