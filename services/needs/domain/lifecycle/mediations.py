"""Which verb leads a mediation from which state to which (人民调解法)."""

from enum import StrEnum


class MediationState(StrEnum):
    """How far a mediation came."""

    APPLIED = "applied"
    AGREED_TO = "agreed_to"
    REFUSED = "refused"
    SETTLED = "settled"
    FAILED = "failed"


class MediationVerb(StrEnum):
    """What can happen to a mediation."""

    CONSENT = "consent"
    BEGIN = "begin"
    REFUSE = "refuse"
    HOLD = "hold"
    SETTLE = "settle"
    FAIL = "fail"


MEDIATION_TRANSITIONS: dict[tuple[MediationState, MediationVerb], MediationState] = {
    (MediationState.APPLIED, MediationVerb.CONSENT): MediationState.APPLIED,
    # The last of the parties has said yes.
    (MediationState.APPLIED, MediationVerb.BEGIN): MediationState.AGREED_TO,
    (MediationState.APPLIED, MediationVerb.REFUSE): MediationState.REFUSED,
    (MediationState.AGREED_TO, MediationVerb.HOLD): MediationState.AGREED_TO,
    # Whoever agreed may leave at any time (人民调解法 23).
    (MediationState.AGREED_TO, MediationVerb.REFUSE): MediationState.REFUSED,
    (MediationState.AGREED_TO, MediationVerb.SETTLE): MediationState.SETTLED,
    (MediationState.AGREED_TO, MediationVerb.FAIL): MediationState.FAILED,
}
