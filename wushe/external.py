"""The caller's own keys for our objects, unique per client and system."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from wushe.errors import ExternalIdTaken
from wushe.work import Work

_TAKE = text(
    "insert into external_id (collection, client, system, value, object_id)"
    " values (:collection, :client, :system, :value, :object) on conflict do nothing returning 1"
)
_FIND = text(
    "select object_id from external_id where collection = :collection and system = :system and value = :value"
    " and (:client = '' or client = :client)"
)


class Named(Protocol):
    """A system and the id it uses."""

    @property
    def system(self) -> str:
        """The system that uses the id."""

    @property
    def id(self) -> str:
        """The id there."""


async def register(work: Work, collection: str, names: Sequence[Named], ident: UUID) -> None:
    """Store the keys of a new object; EXTERNAL_ID_TAKEN when one already names another."""
    for name in names:
        values = {"collection": collection, "client": work.caller.client, "system": name.system, "value": name.id}
        if not (await work.session.execute(_TAKE, {**values, "object": str(ident)})).first():
            raise ExternalIdTaken(system=name.system, value=name.id)


async def find(work: Work, collection: str, *, system: str, value: str, client: str = "") -> UUID | None:
    """The object a key names, for one client or, without one, for any."""
    values = {"collection": collection, "system": system, "value": value, "client": client}
    found = (await work.session.execute(_FIND, values)).first()
    return UUID(found[0]) if found else None
