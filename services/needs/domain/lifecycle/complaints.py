"""Which verb leads a complaint from which state to which; silence is none of them."""

from enum import StrEnum


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    SUBMITTED = "submitted"
    HANDLING = "handling"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ComplaintVerb(StrEnum):
    """What can happen to a complaint."""

    ACCEPT = "accept"
    RESPOND = "respond"
    OUTCOME = "outcome"
    REOPEN = "reopen"
    CLOSE = "close"
    WITHDRAW = "withdraw"


COMPLAINT_TRANSITIONS: dict[tuple[ComplaintState, ComplaintVerb], ComplaintState] = {
    (ComplaintState.SUBMITTED, ComplaintVerb.ACCEPT): ComplaintState.HANDLING,
    (ComplaintState.SUBMITTED, ComplaintVerb.WITHDRAW): ComplaintState.WITHDRAWN,
    (ComplaintState.HANDLING, ComplaintVerb.RESPOND): ComplaintState.ANSWERED,
    (ComplaintState.HANDLING, ComplaintVerb.WITHDRAW): ComplaintState.WITHDRAWN,
    (ComplaintState.ANSWERED, ComplaintVerb.OUTCOME): ComplaintState.CLOSED,
    (ComplaintState.ANSWERED, ComplaintVerb.REOPEN): ComplaintState.HANDLING,
    (ComplaintState.ANSWERED, ComplaintVerb.CLOSE): ComplaintState.CLOSED,
}
