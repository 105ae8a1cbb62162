"""What is announced of persons who asked to be erased."""

from uuid import UUID

from wushe.outbox import Event


class PersonErased(Event):
    """Every service lets go of a person and answers with a receipt; not public."""

    type = "cn.wushe.needs.person.erased.v1"
    subscribers = ("evaluation", "gateway", "projects", "resources")

    person_id: UUID
    erasure_id: UUID
    file_ids: list[UUID]
    """The files of what the person asked for, whoever handed them in."""
