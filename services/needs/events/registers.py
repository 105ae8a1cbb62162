"""What is announced of needs registers."""

from typing import ClassVar
from uuid import UUID

from services.needs.domain.lifecycle import RegisterState
from wushe.outbox import Event


class RegisterMoved(Event):
    """Base: a register is in a new state."""

    public: ClassVar[bool] = True

    register_id: UUID
    state: RegisterState


class RegisterPublicised(RegisterMoved):
    """It stands in publicity: objections may be raised."""

    type = "cn.wushe.needs.need_register.publicised.v1"


class RegisterPublished(RegisterMoved):
    """It is published, numbered and final."""

    type = "cn.wushe.needs.need_register.published.v1"

    year: int
    number: int
    content_hash: str


class RegisterSuperseded(RegisterMoved):
    """A newer one was published."""

    type = "cn.wushe.needs.need_register.superseded.v1"
