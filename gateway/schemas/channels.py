"""Shapes of signing in with WeChat and of pages to telephones."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from gateway.models import PageKind, PageState
from gateway.schemas.registry import Asked
from wushe.routes import Code, DivisionCode, In, Out, ShortText


class WechatIn(In):
    """The code ``wx.login`` gave, and the mini-program it was given in."""

    code: Asked
    appid: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None


Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$"), Field(examples=["19900000001"])]
Params = Annotated[dict[Code, ShortText], Field(max_length=10)]


class PageIn(In):
    """A page to somebody's telephone; ``template`` is the provider's text, ``key`` the sender's own name for it."""

    division: DivisionCode
    person_id: UUID | None = None
    number_ref: Code | None = None
    kind: PageKind
    template: Code
    params: Params = Field(default_factory=dict)
    key: Asked
    number: Number | None = None
    """Only where needs does not know the person's number; forgotten once the page is sent or given up."""


class PageOut(Out):
    """Where a page stands; ``sent`` says that the provider took it, ``delivered`` that it arrived."""

    id: UUID
    kind: PageKind
    state: PageState
    attempts: int
    reason: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    version: int


class ReceivedOut(Out):
    """The message a report was about."""

    id: UUID
    state: str


class ReportIn(In):
    """What a telephone provider reports of a message it took."""

    provider_id: Asked
    result: Literal["delivered", "failed"]
    reason: ShortText | None = None
