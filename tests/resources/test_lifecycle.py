"""Every state and verb of the resources service, pair by pair."""

import pytest

from services.resources.domain import lifecycle
from services.resources.domain.lifecycle import MACHINES, DisbursementState, RequestState, ReservationState, Verb
from tests.tables import refusals

TABLES = [
    (lifecycle.Standing, lifecycle.STANDING),
    (lifecycle.VolunteerState, lifecycle.VOLUNTEER),
    (lifecycle.ResourceState, lifecycle.RESOURCE),
    (lifecycle.RequestState, lifecycle.REQUEST),
    (lifecycle.OfferState, lifecycle.OFFER),
    (lifecycle.ReservationState, lifecycle.RESERVATION),
    (lifecycle.DeliveryState, lifecycle.DELIVERY),
    (lifecycle.FundState, lifecycle.FUND),
    (lifecycle.DisbursementState, lifecycle.DISBURSEMENT),
    (lifecycle.ProjectState, lifecycle.PROJECT),
]


@pytest.mark.parametrize(("states", "table"), TABLES)
def test_a_verb_leads_where_the_table_says_or_is_refused_with_the_allowed_ones(states, table):
    for state, verb, refusal in refusals(lifecycle.advance, table, states, Verb):
        assert refusal.allowed == tuple(each for origin, each in table if origin == state)
        assert refusal.facts == {"state": state, "verb": verb}


@pytest.mark.parametrize(("states", "table"), TABLES)
def test_every_state_but_the_first_can_be_reached(states, table):
    first, *later = states
    reached = {first} | {after for (before, _), after in table.items() if before != after}
    assert reached == {first, *later}


@pytest.mark.parametrize("state", [ReservationState.USED, ReservationState.RELEASED, ReservationState.EXPIRED])
def test_a_finished_reservation_never_comes_back(state):
    assert lifecycle.allowed(lifecycle.RESERVATION, state) == []


def test_a_paid_disbursement_is_the_end():
    assert lifecycle.allowed(lifecycle.DISBURSEMENT, DisbursementState.PAID) == []


def test_only_two_approvals_lead_to_payment():
    ways = {before for (before, verb), after in lifecycle.DISBURSEMENT.items() if after == DisbursementState.PAID}
    assert ways == {DisbursementState.APPROVED}
    assert lifecycle.DISBURSEMENT[DisbursementState.DUE, Verb.APPROVE] is DisbursementState.ENDORSED


def test_a_met_request_opens_again():
    assert lifecycle.advance(lifecycle.REQUEST, RequestState.MET, Verb.REOPEN) is RequestState.OPEN


def test_machines_hold_plain_words_for_the_printed_table():
    assert MACHINES["reservation"]["held", "confirm"] == "confirmed"
    assert all(type(word) is str for table in MACHINES.values() for pair in table for word in pair)
