"""The only module that reads the clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC; technical time, never moved by the sandbox."""
    return datetime.now(UTC)


def timestamp() -> int:
    """The present instant in whole Unix seconds."""
    return int(now().timestamp())
