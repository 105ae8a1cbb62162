"""Which verb leads a call a worker has to make from which state to which."""

from enum import StrEnum


class CallState(StrEnum):
    """Where a call stands."""

    WAITING = "waiting"
    DONE = "done"


class CallVerb(StrEnum):
    """What can happen to a call."""

    RENEW = "renew"
    TRY = "try"
    DONE = "done"


CALL_TRANSITIONS: dict[tuple[CallState, CallVerb], CallState] = {
    (CallState.WAITING, CallVerb.RENEW): CallState.WAITING,
    (CallState.WAITING, CallVerb.TRY): CallState.WAITING,
    (CallState.WAITING, CallVerb.DONE): CallState.DONE,
}
