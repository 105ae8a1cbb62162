"""Which verb leads a referral from which state to which."""

from enum import StrEnum


class ReferralState(StrEnum):
    """How far a referral came."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    RESULTED = "resulted"
    CONFIRMED = "confirmed"


class ReferralVerb(StrEnum):
    """What can happen to a referral."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    FINISH = "finish"
    CONFIRM = "confirm"


REFERRAL_TRANSITIONS: dict[tuple[ReferralState, ReferralVerb], ReferralState] = {
    (ReferralState.SENT, ReferralVerb.RECEIVE): ReferralState.RECEIVED,
    (ReferralState.SENT, ReferralVerb.ACCEPT): ReferralState.ACCEPTED,
    (ReferralState.SENT, ReferralVerb.DECLINE): ReferralState.DECLINED,
    (ReferralState.SENT, ReferralVerb.LAPSE): ReferralState.LAPSED,
    (ReferralState.RECEIVED, ReferralVerb.ACCEPT): ReferralState.ACCEPTED,
    (ReferralState.RECEIVED, ReferralVerb.DECLINE): ReferralState.DECLINED,
    (ReferralState.RECEIVED, ReferralVerb.LAPSE): ReferralState.LAPSED,
    (ReferralState.ACCEPTED, ReferralVerb.FINISH): ReferralState.RESULTED,
    (ReferralState.ACCEPTED, ReferralVerb.DECLINE): ReferralState.DECLINED,
    (ReferralState.RESULTED, ReferralVerb.CONFIRM): ReferralState.CONFIRMED,
}
