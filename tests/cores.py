"""Which processor cores the processes of a run use."""

import os

ALL = os.sched_getaffinity(0)


def settle(number: int) -> None:
    """Keep a worker and its servers together: they take turns, and to wake one another across cores took a tenth.

    Whoever races still does: twenty transactions take turns statement by statement.
    """
    os.sched_setaffinity(0, {sorted(ALL)[number % len(ALL)]})


def roam(pid: int) -> None:
    """Let a process and all it will start run wherever there is room: real processes work at the same time."""
    os.sched_setaffinity(pid, ALL)
