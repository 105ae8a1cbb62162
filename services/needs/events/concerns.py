"""What is announced of concerns."""

from typing import ClassVar
from uuid import UUID

from services.needs.domain.lifecycle import ConcernState
from wushe.outbox import Event


class ConcernMoved(Event):
    """Base: a concern is in a new state."""

    public: ClassVar[bool] = True

    concern_id: UUID
    title: str
    state: ConcernState
    need_count: int
    person_count: int


class ConcernConfirmed(ConcernMoved):
    """A person confirmed it: projects may now answer it."""

    type = "cn.wushe.needs.concern.confirmed.v1"
    subscribers = ("projects",)


class ConcernPublished(ConcernMoved):
    """It stands in public."""

    type = "cn.wushe.needs.concern.published.v1"
    subscribers = ("projects",)


class ConcernAddressed(ConcernMoved):
    """An approved project answers it."""

    type = "cn.wushe.needs.concern.addressed.v1"


class ConcernReleased(ConcernMoved):
    """The project that was to answer it was cancelled or terminated."""

    type = "cn.wushe.needs.concern.released.v1"


class ConcernResolved(ConcernMoved):
    """The project that answered it was accepted."""

    type = "cn.wushe.needs.concern.resolved.v1"


class ConcernRetired(ConcernMoved):
    """It no longer stands; projects may not answer it any more."""

    type = "cn.wushe.needs.concern.retired.v1"
    subscribers = ("projects",)
