"""Which verb leads a need from which state to which."""

from enum import StrEnum

from services.needs.domain.codes import HandlerStatus


class NeedState(StrEnum):
    """Where a need stands."""

    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    ACCEPTED = "accepted"
    LINKED = "linked"
    PLANNED = "planned"
    RESPONDED = "responded"
    CLOSED = "closed"
    REOPENED = "reopened"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REFERRED = "referred"


class NeedVerb(StrEnum):
    """What can happen to a need."""

    TRIAGE = "triage"
    ACCEPT = "accept"
    LINK = "link"
    UNLINK = "unlink"
    PLAN = "plan"
    UNPLAN = "unplan"
    RESPOND = "respond"
    OUTCOME = "outcome"
    CLOSE = "close"
    REOPEN = "reopen"
    REJECT = "reject"
    COSIGN = "cosign"
    WITHDRAW = "withdraw"
    REFER = "refer"
    RETURN = "return"
    CASE = "case"
    MEDIATE = "mediate"
    MERGE = "merge"
    ABSORB = "absorb"
    SPLIT = "split"
    LEAVE_MERGE = "leave_merge"


NEED_TRANSITIONS: dict[tuple[NeedState, NeedVerb], NeedState] = {
    (NeedState.SUBMITTED, NeedVerb.TRIAGE): NeedState.TRIAGED,
    (NeedState.SUBMITTED, NeedVerb.REJECT): NeedState.REJECTED,
    (NeedState.SUBMITTED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.TRIAGED, NeedVerb.ACCEPT): NeedState.ACCEPTED,
    (NeedState.TRIAGED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.TRIAGED, NeedVerb.REJECT): NeedState.REJECTED,
    (NeedState.TRIAGED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.TRIAGED, NeedVerb.COSIGN): NeedState.TRIAGED,
    (NeedState.ACCEPTED, NeedVerb.LINK): NeedState.LINKED,
    (NeedState.ACCEPTED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.ACCEPTED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.ACCEPTED, NeedVerb.COSIGN): NeedState.ACCEPTED,
    (NeedState.LINKED, NeedVerb.PLAN): NeedState.PLANNED,
    (NeedState.LINKED, NeedVerb.UNLINK): NeedState.ACCEPTED,
    (NeedState.LINKED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.LINKED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.LINKED, NeedVerb.COSIGN): NeedState.LINKED,
    (NeedState.PLANNED, NeedVerb.UNPLAN): NeedState.LINKED,
    (NeedState.PLANNED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.PLANNED, NeedVerb.COSIGN): NeedState.PLANNED,
    (NeedState.RESPONDED, NeedVerb.OUTCOME): NeedState.CLOSED,
    (NeedState.RESPONDED, NeedVerb.CLOSE): NeedState.CLOSED,
    (NeedState.RESPONDED, NeedVerb.REOPEN): NeedState.REOPENED,
    (NeedState.CLOSED, NeedVerb.REOPEN): NeedState.REOPENED,
    (NeedState.REOPENED, NeedVerb.TRIAGE): NeedState.TRIAGED,
    (NeedState.REOPENED, NeedVerb.ACCEPT): NeedState.ACCEPTED,
    (NeedState.REOPENED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.REOPENED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.REOPENED, NeedVerb.COSIGN): NeedState.REOPENED,
    (NeedState.TRIAGED, NeedVerb.REFER): NeedState.REFERRED,
    (NeedState.ACCEPTED, NeedVerb.REFER): NeedState.REFERRED,
    (NeedState.ACCEPTED, NeedVerb.CASE): NeedState.ACCEPTED,
    (NeedState.ACCEPTED, NeedVerb.MEDIATE): NeedState.ACCEPTED,
    (NeedState.REOPENED, NeedVerb.REFER): NeedState.REFERRED,
    # Declined, or no word by the day.
    (NeedState.REFERRED, NeedVerb.RETURN): NeedState.ACCEPTED,
    (NeedState.REFERRED, NeedVerb.RESPOND): NeedState.RESPONDED,
    (NeedState.REFERRED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
    (NeedState.REFERRED, NeedVerb.COSIGN): NeedState.REFERRED,
    **{
        (state, NeedVerb.MERGE): NeedState.MERGED
        for state in (
            NeedState.SUBMITTED,
            NeedState.TRIAGED,
            NeedState.ACCEPTED,
            NeedState.LINKED,
            NeedState.REOPENED,
        )
    },
    **{
        (state, NeedVerb.ABSORB): state
        for state in (
            NeedState.TRIAGED,
            NeedState.ACCEPTED,
            NeedState.LINKED,
            NeedState.PLANNED,
            NeedState.REOPENED,
        )
    },
    # Back to where it stood before it was merged; the merge remembers which state that was.
    (NeedState.MERGED, NeedVerb.SPLIT): NeedState.TRIAGED,
    (NeedState.MERGED, NeedVerb.LEAVE_MERGE): NeedState.TRIAGED,
    (NeedState.MERGED, NeedVerb.WITHDRAW): NeedState.WITHDRAWN,
}


LINKABLE = frozenset({NeedState.TRIAGED, NeedState.ACCEPTED})

"""States in which a need may still be proposed for a concern."""


SHAREABLE = frozenset(NeedState) - {NeedState.SUBMITTED, NeedState.REJECTED, NeedState.WITHDRAWN}

"""States in which neighbours may learn of a need and co-sign it: a person has read it first."""


SPEAKING = frozenset(NeedState) - {NeedState.REJECTED, NeedState.WITHDRAWN, NeedState.MERGED}

"""States in which a need speaks for its concern: what was turned down or taken back is no evidence.

A merged need speaks through the one it is part of."""


HANDLER_STATUS: dict[NeedState, HandlerStatus] = {
    NeedState.SUBMITTED: HandlerStatus.RECEIVED,
    NeedState.REOPENED: HandlerStatus.RECEIVED,
    NeedState.RESPONDED: HandlerStatus.ANSWERED,
    NeedState.CLOSED: HandlerStatus.DONE,
    NeedState.REJECTED: HandlerStatus.DECLINED,
    NeedState.WITHDRAWN: HandlerStatus.TAKEN_BACK,
}
"""What its handlers would say; in every other state they are at work."""
