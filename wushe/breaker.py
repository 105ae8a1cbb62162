"""What one process knows of another: whether it answers at all, and how often it may be asked again."""

import time

from wushe.errors import Unavailable

TOLERATED = 5
"""Calls in a row without any answer before the next ones are refused without being made."""
PAUSE_SECONDS = 1
"""One call in so many seconds finds out whether a silent process is back."""
REPEATS, EARNED = 10.0, 0.1
"""Repeats saved up at most, and what each call adds: a tenth more traffic, however many callers meet trouble."""


class Breaker:
    """Keeps callers from waiting, one deadline after another, for a process that answers nobody."""

    def __init__(self) -> None:
        self._silences, self._opens, self._repeats = 0, 0.0, REPEATS

    def admit(self) -> None:
        """Before a call; UNAVAILABLE while the process is silent and it is nobody's turn to look."""
        if self._silences >= TOLERATED:
            now = time.monotonic()
            if now < self._opens:
                raise Unavailable(retry_after=2)
            self._opens = now + PAUSE_SECONDS  # this call is the look
        self._repeats = min(REPEATS, self._repeats + EARNED)

    def hear(self, *, answered: bool) -> None:
        """After a call; any answer is a sign of life, a refusal as well."""
        self._silences = 0 if answered else self._silences + 1
        if self._silences >= TOLERATED:
            self._opens = time.monotonic() + PAUSE_SECONDS

    def may_repeat(self) -> bool:
        """Whether one more attempt is left; taken with the answer."""
        left = self._repeats >= 1
        self._repeats -= left
        return left
