"""Shapes of webhooks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.models import SentState, WebhookState
from wushe.bodies import MAX_INTEGER
from wushe.routes import In, Out

Address = Annotated[
    str,
    StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[!-~]+$"),
    Field(examples=["https://agency.example.org/wushe"]),
]
EventType = Annotated[
    str,
    StringConstraints(max_length=128, pattern=r"^cn\.wushe\.[a-z]+\.[a-z_]+\.[a-z_]+\.v[0-9]+$"),
    Field(examples=["cn.wushe.needs.need.responded.v1"]),
]


class WebhookIn(In):
    """Where to send events, and which; none named is all public ones."""

    url: Address
    types: Annotated[list[EventType], Field(default_factory=list, max_length=50)]


class ReplayIn(In):
    """The place of the feed behind which to send everything again."""

    after: Annotated[int, Field(strict=True, ge=0, le=MAX_INTEGER)]


class WebhookOut(Out):
    """A webhook and how far it has come along the feed."""

    id: UUID
    division: str
    url: str
    types: list[str]
    state: WebhookState
    cursor: int
    attempts: int
    created_at: datetime
    version: int


class RegisteredOut(WebhookOut):
    """A webhook just made, with its secret, which no other answer repeats."""

    secret: str


class SentEventOut(Out):
    """What became of one event; status 0 means that nobody answered."""

    id: UUID
    event_id: str
    type: str
    cursor: int
    state: SentState
    attempts: int
    status: int
    tried_at: datetime
