"""Which verb leads a resident's registration from which state to which."""

from enum import StrEnum


class ResidentState(StrEnum):
    """Whether an account speaks for this resident."""

    REGISTERED = "registered"
    LINKED = "linked"
    ERASED = "erased"


class ResidentVerb(StrEnum):
    """What can happen to a resident's registration."""

    LINK = "link"
    CORRECT = "correct"
    UNLINK = "unlink"
    HOLD = "hold"
    RELEASE = "release"
    ERASE = "erase"


RESIDENT_TRANSITIONS: dict[tuple[ResidentState, ResidentVerb], ResidentState] = {
    (ResidentState.REGISTERED, ResidentVerb.LINK): ResidentState.LINKED,
    # A lost telephone: the worker hands out a new slip, and the new account takes the old one's place.
    (ResidentState.LINKED, ResidentVerb.LINK): ResidentState.LINKED,
    (ResidentState.LINKED, ResidentVerb.UNLINK): ResidentState.REGISTERED,
    (ResidentState.REGISTERED, ResidentVerb.HOLD): ResidentState.REGISTERED,
    (ResidentState.LINKED, ResidentVerb.HOLD): ResidentState.LINKED,
    (ResidentState.REGISTERED, ResidentVerb.RELEASE): ResidentState.REGISTERED,
    (ResidentState.LINKED, ResidentVerb.RELEASE): ResidentState.LINKED,
    (ResidentState.REGISTERED, ResidentVerb.ERASE): ResidentState.ERASED,
    (ResidentState.LINKED, ResidentVerb.ERASE): ResidentState.ERASED,
    (ResidentState.REGISTERED, ResidentVerb.CORRECT): ResidentState.REGISTERED,
    (ResidentState.LINKED, ResidentVerb.CORRECT): ResidentState.LINKED,
}
