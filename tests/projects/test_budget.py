"""Budgets add up to the fen, contracts stay inside them."""

from fractions import Fraction

import pytest

from services.projects.domain.budget import (
    BudgetExceeded,
    BudgetLine,
    BudgetMismatch,
    FundSource,
    Installment,
    LastTrancheUngated,
    Phase,
    PhaseNotEvaluated,
    TrancheGate,
    require_gated,
    require_room,
    require_sum,
    shares,
)

LINES = [
    BudgetLine("人员", 3_000_001, FundSource.GOV_PURCHASE),
    BudgetLine("物料", 1_999_999, FundSource.COMMUNITY_FUND),
]


def test_lines_add_up():
    require_sum(5_000_000, LINES)
    require_sum(0, [])


def test_the_shares_of_the_sources_are_exact():
    both = [*LINES, BudgetLine("场地", 1_000_000, FundSource.COMMUNITY_FUND)]
    found = [(each.fund_source.value, each.amount_fen, each.share) for each in shares(both)]
    assert found == [
        ("gov_purchase", 3_000_001, Fraction(3_000_001, 6_000_000)),
        ("community_fund", 2_999_999, Fraction(2_999_999, 6_000_000)),
    ]
    assert shares([]) == []
    assert [each.share for each in shares([BudgetLine("无", 0, FundSource.COMMUNITY_FUND)])] == [0]


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


def tranche(gate, phase=None):
    return Installment("款项", 1, gate, phase)


FIRST, STEP, LAST = map(tranche, (TrancheGate.CONTRACT_SIGNED, TrancheGate.MILESTONE, TrancheGate.ACCEPTANCE))
JUDGED = tranche(TrancheGate.EVALUATION_FINAL, Phase.AFTER)


@pytest.mark.parametrize("tranches", [[LAST], [JUDGED], [FIRST, STEP, JUDGED], [JUDGED, FIRST, LAST]])
def test_the_last_tranche_waits_for_the_residents_word(tranches):
    require_gated(tranches)


@pytest.mark.parametrize("tranches", [[FIRST], [STEP], [JUDGED, LAST, FIRST], [FIRST, STEP]])
def test_a_last_tranche_behind_anything_else_is_refused(tranches):
    with pytest.raises(LastTrancheUngated):
        require_gated(tranches)


@pytest.mark.parametrize("phase", [Phase.BEFORE, Phase.MID])
def test_only_the_after_phase_is_evaluated(phase):
    with pytest.raises(PhaseNotEvaluated):
        require_gated([tranche(TrancheGate.EVALUATION_FINAL, phase), LAST])
