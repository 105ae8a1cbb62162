"""Which verb leads a place from which state to which."""

from enum import StrEnum


class PlaceState(StrEnum):
    """Whether a place still stands."""

    ACTIVE = "active"
    RETIRED = "retired"


class PlaceVerb(StrEnum):
    """What can happen to a place."""

    RETIRE = "retire"


PLACE_TRANSITIONS: dict[tuple[PlaceState, PlaceVerb], PlaceState] = {
    (PlaceState.ACTIVE, PlaceVerb.RETIRE): PlaceState.RETIRED,
}
