"""Money of a plan in whole fen: lines add up to the total, contracts stay inside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from wushe.errors import FieldError, InvalidInput, Refusal


class FundSource(StrEnum):
    """Where the money of a budget line comes from."""

    GOV_PURCHASE = "gov_purchase"
    FISCAL_BUDGET = "fiscal_budget"
    WELFARE_LOTTERY = "welfare_lottery"
    ASSISTANCE_SUBSIDY = "assistance_subsidy"
    MINOR_PROTECTION = "minor_protection"
    COMMUNITY_FUND = "community_fund"
    CHARITY_DONATION = "charity_donation"
    ENTERPRISE_SUPPORT = "enterprise_support"
    OWNERS_FUND = "owners_fund"
    RESIDENTS_RAISE = "residents_raise"


class TrancheGate(StrEnum):
    """What must have happened before a tranche may be paid."""

    CONTRACT_SIGNED = "contract_signed"
    MILESTONE = "milestone"
    EVALUATION_FINAL = "evaluation_final"
    ACCEPTANCE = "acceptance"


class Phase(StrEnum):
    """The three points at which a project is evaluated."""

    BEFORE = "before"
    MID = "mid"
    AFTER = "after"


class BudgetMismatch(Refusal):
    """The lines of the budget do not add up to its total."""

    status = 422
    zh = "预算合计 {total} 分，与各项之和 {lines} 分不一致。"
    en = "The budget says {total} fen, its lines add up to {lines} fen."
    toast = "预算不一致"


class LastTrancheUngated(Refusal):
    """The last of the money waits for what those who were served say, or for the acceptance that follows it."""

    status = 422
    zh = "最后一期款项须以末期评价定稿或项目结项为拨付条件。"
    en = "The last tranche waits for the final report of the after phase, or for acceptance."
    toast = "末期款须待评价"


class PhaseNotEvaluated(Refusal):
    """Money may only wait for a phase that will be evaluated."""

    status = 422
    zh = "目前只开展末期评价，评价定稿款的阶段只能是“after”。"
    en = "Only the phase 'after' is evaluated, so no tranche can wait for another."
    toast = "阶段暂不评价"


class BudgetExceeded(Refusal):
    """Contracts may not promise more than the plan has."""

    zh = "合同金额超出项目预算：预算 {budget} 分，已签约或拟签 {committed} 分，本次 {amount} 分。"
    en = "The contracts exceed the budget: {budget} fen planned, {committed} fen promised, {amount} fen asked for."
    toast = "超出预算"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line of a budget."""

    label: str
    amount_fen: int
    fund_source: FundSource


@dataclass(frozen=True, slots=True)
class SourceShare:
    """What one source carries of a budget; ``share`` of the whole, from 0 to 1."""

    fund_source: FundSource
    amount_fen: int
    share: Fraction


def shares(lines: Sequence[BudgetLine]) -> list[SourceShare]:
    """The sources of a budget, the largest first (多元投入, seed Yichang)."""
    added: Counter[FundSource] = Counter()
    for line in lines:
        added[line.fund_source] += line.amount_fen
    total = added.total() or 1
    return [SourceShare(source, fen, Fraction(fen, total)) for source, fen in added.most_common()]


def require_sum(total_fen: int, lines: Sequence[BudgetLine]) -> None:
    """Refuse a total that is not the sum of its lines."""
    added = sum(line.amount_fen for line in lines)
    if added != total_fen:
        raise BudgetMismatch(total=total_fen, lines=added)


def require_room(*, budget_fen: int, committed_fen: int, amount_fen: int) -> None:
    """Refuse a contract that would promise more than the budget has left."""
    if committed_fen + amount_fen > budget_fen:
        raise BudgetExceeded(budget=budget_fen, committed=committed_fen, amount=amount_fen)


@dataclass(frozen=True, slots=True)
class Installment:
    """One tranche of a contract as it is written: how much, behind which gate, after which phase."""

    label: str
    amount_fen: int
    gate: TrancheGate
    phase: Phase | None


def require_installments(tranches: Sequence[Installment]) -> None:
    """Refuse a gate without its phase, and a phase where the gate has none."""
    errors = [
        FieldError(f"/tranches/{index}/phase", "WRONG_FOR_GATE", "评价定稿款须写明阶段，其他款项不写。", _PHASE)
        for index, tranche in enumerate(tranches)
        if (tranche.gate is TrancheGate.EVALUATION_FINAL) != (tranche.phase is not None)
    ]
    if errors:
        raise InvalidInput(errors=errors)


def require_gated(tranches: Sequence[Installment]) -> None:
    """Refuse a contract that pays everything before anybody was asked, or waits for a phase nobody evaluates."""
    if any(tranche.phase not in {None, Phase.AFTER} for tranche in tranches):
        raise PhaseNotEvaluated
    if tranches[-1].gate not in {TrancheGate.EVALUATION_FINAL, TrancheGate.ACCEPTANCE}:
        raise LastTrancheUngated


_PHASE = "A tranche behind evaluation_final names its phase; others have none."
