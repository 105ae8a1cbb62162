"""Which verb leads a run of clustering from which state to which."""

from enum import StrEnum


class ProposalRunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    DONE = "done"


class ProposalRunVerb(StrEnum):
    """What can happen to a run."""

    FINISH = "finish"


PROPOSAL_RUN_TRANSITIONS: dict[tuple[ProposalRunState, ProposalRunVerb], ProposalRunState] = {
    (ProposalRunState.RUNNING, ProposalRunVerb.FINISH): ProposalRunState.DONE,
}
