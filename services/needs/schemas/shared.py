"""Shapes several collections use."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from services.needs.domain.similarity import Reason
from wushe.routes import ExternalId, In, Out, ShortText

DutyPhone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$"), Field(examples=["19900000001"])]
"""The telephone of a duty, not of a home."""

ExternalIds = Annotated[list[ExternalId], Field(default_factory=list, max_length=10)]


def _day(given: Any) -> date:
    if isinstance(given, str):
        return date.fromisoformat(given)
    raise ValueError("YYYY-MM-DD expected")


Day = Annotated[date, BeforeValidator(_day)]
"""A day as text; a number is none, though it could be read as one."""


_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[Tt].+")


def _moment(given: Any) -> Any:
    if isinstance(given, str) and _WRITTEN.fullmatch(given):
        return given
    raise ValueError("RFC 3339 with an offset expected")


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""An instant as text with its offset."""


class ReasonIn(In):
    """Why, in words."""

    reason: ShortText = Field(examples=["同一问题又出现了"])


class ReasonOut(Out):
    """Why the machine thinks so."""

    code: str
    zh: str
    en: str


def reasons_out(reasons: tuple[Reason, ...]) -> list[ReasonOut]:
    """Reasons on the wire."""
    return [ReasonOut.model_validate(reason) for reason in reasons]
