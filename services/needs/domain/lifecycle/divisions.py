"""Which verb leads the merge of divisions from which state to which."""

from enum import StrEnum


class DivisionMergeState(StrEnum):
    """How far a merge of divisions has come; the plan is the dry run, and nothing moves before it is run."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"


class DivisionMergeVerb(StrEnum):
    """What can happen to a merge of divisions."""

    RUN = "run"
    FINISH = "finish"


DIVISION_MERGE_TRANSITIONS: dict[tuple[DivisionMergeState, DivisionMergeVerb], DivisionMergeState] = {
    (DivisionMergeState.PLANNED, DivisionMergeVerb.RUN): DivisionMergeState.RUNNING,
    (DivisionMergeState.RUNNING, DivisionMergeVerb.FINISH): DivisionMergeState.DONE,
}
