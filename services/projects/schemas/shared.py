"""Shapes several collections share."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field

from wushe.routes import In, Out, Text

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}([Tt].+)?")


def _written(value: Any) -> Any:
    """Dates are written as dates; a bare number of seconds is not one."""
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        raise ValueError("date expected")
    return value


Day = Annotated[date, BeforeValidator(_written)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


class ReasonIn(In):
    """Why."""

    reason: Text = Field(examples=["天气原因"])


class PlannedOut(Out):
    """The persons and sessions the plan promises."""

    persons: int
    sessions: int


class StepOut(Out):
    """One change of state."""

    verb: str
    from_state: str | None
    to_state: str
    at: datetime
    role: str
    reason: str | None
