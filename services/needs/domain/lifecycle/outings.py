"""Which verb leads an outing from which state to which; nothing but a person's word ends one."""

from enum import StrEnum


class OutingState(StrEnum):
    """Whether whoever went out is known to be back."""

    OPEN = "open"
    OVERDUE = "overdue"
    ALARMED = "alarmed"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"


class OutingVerb(StrEnum):
    """What can happen to an outing."""

    EXTEND = "extend"
    WARN = "warn"
    ALARM = "alarm"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"


OUTING_TRANSITIONS: dict[tuple[OutingState, OutingVerb], OutingState] = {
    (OutingState.OPEN, OutingVerb.EXTEND): OutingState.OPEN,
    (OutingState.OPEN, OutingVerb.RETURN): OutingState.RETURNED,
    (OutingState.OPEN, OutingVerb.WARN): OutingState.OVERDUE,
    (OutingState.OVERDUE, OutingVerb.EXTEND): OutingState.OPEN,
    (OutingState.OVERDUE, OutingVerb.RETURN): OutingState.RETURNED,
    (OutingState.OVERDUE, OutingVerb.ALARM): OutingState.ALARMED,
    (OutingState.OVERDUE, OutingVerb.ACKNOWLEDGE): OutingState.ACKNOWLEDGED,
    # People on duty were called: an extension does not call them off.
    (OutingState.ALARMED, OutingVerb.RETURN): OutingState.RETURNED,
    (OutingState.ALARMED, OutingVerb.ACKNOWLEDGE): OutingState.ACKNOWLEDGED,
}
