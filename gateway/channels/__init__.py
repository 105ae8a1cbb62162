"""Ways to reach people outside this system: WeChat, and telephones through a provider; adapters, no rules."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a provider said of one message."""

    SENT = "sent"
    REFUSED = "refused"
    """The person does not want it: never tried again."""
    DEAD = "dead"
    """It can never be sent as it is, by our fault or for want of an address: never tried again."""
    LATER = "later"
    """Nobody answered, or asked for patience: tried again."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one message, why, and the provider's own name for it."""

    verdict: Verdict
    reason: str | None = None
    provider_id: str | None = None
