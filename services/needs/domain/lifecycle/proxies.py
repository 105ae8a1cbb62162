"""Which verb leads the right to ask for somebody else from which state to which."""

from enum import StrEnum


class ProxyState(StrEnum):
    """Whether somebody may ask for somebody else."""

    ACTIVE = "active"
    ENDED = "ended"


class ProxyVerb(StrEnum):
    """What can happen to that right."""

    END = "end"


PROXY_TRANSITIONS: dict[tuple[ProxyState, ProxyVerb], ProxyState] = {
    (ProxyState.ACTIVE, ProxyVerb.END): ProxyState.ENDED,
}
