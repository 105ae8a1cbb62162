"""Every query of the needs service, limited to one caller's divisions and to what that caller may know."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, any_, cast, false, func, or_, select, true, update
from sqlalchemy.orm import aliased

from services.needs.domain.authorship import CRISIS_READERS, FAMILY, WITHOUT_DRAFTS, may_read
from services.needs.domain.evidence import Voice
from services.needs.domain.lifecycle import LINKABLE, SHAREABLE, SPEAKING, ConcernState, NeedState
from services.needs.domain.similarity import Statement
from services.needs.models import (
    AdoptedProject,
    Concern,
    ConcernNeed,
    Cosignature,
    LinkCode,
    Need,
    Person,
    Resident,
    kit,
)
from wushe.errors import NotFound
from wushe.identity import scope_range
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

MACHINE = "integration"
"""The role of other people's systems, behind which no person stands."""
CANDIDATES = 500
"""How many needs, newest first, similarity looks at."""


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


class Needs(Repository):
    """Needs, who stands behind them, and the concerns they are evidence of."""

    async def find(self, need_id: UUID) -> Need:
        """A need the caller may know of; NOT_FOUND otherwise."""
        need = await self.get(Need, need_id)
        caller = self.work.caller
        known = may_read(
            role=caller.role,
            person_id=caller.person_id,
            author=need.author_person_id,
            state=need.state,
            danger=need.danger,
        )
        if not known:
            raise NotFound
        return need

    async def take(self, need_id: UUID) -> Need:
        """The same, locked to change it; knowing comes first, so that a stale version tells nothing to a stranger."""
        await self.find(need_id)
        return await self.lock(Need, need_id)

    async def listed(self, page: PageRequest, filters: dict[str, Any], division: str | None) -> Page[Need]:
        """One page of what the caller may see: staff their divisions, residents what they asked or co-signed."""
        wanted, scope = [self._visible()], scope_range(self.work.caller.scope)
        if division:
            wanted.append(_inside(Need.division, division))
        # One community is said aloud: an index by division and id has the page in order.
        community = scope[0] if scope[0] == scope[1] else None
        return await self.page(Need, page, *wanted, division=community, **filters)

    def _visible(self) -> ColumnElement[bool]:
        caller = self.work.caller
        mine = Need.author_person_id == caller.person_id if caller.person_id else false()
        if caller.role in CRISIS_READERS:
            return true()
        if caller.role not in FAMILY:
            return or_(Need.danger.is_(False), mine)
        if caller.person_id is None:
            return false()
        # An array of what they asked and co-signed, looked up once: "or" alone would walk over every need.
        own = aliased(Need)
        asked = select(own.id).where(own.author_person_id == caller.person_id)
        signed = select(Cosignature.need_id).where(Cosignature.person_id == caller.person_id)
        theirs = Need.id == any_(func.array(asked.union_all(signed).scalar_subquery()))
        shared = and_(*(Need.state != state for state in NeedState if state not in SHAREABLE))
        return and_(theirs, or_(mine, and_(Need.danger.is_(False), shared)))

    async def has_cosigned(self, need_id: UUID, person_id: UUID) -> bool:
        """Whether a person already stands behind a need."""
        found = select(Cosignature).where(Cosignature.need_id == need_id, Cosignature.person_id == person_id)
        return await self.first(found) is not None

    async def persons_behind(self, needs: Collection[Need]) -> dict[UUID, frozenset[UUID]]:
        """Author and co-signers of each need, as sets of persons."""
        people = {need.id: {person for person in (need.author_person_id,) if person} for need in needs}
        signed = select(Cosignature.need_id, Cosignature.person_id).where(Cosignature.need_id.in_(people))
        for need_id, person_id in await self.session.execute(signed):
            people[need_id].add(person_id)
        return {need_id: frozenset(persons) for need_id, persons in people.items()}

    async def candidates(self, division: str, states: Iterable[NeedState]) -> list[Statement]:
        """The newest harmless needs of a division, as similarity sees them; danger never enters (INV-N4)."""
        harmless = and_(Need.danger.is_(False), Need.state.in_(states), _inside(Need.division, division))
        needs = await self.all(select(Need).where(harmless).order_by(Need.id.desc()).limit(CANDIDATES))
        people = await self.persons_behind(needs)
        return [
            Statement(need.id, need.statement, need.theme, need.field, need.submitted_at, people[need.id])
            for need in needs
        ]

    async def linkable(self, division: str) -> list[Statement]:
        """The needs of a division that may still join a concern."""
        return await self.candidates(division, LINKABLE)

    async def by_ids(self, need_ids: Iterable[UUID]) -> dict[UUID, Need]:
        """The needs among these the caller may see."""
        return {need.id: need for need in await self.all(select(Need).where(Need.id.in_(need_ids)))}

    async def silent(self, limit: int) -> list[tuple[Need, datetime]]:
        """Answered needs whose author stayed silent past the day, with the business time of their county."""
        now = func.business_now(Need.division)
        due = and_(Need.state == NeedState.RESPONDED, Need.danger.is_(False), Need.due_at <= now)
        found = select(Need, now).where(due).order_by(Need.due_at).limit(limit).with_for_update(skip_locked=True)
        return [(need, at) for need, at in await self.session.execute(found)]


