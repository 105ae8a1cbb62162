"""Shapes several collections use."""

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field

from services.needs.domain.similarity import Reason
from wushe.routes import ExternalId, In, Out, ShortText

ExternalIds = Annotated[list[ExternalId], Field(default_factory=list, max_length=10)]


def _day(given: Any) -> date:
    if isinstance(given, str):
        return date.fromisoformat(given)
    raise ValueError("YYYY-MM-DD expected")


Day = Annotated[date, BeforeValidator(_day)]
"""A day as text; a number is none, though it could be read as one."""


def _moment(given: Any) -> Any:
    if isinstance(given, str):
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
