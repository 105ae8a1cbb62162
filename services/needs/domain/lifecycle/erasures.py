"""Which verb leads a request to be erased, or to have something put right, from which state to which."""

from enum import StrEnum


class ErasureState(StrEnum):
    """Where a request to be erased stands."""

    OPEN = "open"
    COMPLETED = "completed"
    REFUSED = "refused"


class ErasureVerb(StrEnum):
    """What can happen to a request to be erased."""

    CONFIRM = "confirm"
    COMPLETE = "complete"


ERASURE_TRANSITIONS: dict[tuple[ErasureState, ErasureVerb], ErasureState] = {
    (ErasureState.OPEN, ErasureVerb.CONFIRM): ErasureState.OPEN,
    (ErasureState.OPEN, ErasureVerb.COMPLETE): ErasureState.COMPLETED,
}


class CorrectionState(StrEnum):
    """Where a request to put something right stands."""

    OPEN = "open"
    SETTLED = "settled"


class CorrectionVerb(StrEnum):
    """What can happen to such a request."""

    SETTLE = "settle"


CORRECTION_TRANSITIONS: dict[tuple[CorrectionState, CorrectionVerb], CorrectionState] = {
    (CorrectionState.OPEN, CorrectionVerb.SETTLE): CorrectionState.SETTLED,
}
