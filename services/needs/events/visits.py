"""What is announced of visits."""

from datetime import date
from uuid import UUID

from services.needs.domain.visits import VisitMethod
from wushe.outbox import Event


class VisitRecorded(Event):
    """A visit on which service was given: who, how long and how, never what was said; not public."""

    type = "cn.wushe.needs.visit.recorded.v1"
    subscribers = ("projects",)

    visit_id: UUID
    visitor_person_id: UUID
    resident_person_ids: list[UUID]
    method: VisitMethod
    minutes: int
    made_on: date
