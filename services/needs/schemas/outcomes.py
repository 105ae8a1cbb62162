"""Shapes of what askers said came of their needs."""

from services.needs.domain.codes import Outcome
from wushe.routes import Out


class OutcomesOut(Out):
    """Words by outcome in a period; ``silent`` closes stand apart and count in no share."""

    counts: dict[Outcome, int]
    silent: int
    judged: int
    solved_share: float | None
    low: float
    high: float
    replied_share: float | None
