"""Gates, the two approvers, the amount, and where it is drawn from."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import payout
from services.resources.domain.payout import AdviceKind, Facts, Gate, Interests, Purse

ANN, BEA, ORG = UUID(int=1), UUID(int=2), UUID(int=9)
INTERESTS = Interests(people=frozenset({ANN}), organisations=frozenset({ORG}))


@pytest.mark.parametrize(
    ("tranche", "factor", "left", "amount"),
    [
        (100_000, Fraction(1), 500_000, 100_000),
        (100_000, Fraction(9, 10), 500_000, 90_000),
        (100_000, Fraction(9, 10), 80_000, 80_000),
        (99_999, Fraction(9, 10), 500_000, 89_999),
        (100_000, Fraction(0), 500_000, 0),
        (100_000, Fraction(1), -5, 0),
        (9_007_199_254_740_991, Fraction(9, 10), 2**60, 8_106_479_329_266_891),
    ],
)
def test_the_amount_is_exact(tranche, factor, left, amount):
    assert payout.payable(tranche, factor, left) == amount


@pytest.mark.parametrize("factor", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_factor_outside_zero_and_one_is_a_fault(factor):
    with pytest.raises(ValueError, match="between 0 and 1"):
        payout.payable(1, factor, 1)


def test_manual_never_cuts_money():
    assert payout.factor_of(AdviceKind.MANUAL, None) == payout.factor_of(AdviceKind.MANUAL, "0") == 1


def test_an_advice_to_pay_names_its_exact_factor():
    assert payout.factor_of(AdviceKind.PAY, "0.90") == Fraction(9, 10)
    with pytest.raises(ValueError, match="names its factor"):
        payout.factor_of(AdviceKind.PAY, None)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (Facts(Gate.CONTRACT_SIGNED), None),
        (Facts(Gate.MILESTONE), payout.MilestoneNotReached),
        (Facts(Gate.MILESTONE, is_reached=True), None),
        (Facts(Gate.EVALUATION_FINAL), payout.EvaluationNotFinal),
        (Facts(Gate.EVALUATION_FINAL, AdviceKind.PAY), None),
        (Facts(Gate.EVALUATION_FINAL, AdviceKind.MANUAL), None),
        (Facts(Gate.EVALUATION_FINAL, AdviceKind.WITHHOLD), payout.PaymentAdvisedAgainst),
        (Facts(Gate.ACCEPTANCE), payout.EvaluationNotFinal),
        (Facts(Gate.ACCEPTANCE, is_accepted=True), payout.EvaluationNotFinal),
        (Facts(Gate.ACCEPTANCE, AdviceKind.PAY), payout.ProjectNotAccepted),
        (Facts(Gate.ACCEPTANCE, AdviceKind.PAY, is_accepted=True), None),
        (Facts(Gate.ACCEPTANCE, AdviceKind.WITHHOLD, is_accepted=True), payout.PaymentAdvisedAgainst),
        (Facts(Gate.CONTRACT_SIGNED, is_stopped=True), payout.ProjectStopped),
        (Facts(Gate.ACCEPTANCE, AdviceKind.PAY, is_accepted=True, is_stopped=True), payout.ProjectStopped),
    ],
)
def test_each_gate_opens_on_its_own_facts(facts, refusal):
    assert payout.is_open(facts) is (refusal is None)
    if refusal:
        with pytest.raises(refusal):
            payout.require_gate(facts)


def test_only_a_known_person_without_a_part_in_the_project_decides():
    assert payout.require_independent(BEA, None, INTERESTS) == BEA
    with pytest.raises(payout.PersonUnknown):
        payout.require_independent(None, ORG, INTERESTS)
    with pytest.raises(payout.OwnProject):
        payout.require_independent(ANN, None, INTERESTS)
    with pytest.raises(payout.OwnProject):
        payout.require_independent(BEA, ORG, INTERESTS)


def test_two_different_people_approve():
    payout.require_turn(BEA, role="civil_affairs", approvers=[ANN])
    with pytest.raises(payout.SameApprover):
        payout.require_turn(ANN, role="civil_affairs", approvers=[ANN])
    payout.require_approvals([ANN, BEA])
    with pytest.raises(payout.ApproverMissing) as refused:
        payout.require_approvals([ANN, ANN])
    assert refused.value.facts == {"given": 1}


def test_a_payment_is_drawn_from_the_oldest_allocations_first():
    purses = [Purse(UUID(int=n), ORG, left) for n, left in ((1, 30), (2, 0), (3, 100))]
    assert [(part.allocation_id.int, part.amount_fen) for part in payout.draw(purses, 50)] == [(1, 30), (3, 20)]


@pytest.mark.parametrize("amount", [131, 0])
def test_more_than_is_left_or_nothing_is_not_paid(amount):
    with pytest.raises(payout.BudgetExceeded):
        payout.draw([Purse(ANN, ORG, 130)] if amount else [], amount)


@given(st.lists(st.integers(0, 1000), max_size=6), st.integers(1, 4000))
def test_parts_add_up_and_never_overdraw(lefts, amount):
    purses = [Purse(UUID(int=n), ORG, left) for n, left in enumerate(lefts)]
    if sum(lefts) < amount:
        with pytest.raises(payout.BudgetExceeded):
            payout.draw(purses, amount)
        return
    parts = payout.draw(purses, amount)
    assert sum(part.amount_fen for part in parts) == amount
    assert all(part.amount_fen <= lefts[part.allocation_id.int] for part in parts)


@given(st.integers(0, 2**53), st.fractions(0, 1), st.integers(0, 2**53))
def test_never_more_than_the_tranche_or_what_is_left(tranche, factor, left):
    amount = payout.payable(tranche, factor, left)
    assert 0 <= amount <= min(tranche * factor, left)
