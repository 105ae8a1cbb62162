"""Shapes of what people allow, and of how they were told; and of the rule behind both."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from gateway.models import PushChannel, PushState
from gateway.usecases.wording import kind_of
from wushe.routes import Code, Flag, In, Out, ShortText

Tap = Literal["accept", "acceptWithAudio", "acceptWithAlert", "acceptWithForcePush", "reject", "ban", "filter"]
"""What ``wx.requestSubscribeMessage`` answers for one template."""
TemplateId = Annotated[str, StringConstraints(min_length=1, max_length=64), Field(examples=["tpl-need-news"])]


class TapIn(In):
    """The result of one tap for one template."""

    template_id: TemplateId
    result: Tap


class ChoiceIn(In):
    """By which ways the caller wants to hear of notices; the inbox stays."""

    wechat: Flag
    sms: Flag


class SubscriptionOut(Out):
    """How many messages of a template the account still allows."""

    template_id: str
    quota: int
    last_result: Tap


class AllowancesOut(Out):
    """By which ways notices reach the caller, and what each template may still send."""

    wechat: bool
    sms: bool
    items: list[SubscriptionOut]


class WayOut(Out):
    """One way a notice went out."""

    channel: PushChannel
    state: PushState
    reason: str | None


class ToldOut(Out):
    """One notice to one person and how it went out; without ways it lies in the inbox alone."""

    person_id: UUID
    code: str
    at: datetime
    read_at: datetime | None
    ways: list[WayOut]


class ToldListOut(Out):
    """How people were told of one object, oldest first."""

    items: list[ToldOut]


def _value_name(name: str) -> str:
    if not kind_of(name):
        raise ValueError("a name such as thing1 expected")
    return name


class PushTemplateRow(BaseModel):
    """How notices of one code go out: without a template id never by WeChat; ``call`` puts the unreached on a list."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    template_id: Annotated[str, StringConstraints(max_length=64)]
    page: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_/?=&{}-]+$")]
    fields: Annotated[dict[Annotated[str, AfterValidator(_value_name)], ShortText], Field(min_length=1, max_length=5)]
    sms: Code
    call: Annotated[bool, Field(strict=True)]


PUSH_TEMPLATES = Annotated[list[PushTemplateRow], Field(max_length=100)]
