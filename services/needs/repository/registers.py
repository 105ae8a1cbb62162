"""Queries of needs registers."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.needs.domain.authorship import FAMILY, WITHOUT_DRAFTS
from services.needs.domain.lifecycle import ConcernState, NeedState, ObjectionState, RegisterState
from services.needs.domain.registers import Said
from services.needs.models import (
    Concern,
    ConcernNeed,
    Cosignature,
    MergeLeaver,
    Need,
    NeedMerge,
    NeedRegister,
    RegisterObjection,
)
from services.needs.repository.areas import inside
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository, names

OPEN = (
    NeedState.TRIAGED,
    NeedState.ACCEPTED,
    NeedState.LINKED,
    NeedState.PLANNED,
    NeedState.RESPONDED,
    NeedState.REOPENED,
)
STANDING = (ConcernState.CONFIRMED, ConcernState.PUBLISHED, ConcernState.ADDRESSED)


class Registers(Repository):
    """Registers and the objections to them."""

    async def said(self, division: str) -> list[Said]:
        """The open, harmless needs of a division with who stands behind them; four statements, however many there are.

        A need in several concerns is counted in the oldest of them, and speaks for all that was merged into it.
        """
        linked = (
            select(ConcernNeed.need_id, Concern.id.label("concern_id"), Concern.title)
            .join(Concern, and_(Concern.id == ConcernNeed.concern_id, Concern.state.in_(STANDING)))
            .ext(distinct_on(ConcernNeed.need_id))
            .order_by(ConcernNeed.need_id, Concern.id)
            .subquery()
        )
        harmless = and_(inside(Need.division, division), Need.danger.is_(False))
        columns = (Need.id, Need.division, Need.field, linked.c.concern_id, linked.c.title)
        needs = await self.session.execute(
            select(*columns).outerjoin(linked, linked.c.need_id == Need.id).where(harmless, Need.state.in_(OPEN))
        )
        behind = await self._behind(harmless, division)
        return [
            Said(ident, place, field, concern, title, frozenset(behind[ident]))
            for ident, place, field, concern, title in needs
        ]

    async def _behind(self, harmless: ColumnElement[bool], division: str) -> defaultdict[UUID, set[UUID]]:
        """Who stands behind each need: of what was merged into it, all who did not leave the merge."""
        wanted = and_(harmless, Need.state.in_([*OPEN, NeedState.MERGED]))
        signed = select(Cosignature.need_id, Cosignature.person_id).join(Need).where(wanted)
        present = and_(inside(NeedMerge.division, division), NeedMerge.ended_at.is_(None))
        left = select(NeedMerge.need_id, MergeLeaver.person_id).join(MergeLeaver, MergeLeaver.merge_id == NeedMerge.id)
        gone = {(need_id, person_id) for need_id, person_id in await self.session.execute(left.where(present))}
        behind: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for need_id, person_id in await self.session.execute(signed):
            behind[need_id].add(person_id)
        asked = select(Need.id, Need.merged_into_id, Need.author_person_id).where(wanted)
        merged = []
        for need_id, into_id, author in await self.session.execute(asked):
            behind[need_id] |= {author} if author else set()
            merged += [(need_id, into_id)] if into_id else []
        for need_id, into_id in merged:
            behind[into_id] |= {person for person in behind[need_id] if (need_id, person) not in gone}
        return behind

    async def listed(self, page: PageRequest, filters: dict[str, Any]) -> Page[NeedRegister]:
        """One page of the registers in scope; drafts are for those who work on them."""
        drafts = [NeedRegister.state != RegisterState.DRAFT] if self.work.caller.role in WITHOUT_DRAFTS else []
        return await self.page(NeedRegister, page, *drafts, **filters)

    async def find(self, register_id: UUID) -> NeedRegister:
        """A register the caller may know of; NOT_FOUND otherwise."""
        found = await self.get(NeedRegister, register_id)
        if self.work.caller.role in WITHOUT_DRAFTS and found.state is RegisterState.DRAFT:
            raise NotFound
        return found

    async def lock_published(self, division: str) -> NeedRegister | None:
        """The register in force of a division, locked."""
        wanted = select(NeedRegister).where(
            NeedRegister.division == division, NeedRegister.state == RegisterState.PUBLISHED
        )
        return await self.first(wanted.with_for_update(key_share=True))

    async def predecessor(self, register: NeedRegister) -> NeedRegister | None:
        """The register before this one: for what is not published yet, the one in force."""
        before = NeedRegister.id == register.predecessor_id
        if register.published_at is None:
            before = and_(NeedRegister.division == register.division, NeedRegister.state == RegisterState.PUBLISHED)
        return await self.first(select(NeedRegister).where(before))

    async def last_number(self, division: str, year: int) -> int:
        """The highest number given in a year, 0 before the first."""
        found = select(func.max(NeedRegister.number)).where(
            NeedRegister.division == division, NeedRegister.year == year
        )
        return int(await self.session.scalar(found) or 0)

    async def objections(self, register_id: UUID, page: PageRequest) -> Page[RegisterObjection]:
        """One page of the objections to a register: staff see all, residents their own."""
        caller = self.work.caller
        own = [names(RegisterObjection.author_person_id, caller.person_id)] if caller.role in FAMILY else []
        return await self.page(RegisterObjection, page, *own, register_id=register_id)

    async def open_objections(self, register_id: UUID) -> int:
        """How many objections to a register wait for an answer."""
        found = select(func.count()).where(
            RegisterObjection.register_id == register_id, RegisterObjection.state == ObjectionState.OPEN
        )
        return int(await self.session.scalar(found) or 0)

    async def lock_objection(self, register_id: UUID, objection_id: UUID) -> RegisterObjection:
        """An objection to this register, locked; NOT_FOUND for one to another."""
        row = await self.lock(RegisterObjection, objection_id)
        if row.register_id != register_id:
            raise NotFound
        return row
