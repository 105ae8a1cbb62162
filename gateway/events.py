"""What the gateway announces."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from wushe.outbox import Event


class ClockMoved(Event):
    """The business clock of a county was moved forward (sandbox only)."""

    type = "cn.wushe.gateway.clock.moved.v1"
    subscribers = ("evaluation", "needs", "projects", "resources")

    offset_seconds: int


class About(BaseModel):
    """The object a notice speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    collection: str
    id: UUID


class PersonUnreached(Event):
    """No channel reached a person with a notice; somebody has to call them. Not public."""

    type = "cn.wushe.gateway.person.unreached.v1"
    subscribers = ("needs", "resources")

    person_id: UUID
    code: str
    reason: str
    about: About


class ErasureCompleted(Event):
    """A person was let go of here: a receipt for needs, not public."""

    type = "cn.wushe.gateway.erasure.completed.v1"
    subscribers = ("needs",)

    erasure_id: UUID
    removed: int
