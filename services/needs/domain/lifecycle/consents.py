"""Which verb leads a consent from which state to which."""

from enum import StrEnum


class ConsentState(StrEnum):
    """Whether a consent holds."""

    GIVEN = "given"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class ConsentVerb(StrEnum):
    """What can happen to a consent."""

    WITHDRAW = "withdraw"
    REPLACE = "replace"


CONSENT_TRANSITIONS: dict[tuple[ConsentState, ConsentVerb], ConsentState] = {
    (ConsentState.GIVEN, ConsentVerb.WITHDRAW): ConsentState.WITHDRAWN,
    (ConsentState.GIVEN, ConsentVerb.REPLACE): ConsentState.REPLACED,
}
