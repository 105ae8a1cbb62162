"""Paying a tranche: its gate, the two people who approve it, how much, and from which allocations."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from services.resources.domain.ledger import Part
from wushe.errors import Refusal

APPROVALS = 2
FIRST_ONLY = frozenset({"committee", "donor"})


class Gate(StrEnum):
    """What must have happened before a tranche is due; the last two also need a payout advice."""

    CONTRACT_SIGNED = "contract_signed"
    MILESTONE = "milestone"
    EVALUATION_FINAL = "evaluation_final"
    ACCEPTANCE = "acceptance"


class AdviceKind(StrEnum):
    """What a final evaluation report says about the money."""

    PAY = "pay"
    MANUAL = "manual"
    WITHHOLD = "withhold"


class Stopper(StrEnum):
    """Who withheld a tranche; a later advice takes up again only what an advice had stopped."""

    PERSON = "person"
    ADVICE = "advice"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the gate of one tranche."""

    gate: Gate
    advice: AdviceKind | None = None
    is_reached: bool = False
    is_accepted: bool = False
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Interests:
    """Who must not decide about the money of a project."""

    people: frozenset[UUID]
    organisations: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Purse:
    """What is left of one allocation."""

    allocation_id: UUID
    fund_id: UUID
    left_fen: int


class EvaluationNotFinal(Refusal):
    """No payout advice of this phase; without a final evaluation this tranche is not paid."""

    zh = "该笔款项须待评价结果定稿后拨付，目前还没有拨付建议。"
    en = "This tranche is paid only after its evaluation is final; there is no payout advice yet."
    toast = "评价尚未定稿"


class PaymentAdvisedAgainst(Refusal):
    """The evaluation did not pass; payment waits for rectification and re-evaluation."""

    zh = "评价未达合格，整改复评通过前不能拨付。"
    en = "The evaluation was not passed; payment waits for rectification and re-evaluation."
    toast = "评价未合格"


class ProjectNotAccepted(Refusal):
    """The acceptance tranche waits for the acceptance of the project."""

    zh = "项目尚未结项验收，尾款不能拨付。"
    en = "The project has not been accepted yet."
    toast = "尚未结项"


class ProjectStopped(Refusal):
    """No money is decided any more for a project that was cancelled or terminated."""

    zh = "项目已取消或终止，不再办理其款项。"
    en = "The project was cancelled or terminated; nothing more is decided about its money."
    toast = "项目已终止"


class MilestoneNotReached(Refusal):
    """The milestone of this tranche has not been confirmed."""

    zh = "该笔款项对应的里程碑尚未确认。"
    en = "The milestone of this tranche has not been confirmed."
    toast = "里程碑未达"


class PersonUnknown(Refusal):
    """Money is decided by known persons: the caller's account is not tied to one."""

    status = 403
    zh = "您的账号尚未关联到本人，不能进行此操作。"
    en = "Your account is not tied to a person, so you may not do this."
    toast = "账号未关联本人"


class OwnProject(Refusal):
    """Nobody decides about money for what they wrote, carry out or are paid by."""

    status = 403
    zh = "您或您的机构参与了该项目，不能审批或拨付其款项。"
    en = "You or your organisation take part in this project, so you may not decide about its money."
    toast = "须回避本项目"


class SameApprover(Refusal):
    """The two approvals must come from two people."""

    zh = "您已批准过这笔款项，第二次批准须由另一人作出。"
    en = "You have approved this already; the second approval must come from somebody else."
    toast = "须由另一人批准"


class FirstApprovalOnly(Refusal):
    """A committee or a donor begins the approval of a payout; the second word is an official's."""

    status = 403
    zh = "社区“两委”和捐赠方只能作第一次批准，第二次须由街道、民政或资金审核作出。"
    en = "A committee or a donor gives the first approval only; the second comes from the street, district or finance."
    toast = "须由上级批准"


class ApproverMissing(Refusal):
    """Fewer than two people have approved."""

    zh = "这笔款项须由两人批准，目前只有 {given} 人。"
    en = "Two people must approve this payment; {given} did so far."
    toast = "批准人数不足"


class BudgetExceeded(Refusal):
    """More than the project has left."""

    zh = "超出项目可用资金：可用 {left_fen} 分，需要 {amount_fen} 分。"
    en = "{amount_fen} fen exceeds the {left_fen} fen the project has left."
    toast = "超出项目预算"


def payable(tranche_fen: int, factor: Fraction, left_fen: int) -> int:
    """``min(tranche × grade factor, budget left)`` in whole fen, the product rounded down."""
    if not 0 <= factor <= 1:
        raise ValueError("a grade factor lies between 0 and 1")
    product = tranche_fen * factor
    return max(0, min(product.numerator // product.denominator, left_fen))


def factor_of(kind: AdviceKind, factor: str | None) -> Fraction:
    """Only a result cuts money: ``manual`` leaves the tranche whole for the two approvers to decide."""
    if kind is AdviceKind.MANUAL:
        return Fraction(1)
    if factor is None:
        raise ValueError("an advice to pay names its factor")
    return Fraction(factor)


def require_gate(facts: Facts) -> None:
    """Refuse a tranche whose gate is still shut, naming what is missing."""
    require_going(facts)
    if facts.gate is Gate.MILESTONE and not facts.is_reached:
        raise MilestoneNotReached
    if facts.gate in (Gate.EVALUATION_FINAL, Gate.ACCEPTANCE):
        _require_advice(facts)
    if facts.gate is Gate.ACCEPTANCE and not facts.is_accepted:
        raise ProjectNotAccepted


def require_going(facts: Facts) -> None:
    """Refuse money of a project that was given up."""
    if facts.is_stopped:
        raise ProjectStopped


def _require_advice(facts: Facts) -> None:
    if facts.advice is None:
        raise EvaluationNotFinal
    if facts.advice is AdviceKind.WITHHOLD:
        raise PaymentAdvisedAgainst


def is_open(facts: Facts) -> bool:
    """Whether the tranche is due."""
    try:
        require_gate(facts)
    except Refusal:
        return False
    return True


def require_known(person_id: UUID | None) -> UUID:
    """The person acting; whoever is nobody cannot be told apart from those with a part in the project."""
    if person_id is None:
        raise PersonUnknown
    return person_id


def require_independent(person_id: UUID | None, org: UUID | None, interests: Interests) -> UUID:
    """The person deciding, who must be known and have no part in the project, themselves or by organisation."""
    known = require_known(person_id)
    if known in interests.people or org in interests.organisations:
        raise OwnProject
    return known


def require_turn(person_id: UUID, *, role: str, approvers: Collection[UUID]) -> None:
    """Refuse the second approval of the same person, and any but the first of a committee or a donor."""
    if person_id in approvers:
        raise SameApprover
    if approvers and role in FIRST_ONLY:
        raise FirstApprovalOnly


def require_approvals(approvers: Collection[UUID]) -> None:
    """Refuse to pay before two different people approved."""
    given = len(set(approvers))
    if given < APPROVALS:
        raise ApproverMissing(given=given)


def draw(purses: Sequence[Purse], amount_fen: int) -> list[Part]:
    """The allocations a payment is taken from, oldest first; BUDGET_EXCEEDED when they do not suffice."""
    parts, missing = [], amount_fen
    for purse in purses:
        share = min(missing, purse.left_fen)
        if share > 0:
            parts.append(Part(purse.allocation_id, purse.fund_id, share))
        missing -= max(share, 0)
    if missing > 0 or not parts:
        raise BudgetExceeded(left_fen=sum(purse.left_fen for purse in purses), amount_fen=amount_fen)
    return parts
