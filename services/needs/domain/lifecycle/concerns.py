"""Which verb leads a concern from which state to which."""

from enum import StrEnum


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
