"""What lies inside a division."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from wushe.identity import scope_range


def inside(column: Any, division: str) -> ColumnElement[bool]:
    """Whether a column names the division or one below it."""
    low, high = scope_range(division)
    return column == low if low == high else and_(column >= low, column <= high)
