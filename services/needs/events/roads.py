"""What is asked of others for needs that take a road without a project."""

from uuid import UUID

from services.needs.domain.codes import ServiceField, TargetGroup, Urgency
from wushe.outbox import Event


class CaseRequested(Event):
    """A need asks for a case of its own; not public."""

    type = "cn.wushe.needs.case.requested.v1"
    subscribers = ("projects",)

    need_id: UUID
    resident_id: UUID | None
    field: ServiceField | None
    target_group: TargetGroup | None
    urgency: Urgency | None


class NeedOfferable(Event):
    """An accepted need has a place: whoever is near and willing may be asked. Not public, the place is rounded."""

    type = "cn.wushe.needs.need.offerable.v1"
    subscribers = ("resources",)

    need_id: UUID
    field: ServiceField | None
    lon: float
    lat: float
