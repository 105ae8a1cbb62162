"""Which verb leads from which state to which: needs, concerns, residents."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wushe.errors import ActionNotAllowed


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


class ConcernState(StrEnum):
    """Where a concern stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    ADDRESSED = "addressed"
    RESOLVED = "resolved"
    RETIRED = "retired"


class ConcernVerb(StrEnum):
    """What can happen to a concern."""

    CONFIRM = "confirm"
    PUBLISH = "publish"
    ADDRESS = "address"
    RELEASE = "release"
    RESOLVE = "resolve"
    RETIRE = "retire"


class ResidentState(StrEnum):
    """Whether an account speaks for this resident."""

    REGISTERED = "registered"
    LINKED = "linked"


class ResidentVerb(StrEnum):
    """What can happen to a resident's registration."""

    LINK = "link"


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
}

CONCERN_TRANSITIONS: dict[tuple[ConcernState, ConcernVerb], ConcernState] = {
    (ConcernState.DRAFT, ConcernVerb.CONFIRM): ConcernState.CONFIRMED,
    (ConcernState.DRAFT, ConcernVerb.RETIRE): ConcernState.RETIRED,
    (ConcernState.CONFIRMED, ConcernVerb.PUBLISH): ConcernState.PUBLISHED,
    (ConcernState.CONFIRMED, ConcernVerb.ADDRESS): ConcernState.ADDRESSED,
    (ConcernState.CONFIRMED, ConcernVerb.RETIRE): ConcernState.RETIRED,
    (ConcernState.PUBLISHED, ConcernVerb.ADDRESS): ConcernState.ADDRESSED,
    (ConcernState.PUBLISHED, ConcernVerb.RETIRE): ConcernState.RETIRED,
    # Its project was cancelled: it stands confirmed again, for another project to answer.
    (ConcernState.ADDRESSED, ConcernVerb.RELEASE): ConcernState.CONFIRMED,
    (ConcernState.ADDRESSED, ConcernVerb.RESOLVE): ConcernState.RESOLVED,
}

RESIDENT_TRANSITIONS: dict[tuple[ResidentState, ResidentVerb], ResidentState] = {
    (ResidentState.REGISTERED, ResidentVerb.LINK): ResidentState.LINKED,
    # A lost telephone: the worker hands out a new slip, and the new account takes the old one's place.
    (ResidentState.LINKED, ResidentVerb.LINK): ResidentState.LINKED,
}

MACHINES: dict[str, Mapping[Any, StrEnum]] = {
    "need": NEED_TRANSITIONS,
    "concern": CONCERN_TRANSITIONS,
    "resident": RESIDENT_TRANSITIONS,
}

LINKABLE = frozenset({NeedState.TRIAGED, NeedState.ACCEPTED})
"""States in which a need may still be proposed for a concern."""

SHAREABLE = frozenset(NeedState) - {NeedState.SUBMITTED, NeedState.REJECTED, NeedState.WITHDRAWN}
"""States in which neighbours may learn of a need and co-sign it: a person has read it first."""

SPEAKING = frozenset(NeedState) - {NeedState.REJECTED, NeedState.WITHDRAWN}
"""States in which a need speaks for its concern: what was turned down or taken back is no evidence."""

State = TypeVar("State", bound=StrEnum)
Verb = TypeVar("Verb", bound=StrEnum)


def allowed(machine: Mapping[tuple[State, Verb], State], state: State) -> list[Verb]:
    """The verbs possible in a state, in the table's order."""
    return [verb for (source, verb) in machine if source == state]


def advance(machine: Mapping[tuple[State, Verb], State], state: State, verb: Verb) -> State:
    """The state a verb leads to, or a refusal that names what is possible instead."""
    if (state, verb) not in machine:
        raise ActionNotAllowed(allowed=allowed(machine, state), state=state, verb=verb)
    return machine[state, verb]
