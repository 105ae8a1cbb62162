"""Where the throw-away clusters live: in memory if there is room, for a disk spends half a second on one database."""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 << 30


def is_fit(place: Path) -> bool:
    """Whether programs may be kept there, with two gigabytes to spare."""
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(place)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC


def settle() -> None:
    """Put temporary folders there, of this process and of all it starts, unless TMPDIR says otherwise."""
    if "TMPDIR" not in os.environ and is_fit(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
