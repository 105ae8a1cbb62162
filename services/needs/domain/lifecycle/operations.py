"""Which verb leads a piece of longer work from which state to which."""

from enum import StrEnum


class OperationState(StrEnum):
    """Where longer work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OperationVerb(StrEnum):
    """What can happen to longer work."""

    ADVANCE = "advance"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


OPERATION_TRANSITIONS: dict[tuple[OperationState, OperationVerb], OperationState] = {
    (OperationState.QUEUED, OperationVerb.ADVANCE): OperationState.RUNNING,
    (OperationState.QUEUED, OperationVerb.FINISH): OperationState.DONE,
    (OperationState.QUEUED, OperationVerb.FAIL): OperationState.FAILED,
    (OperationState.QUEUED, OperationVerb.CANCEL): OperationState.CANCELLED,
    (OperationState.RUNNING, OperationVerb.ADVANCE): OperationState.RUNNING,
    (OperationState.RUNNING, OperationVerb.FINISH): OperationState.DONE,
    (OperationState.RUNNING, OperationVerb.FAIL): OperationState.FAILED,
    (OperationState.RUNNING, OperationVerb.CANCEL): OperationState.CANCELLED,
}


GOING = frozenset({OperationState.QUEUED, OperationState.RUNNING})

"""States in which there is still something to do."""
