"""Rule data: rows a deployer edits, versioned and valid for a time, the nearest division winning."""

from typing import Any

from sqlalchemy import text

from wushe.errors import NotFound
from wushe.work import Work

_VALUE = text(
    "select value, version from rule where code = :code and division = any(:places)"
    " and valid_from <= :now and (valid_to is null or valid_to > :now)"
    " order by division desc, version desc limit 1"
)


_LEVELS = (0, 2, 4, 6, 9, 12)


def ancestors(division: str) -> list[str]:
    """The division and all above it, the whole country included."""
    return sorted({division[:level].ljust(12, "0") for level in _LEVELS})


async def find(work: Work, code: str, division: str) -> tuple[Any, int] | None:
    """The value and version in force for a division at the business time, or None."""
    row = (
        await work.session.execute(_VALUE, {"code": code, "places": ancestors(division), "now": work.now})
    ).one_or_none()
    return None if row is None else (row.value, row.version)


async def value(work: Work, code: str, division: str) -> Any:
    """The value in force for a division; NOT_FOUND when no row applies."""
    found = await find(work, code, division)
    if found is None:
        raise NotFound
    return found[0]
