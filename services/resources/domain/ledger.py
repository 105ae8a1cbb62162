"""Double entry in fen: debits are positive, credits negative, every transaction adds up to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Account(StrEnum):
    """Where money stands: in the bank, promised to nobody yet in a fund, or promised to a project."""

    CASH = "cash"
    FUND = "fund"
    PROJECT = "project"


class Kind(StrEnum):
    """What happened to the money."""

    DONATION = "donation"
    ALLOCATION = "allocation"
    RETURN = "return"
    DISBURSEMENT = "disbursement"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: how much on which account, and through which fund, project and allocation it passed."""

    account: Account
    amount_fen: int
    fund_id: UUID
    project_id: UUID | None = None
    allocation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a payment, drawn from one allocation of one fund."""

    allocation_id: UUID
    fund_id: UUID
    amount_fen: int


def received(*, fund_id: UUID, amount_fen: int) -> list[Line]:
    """Money came in: the bank has more, and the fund owes its purpose more."""
    return balanced([Line(Account.CASH, amount_fen, fund_id), Line(Account.FUND, -amount_fen, fund_id)])


def allocated(*, fund_id: UUID, project_id: UUID, allocation_id: UUID, amount_fen: int) -> list[Line]:
    """A fund promised money to a project; the bank is untouched."""
    return balanced(
        [
            Line(Account.FUND, amount_fen, fund_id, project_id, allocation_id),
            Line(Account.PROJECT, -amount_fen, fund_id, project_id, allocation_id),
        ]
    )


def returned(*, fund_id: UUID, project_id: UUID, allocation_id: UUID, amount_fen: int) -> list[Line]:
    """A project that was given up no longer needs a promise: the fund has it back, the bank is untouched."""
    return balanced(
        [
            Line(Account.PROJECT, amount_fen, fund_id, project_id, allocation_id),
            Line(Account.FUND, -amount_fen, fund_id, project_id, allocation_id),
        ]
    )


def paid(*, project_id: UUID, parts: Sequence[Part]) -> list[Line]:
    """A payment left the bank; each part stays traceable to its allocation and fund."""
    lines = []
    for part in parts:
        through = (part.fund_id, project_id, part.allocation_id)
        lines += [Line(Account.PROJECT, part.amount_fen, *through), Line(Account.CASH, -part.amount_fen, *through)]
    return balanced(lines)


def balanced(lines: list[Line]) -> list[Line]:
    """The same lines, checked: at least two, none of zero, adding up to nothing."""
    if len(lines) < 2 or any(line.amount_fen == 0 for line in lines):
        raise ValueError("a transaction has at least two entries, none of them zero")
    if sum(line.amount_fen for line in lines) != 0:
        raise ValueError("debits and credits differ")
    return lines
