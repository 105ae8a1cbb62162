"""Whether the words of a need may be shown to others: looked at by a checker, or read by a person."""

from collections.abc import Sequence
from enum import StrEnum


class Moderation(StrEnum):
    """Where the looking stands."""

    UNCHECKED = "unchecked"
    """No checker was asked: whoever triages it reads it first."""
    PENDING = "pending"
    PASSED = "passed"
    REVIEW = "review"
    """The checker wants a person to look."""
    REFUSED = "refused"


class Decision(StrEnum):
    """A person's word."""

    PASSED = "passed"
    REFUSED = "refused"


WITHHELD = frozenset({Moderation.PENDING, Moderation.REVIEW, Moderation.REFUSED})
"""What neighbours do not see, whatever the state of the need; what is unchecked, its state keeps until it is read."""


def at_first(*, danger: bool, checker: str) -> Moderation:
    """How a need begins; what speaks of danger is never sent to a checker (INV-N4)."""
    return Moderation.UNCHECKED if danger or checker == "none" else Moderation.PENDING


def once_read(present: Moderation) -> Moderation:
    """After a worker's triage: their reading counts where no checker was asked, and never against its verdict."""
    return Moderation.PASSED if present is Moderation.UNCHECKED else present


def once_checked(verdict: str, *, read: bool) -> Moderation:
    """What a checker's verdict makes of a pending need; one that has no checker leaves it to whoever reads."""
    if verdict == Moderation.UNCHECKED:
        return Moderation.PASSED if read else Moderation.UNCHECKED
    return Moderation(verdict) if verdict in {*Decision} else Moderation.REVIEW


def strictest(verdicts: Sequence[str]) -> str:
    """One verdict for the words of a need and each of its files."""
    return max(verdicts, key=lambda verdict: _STRICTNESS.index(verdict) if verdict in _STRICTNESS else 2)


_STRICTNESS = (Moderation.UNCHECKED, Moderation.PASSED, Moderation.REVIEW, Moderation.REFUSED)
