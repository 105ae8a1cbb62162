"""Children that end with the process that started them, however it ended (Linux)."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent's starting thread ends; at once if it is already gone.

    Given as ``initializer`` to a process pool it keeps workers from outliving a killed service.
    """
    parent = os.getppid() if parent is None else parent
    # SIGKILL, for whoever could have waited for a farewell is gone; every write is a transaction.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(1)


def be_called(name: str) -> None:
    """Show this name, its first fifteen letters, where processes are listed."""
    ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())
