"""Queries of persons, residents and slips."""

from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, select, true, update

from services.needs.models import (
    LinkCode,
    Person,
    Resident,
    kit,
)
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

MACHINE = "integration"

"""The role of other people's systems, behind which no person stands."""


class Residents(Repository):
    """Persons, residents and the slips that tie accounts to them."""

    async def of_person(self, person_id: UUID | None) -> Resident | None:
        """The registration of a person, if there is one the caller may see."""
        return await self.first(select(Resident).where(Resident.person_id == person_id)) if person_id else None

    async def seen(self, resident_id: UUID | None) -> Resident | None:
        """A resident named in a body: None when unknown to the caller."""
        return await self.session.get(Resident, resident_id) if resident_id else None

    async def listed(self, page: PageRequest) -> Page[Resident]:
        """One page of the residents the caller may read."""
        return await self.page(Resident, page, self._readable())

    async def find(self, resident_id: UUID) -> Resident:
        """A resident the caller may read; NOT_FOUND otherwise."""
        found = await self.first(select(Resident).where(Resident.id == resident_id, self._readable()))
        if found is None:
            raise NotFound
        self.work.lead = found
        return found

    def _readable(self) -> ColumnElement[bool]:
        """Staff read their divisions, the system of an agency those whom it registered under keys of its own."""
        caller, named = self.work.caller, kit["external_id"].c
        if caller.role != MACHINE:
            return true()
        keys = select(named.object_id).where(named.collection == "residents", named.client == caller.client)
        return cast(Resident.id, Text).in_(keys)

    async def labelled(self, label: str | None) -> Person | None:
        """The person minted under a label before."""
        return await self.first(select(Person).where(Person.label == label)) if label else None

    async def called(self, value: str, *, system: str | None, client: str | None) -> set[UUID]:
        """The persons called by this id: by one client and system where these are named, else by any."""
        named = kit["external_id"].c
        keys = select(named.object_id).where(named.collection == "residents", named.value == value)
        if system is not None:
            keys = keys.where(named.system == system)
        if client is not None:
            keys = keys.where(named.client == client)
        idents = [UUID(ident) for ident in await self.session.scalars(keys)]
        return set(await self.all(select(Resident.person_id).where(Resident.id.in_(idents))))

    async def void_codes(self, resident_id: UUID) -> None:
        """Earlier slips stop working when a new one is printed."""
        unused = update(LinkCode).where(LinkCode.resident_id == resident_id, LinkCode.used_at.is_(None))
        await self.session.execute(unused.values(expires_at=self.work.now))

    async def take_code(self, fingerprint: str) -> LinkCode | None:
        """A slip, locked against a second hand."""
        return await self.first(select(LinkCode).where(LinkCode.fingerprint == fingerprint).with_for_update())