class Concerns(Repository):
    """Concerns and the needs that are their evidence."""

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[Concern]:
        """One page of the concerns in scope; drafts are for staff."""
        drafts = [Concern.state != ConcernState.DRAFT] if self.work.caller.role in WITHOUT_DRAFTS else []
        return await self.page(Concern, page, *drafts, **filters)

    async def find(self, concern_id: UUID) -> Concern:
        """A concern the caller may know of; NOT_FOUND otherwise."""
        concern = await self.get(Concern, concern_id)
        if self.work.caller.role in WITHOUT_DRAFTS and concern.state is ConcernState.DRAFT:
            raise NotFound
        return concern

    async def need_ids(self, concern_id: UUID) -> list[UUID]:
        """The needs of a concern, oldest first."""
        return await self.all(
            select(ConcernNeed.need_id).where(ConcernNeed.concern_id == concern_id).order_by(ConcernNeed.need_id)
        )

    async def lock_needs(self, concern_ids: Sequence[UUID], states: Iterable[NeedState] = SPEAKING) -> list[Need]:
        """The needs that speak for some concerns, locked in one order so that two callers cannot block each other."""
        return await self._locked(_speaking(concern_ids, states).with_for_update(key_share=True))

    async def lock_needs_of_project(self, project_id: UUID, state: NeedState) -> list[Need]:
        """The needs a project answers that stand in one state, locked."""
        wanted = select(Need).where(Need.project_id == project_id, Need.state == state)
        return await self._locked(wanted.order_by(Need.id).with_for_update(key_share=True))

    async def lock_several(self, concern_ids: Sequence[UUID]) -> list[Concern]:
        """Some concerns, locked in one order."""
        wanted = select(Concern).where(Concern.id.in_(concern_ids)).order_by(Concern.id)
        return await self._locked(wanted.with_for_update(key_share=True))

    async def lock_standing_on(self, need_id: UUID) -> list[Concern]:
        """The open concerns a need speaks for, locked; If-Match names the need, so whoever changes them notes them."""
        standing = select(ConcernNeed.concern_id).where(ConcernNeed.need_id == need_id)
        ended = (ConcernState.RESOLVED, ConcernState.RETIRED)
        wanted = select(Concern).where(Concern.id.in_(standing), Concern.state.not_in(ended)).order_by(Concern.id)
        return await self.all(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))

    async def several(self, concern_ids: Sequence[UUID]) -> list[Concern]:
        """Some concerns, as they stand."""
        return await self.all(select(Concern).where(Concern.id.in_(concern_ids)).order_by(Concern.id))

    async def needs_of(self, concern_ids: Sequence[UUID]) -> list[Need]:
        """The needs that speak for some concerns, each once."""
        return await self.all(_speaking(concern_ids))

    async def voices(self, needs: Collection[Need]) -> list[Voice]:
        """Needs as evidence."""
        people = await Needs(self.work).persons_behind(needs)
        return [Voice(need.id, need.division, need.place, need.submitted_at, people[need.id]) for need in needs]

    async def _locked(self, statement: Any) -> list[Any]:
        rows = await self.all(statement.execution_options(populate_existing=True))
        for row in rows:
            self.work.note(row)
        return rows


class Projects(Repository):
    """Our copies of projects."""

    async def adopted(self, project_id: UUID) -> AdoptedProject | None:
        """Our copy, or None before the project was designed."""
        return await self.session.get(AdoptedProject, project_id)

    async def approved_for(self, concern_ids: Sequence[UUID], *, besides: UUID) -> list[AdoptedProject]:
        """The other approved projects that answer any of some concerns, oldest first."""
        named = cast([str(concern_id) for concern_id in concern_ids], ARRAY(Text))
        answers = func.jsonb_exists_any(AdoptedProject.concern_ids, named)
        wanted = select(AdoptedProject).where(AdoptedProject.approved, AdoptedProject.id != besides, answers)
        return await self.all(wanted.order_by(AdoptedProject.id))


def _speaking(concern_ids: Sequence[UUID], states: Iterable[NeedState] = SPEAKING) -> Select[Any]:
    """What stands behind some concerns, each once: never what speaks of danger, whoever asks (INV-N4)."""
    linked = select(ConcernNeed.need_id).where(ConcernNeed.concern_id.in_(concern_ids))
    harmless = and_(Need.danger.is_(False), Need.state.in_(states))
    return select(Need).where(Need.id.in_(linked), harmless).order_by(Need.id)


def _inside(column: Any, division: str) -> ColumnElement[bool]:
    low, high = scope_range(division)
    return column == low if low == high else and_(column >= low, column <= high)
