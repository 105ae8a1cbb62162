"""Shapes several collections use."""

from typing import Annotated

from pydantic import Field

from services.needs.domain.similarity import Reason
from wushe.routes import ExternalId, In, Out, ShortText

ExternalIds = Annotated[list[ExternalId], Field(default_factory=list, max_length=10)]


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
