"""Which verb leads a follow-up from which state to which."""

from enum import StrEnum


class FollowUpState(StrEnum):
    """Whether somebody went back."""

    OPEN = "open"
    DONE = "done"


class FollowUpVerb(StrEnum):
    """What can happen to a follow-up."""

    FINISH = "finish"


FOLLOW_UP_TRANSITIONS: dict[tuple[FollowUpState, FollowUpVerb], FollowUpState] = {
    (FollowUpState.OPEN, FollowUpVerb.FINISH): FollowUpState.DONE,
}
