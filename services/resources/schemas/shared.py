"""Fields several collections share."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from services.resources.domain.booking import Kind
from wushe.bodies import MAX_INTEGER
from wushe.routes import In, Out, ShortText, Text

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ].+")


def _thing(kind: Kind) -> Kind:
    if kind is Kind.VOLUNTEER:
        raise ValueError("a kind of thing expected")
    return kind


def _written(value: object) -> object:
    """Times are written out; a bare number of seconds is none."""
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        raise ValueError("date and time expected")
    return value


def _since_1970(moment: datetime) -> datetime:
    """Years PostgreSQL and calendars agree on."""
    if not 1970 <= moment.year <= 2200:
        raise ValueError("year out of range")
    return moment


Thing = Annotated[Kind, AfterValidator(_thing)]
"""One of the five kinds of resource, without people's time."""
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_since_1970)]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_INTEGER)]
"""Money in whole fen, more than nothing."""
Tags = Annotated[list[ShortText], Field(max_length=30, default_factory=list)]


class ReasonIn(In):
    """Why something is stopped, withdrawn or given up."""

    reason: Text = Field(examples=["资质过期"])


class AggregateOut(Out):
    """What every object with a life of its own shows."""

    id: UUID
    division: str
    version: int
    created_at: datetime
