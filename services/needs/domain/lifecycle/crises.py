"""Which verb leads a crisis ticket from which state to which; none ends it but a person's word."""

from enum import StrEnum


class CrisisState(StrEnum):
    """Whether a person has taken the matter into their hands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class CrisisVerb(StrEnum):
    """What can happen to a crisis ticket."""

    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    REPORT = "report"
    RESOLVE = "resolve"


CRISIS_TRANSITIONS: dict[tuple[CrisisState, CrisisVerb], CrisisState] = {
    (CrisisState.OPEN, CrisisVerb.ACKNOWLEDGE): CrisisState.ACKNOWLEDGED,
    (CrisisState.OPEN, CrisisVerb.ESCALATE): CrisisState.OPEN,
    (CrisisState.OPEN, CrisisVerb.REASSIGN): CrisisState.OPEN,
    (CrisisState.OPEN, CrisisVerb.REPORT): CrisisState.OPEN,
    # Whoever it is handed to has to say that they have it: until then it is paged on.
    (CrisisState.ACKNOWLEDGED, CrisisVerb.ESCALATE): CrisisState.OPEN,
    (CrisisState.ACKNOWLEDGED, CrisisVerb.REASSIGN): CrisisState.OPEN,
    (CrisisState.ACKNOWLEDGED, CrisisVerb.REPORT): CrisisState.ACKNOWLEDGED,
    (CrisisState.ACKNOWLEDGED, CrisisVerb.RESOLVE): CrisisState.RESOLVED,
}
