"""Budgets add up to the fen, contracts stay inside them."""

import pytest

from services.projects.domain.budget import (
    BudgetExceeded,
    BudgetLine,
    BudgetMismatch,
    FundSource,
    require_room,
    require_sum,
)

LINES = [
    BudgetLine("人员", 3_000_001, FundSource.GOV_PURCHASE),
    BudgetLine("物料", 1_999_999, FundSource.COMMUNITY_FUND),
]


def test_lines_add_up():
    require_sum(5_000_000, LINES)
    require_sum(0, [])


@pytest.mark.parametrize("total", [4_999_999, 5_000_001, 0])
def test_one_fen_off_is_a_mismatch(total):
    with pytest.raises(BudgetMismatch) as refusal:
        require_sum(total, LINES)
    assert refusal.value.facts == {"total": total, "lines": 5_000_000}


def test_a_contract_may_use_the_last_fen():
    require_room(budget_fen=100, committed_fen=40, amount_fen=60)


def test_a_contract_may_not_use_one_fen_more():
    with pytest.raises(BudgetExceeded):
        require_room(budget_fen=100, committed_fen=40, amount_fen=61)
