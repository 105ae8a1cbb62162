"""Which verb leads a triage model from which state to which."""

from enum import StrEnum


class TriageModelState(StrEnum):
    """Where a version of triage help stands; one version of a county is active at a time."""

    TRAINING = "training"
    READY = "ready"
    ACTIVE = "active"
    FAILED = "failed"


class TriageModelVerb(StrEnum):
    """What can happen to a version."""

    FINISH = "finish"
    FAIL = "fail"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"


TRIAGE_MODEL_TRANSITIONS: dict[tuple[TriageModelState, TriageModelVerb], TriageModelState] = {
    (TriageModelState.TRAINING, TriageModelVerb.FINISH): TriageModelState.READY,
    (TriageModelState.TRAINING, TriageModelVerb.FAIL): TriageModelState.FAILED,
    # Also the way back to an earlier version.
    (TriageModelState.READY, TriageModelVerb.ACTIVATE): TriageModelState.ACTIVE,
    (TriageModelState.ACTIVE, TriageModelVerb.DEACTIVATE): TriageModelState.READY,
}
