"""Double entry: whatever happens to money adds up to nothing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import ledger
from services.resources.domain.ledger import Account, Line, Part

FUND, OTHER, PROJECT = UUID(int=1), UUID(int=2), UUID(int=3)


def balance(lines, account):
    return sum(line.amount_fen for line in lines if line.account is account)


def test_a_gift_is_in_the_bank_and_owed_to_its_purpose():
    lines = ledger.received(fund_id=FUND, amount_fen=500)
    assert (balance(lines, Account.CASH), balance(lines, Account.FUND)) == (500, -500)


def test_an_allocation_moves_the_promise_and_leaves_the_bank_alone():
    lines = ledger.allocated(fund_id=FUND, project_id=PROJECT, allocation_id=OTHER, amount_fen=200)
    assert (balance(lines, Account.CASH), balance(lines, Account.FUND), balance(lines, Account.PROJECT)) == (
        0,
        200,
        -200,
    )


def test_a_promise_given_back_is_the_promise_reversed():
    named = {"fund_id": FUND, "project_id": PROJECT, "allocation_id": OTHER, "amount_fen": 200}
    lines = [*ledger.allocated(**named), *ledger.returned(**named)]
    assert [balance(lines, account) for account in Account] == [0, 0, 0]


def test_every_part_of_a_payment_names_its_fund():
    lines = ledger.paid(project_id=PROJECT, parts=[Part(UUID(int=8), FUND, 150), Part(UUID(int=9), OTHER, 50)])
    assert balance(lines, Account.CASH) == -200
    assert {line.fund_id: line.amount_fen for line in lines if line.account is Account.PROJECT} == {
        FUND: 150,
        OTHER: 50,
    }


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line(Account.CASH, 5, FUND)],
        [Line(Account.CASH, 0, FUND), Line(Account.FUND, 0, FUND)],
        [Line(Account.CASH, 5, FUND), Line(Account.FUND, -4, FUND)],
    ],
)
def test_what_does_not_balance_is_not_a_transaction(lines):
    with pytest.raises(ValueError, match=r"transaction|differ"):
        ledger.balanced(lines)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=6))
def test_a_whole_life_of_money_ends_at_nothing(parts):
    total = sum(parts)
    lines = [
        *ledger.received(fund_id=FUND, amount_fen=total),
        *ledger.allocated(fund_id=FUND, project_id=PROJECT, allocation_id=OTHER, amount_fen=total),
        *ledger.paid(project_id=PROJECT, parts=[Part(OTHER, FUND, part) for part in parts]),
    ]
    assert all(balance(lines, account) == 0 for account in Account)
