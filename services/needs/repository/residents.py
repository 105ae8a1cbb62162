"""Queries of persons, residents and slips."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, true, update

from services.needs.domain.codes import AgeBand
from services.needs.domain.identity import Identity, age_band
from services.needs.domain.lifecycle import ResidentState
from services.needs.models import (
    LinkCode,
    Person,
    PhoneCode,
    Resident,
    kit,
)
from wushe.errors import CHINA, NotFound
from wushe.pages import Page, PageRequest
from wushe.pii import Sealed
from wushe.repository import Repository

MACHINE = "integration"

"""The role of other people's systems, behind which no person stands."""


class Residents(Repository):
    """Persons, residents and the slips that tie accounts to them."""

    async def of_person(self, person_id: UUID | None) -> Resident | None:
        """The registration of a person, if there is one the caller may see."""
        if person_id is None:
            return None
        there = select(Resident).where(Resident.person_id == person_id, Resident.state != ResidentState.ERASED)
        return await self.first(there)

    async def seen(self, resident_id: UUID | None) -> Resident | None:
        """A resident named in a body: None when unknown to the caller."""
        found = await self.session.get(Resident, resident_id) if resident_id else None
        return None if found is not None and found.state is ResidentState.ERASED else found

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

    @property
    def today(self) -> date:
        """The day it is in China by the business clock."""
        return self.work.now.astimezone(CHINA).date()

    def identity(self, resident: Resident) -> Identity | None:
        """Who a resident is, if it was ever entered and is not erased."""
        if resident.key_version is None:
            return None
        return Identity.opened(self.work.vault.open(_sealed(resident), place=_place(resident)))

    def age_band(self, resident: Resident) -> AgeBand:
        """The age band of today."""
        return age_band(self.identity(resident), today=self.today, declared=resident.age_band)

    def seal(self, resident: Resident, identity: Identity) -> None:
        """Put an identity under a seal of its own, and make the resident findable by it."""
        vault = self.work.vault
        _keep(resident, vault.seal(identity.sealed(), place=_place(resident)))
        resident.phone_index = vault.index("phone", identity.phone) if identity.phone else None
        resident.id_index = vault.index("id_number", identity.id_number) if identity.id_number else None

    async def rewrap(self, limit: int) -> int:
        """Wrap the data keys of some rows under the current key; a row that somebody holds waits for the next round."""
        vault = self.work.vault
        old = select(Resident).where(Resident.key_version < vault.current).order_by(Resident.key_version)
        rows = await self.all(old.limit(limit).with_for_update(key_share=True, skip_locked=True))
        for row in rows:
            _keep(row, vault.rewrap(_sealed(row), place=_place(row)))
        return len(rows)

    async def found_by(self, *, phone: str | None = None, id_number: str | None = None) -> list[Resident]:
        """The residents in scope with this telephone or ID, few by nature; each by the index of its column."""
        vault, wanted = self.work.vault, []
        if phone:
            wanted.append(Resident.phone_index == vault.index("phone", phone))
        if id_number:
            wanted.append(Resident.id_index == vault.index("id_number", id_number))
        if not wanted:
            return []
        return await self.all(select(Resident).where(or_(*wanted), self._readable()).order_by(Resident.id).limit(50))

    async def with_id(self, id_number: str) -> Resident | None:
        """Whoever is registered with this ID, as far as the unit of work reaches."""
        return await self.first(
            select(Resident).where(Resident.id_index == self.work.vault.index("id_number", id_number))
        )

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

    async def void_phone_codes(self, account: str) -> None:
        """Earlier codes of an account stop working when a new one is sent (index on account)."""
        unused = update(PhoneCode).where(PhoneCode.account == account, PhoneCode.used_at.is_(None))
        await self.session.execute(unused.values(expires_at=PhoneCode.created_at))

    async def phone_codes_since(self, moment: datetime, account: str, resident_id: UUID) -> int:
        """How many codes an account had made, or were sent to a resident (index on each)."""
        either = or_(PhoneCode.account == account, PhoneCode.resident_id == resident_id)
        made = select(func.count()).where(either, PhoneCode.created_at > moment)
        return int(await self.session.scalar(made) or 0)

    async def take_phone_code(self, account: str) -> PhoneCode | None:
        """The newest code of an account, locked against a second try at the same moment."""
        newest = select(PhoneCode).where(PhoneCode.account == account).order_by(PhoneCode.id.desc())
        return await self.first(newest.with_for_update())

    async def take_code(self, fingerprint: str) -> LinkCode | None:
        """A slip, locked against a second hand."""
        return await self.first(select(LinkCode).where(LinkCode.fingerprint == fingerprint).with_for_update())


def _place(resident: Resident) -> str:
    return f"residents|sealed|{resident.id}"


def _sealed(resident: Resident) -> Sealed:
    return Sealed(resident.key_version or 0, resident.data_key or b"", resident.sealed or b"")


def _keep(resident: Resident, sealed: Sealed) -> None:
    resident.key_version, resident.data_key, resident.sealed = sealed.version, sealed.data_key, sealed.content
