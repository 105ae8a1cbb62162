"""What single people are told."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from wushe.outbox import Event


class About(BaseModel):
    """The object a notice speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str
    id: UUID


class StaffNoticed(Event):
    """A word to whoever has a duty over a division, by role; not public."""

    type = "cn.wushe.needs.staff.noticed.v1"
    subscribers = ("gateway",)

    role: str
    code: str
    zh: str
    en: str
    about: About


class NoticeIssued(Event):
    """A message for one person's inbox; not public."""

    type = "cn.wushe.needs.notice.issued.v1"
    subscribers = ("gateway",)

    person_id: UUID
    code: str
    zh: str
    en: str
    about: About
