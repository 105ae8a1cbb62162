"""Queries of concerns and their evidence."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, literal, select, tuple_

from services.needs.domain.authorship import WITHOUT_DRAFTS
from services.needs.domain.evidence import Voice
from services.needs.domain.lifecycle import SPEAKING, ConcernState, NeedState
from services.needs.models import (
    Concern,
    ConcernNeed,
    Need,
    Resident,
)
from services.needs.repository.areas import inside
from services.needs.repository.needs import Needs
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


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

    async def lock_standing_on(self, *need_ids: UUID) -> list[Concern]:
        """The open concerns needs speak for, locked; If-Match names the need, so whoever changes them notes them."""
        standing = select(ConcernNeed.concern_id).where(ConcernNeed.need_id.in_(need_ids))
        ended = (ConcernState.RESOLVED, ConcernState.RETIRED)
        wanted = select(Concern).where(Concern.id.in_(standing), Concern.state.not_in(ended)).order_by(Concern.id)
        return await self.all(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))

    async def several(self, concern_ids: Sequence[UUID]) -> list[Concern]:
        """Some concerns, as they stand."""
        return await self.all(select(Concern).where(Concern.id.in_(concern_ids)).order_by(Concern.id))

    async def needs_of(self, concern_ids: Sequence[UUID]) -> list[Need]:
        """The needs that speak for some concerns, each once."""
        return await self.all(_speaking(concern_ids))

    async def by_priority(self, page: PageRequest, filters: dict[str, Any]) -> Page[Concern]:
        """The same, most pressing first (index ix_concerns_priority)."""
        wanted = [getattr(Concern, name) == value for name, value in filters.items()]
        wanted += [Concern.state != ConcernState.DRAFT] if self.work.caller.role in WITHOUT_DRAFTS else []
        if page.after is not None:
            priority, _, ident = page.after.partition("|")
            wanted.append(tuple_(Concern.priority, Concern.id) < tuple_(literal(float(priority)), literal(UUID(ident))))
        order = Concern.priority.desc(), Concern.id.desc()
        rows = await self.all(select(Concern).where(*wanted).order_by(*order).limit(page.limit + 1))
        return page.cut(rows, key=lambda row: f"{row.priority!r}|{row.id}")

    async def lock_open(self, division: str) -> list[Concern]:
        """The concerns of a division that are not ended, locked in one order."""
        ended = (ConcernState.RESOLVED, ConcernState.RETIRED)
        wanted = select(Concern).where(inside(Concern.division, division), Concern.state.not_in(ended))
        locking = wanted.order_by(Concern.id).with_for_update(key_share=True)
        return await self.all(locking.execution_options(populate_existing=True))

    async def links(self, concern_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
        """Which needs stand in which of some concerns."""
        wanted = select(ConcernNeed.concern_id, ConcernNeed.need_id).where(ConcernNeed.concern_id.in_(concern_ids))
        return [(concern_id, need_id) for concern_id, need_id in await self.session.execute(wanted)]

    async def voices(self, needs: Collection[Need]) -> list[Voice]:
        """Needs as evidence, and what was merged into them: when, where and on which visit it was heard counts on."""
        spoken = await Needs(self.work).spoken(needs)
        homes = await self._homes(frozenset().union(*(people for _, people in spoken)))
        return [
            Voice(
                need.id,
                need.division,
                need.place,
                need.submitted_at,
                people,
                frozenset(homes[person] for person in people if person in homes),
                need.visit_id,
                need.merged_into_id is not None,
            )
            for need, people in spoken
        ]

    async def _homes(self, persons: Collection[UUID]) -> dict[UUID, UUID]:
        """The household of each registered person who has one."""
        known = and_(Resident.person_id.in_(persons), Resident.household_id.is_not(None))
        rows = await self.session.execute(select(Resident.person_id, Resident.household_id).where(known))
        return {person_id: home for person_id, home in rows if home}

    async def _locked(self, statement: Any) -> list[Any]:
        rows = await self.all(statement.execution_options(populate_existing=True))
        for row in rows:
            self.work.note(row)
        return rows


def _speaking(concern_ids: Sequence[UUID], states: Iterable[NeedState] = SPEAKING) -> Select[Any]:
    """What stands behind some concerns, each once: never what speaks of danger, whoever asks (INV-N4)."""
    linked = select(ConcernNeed.need_id).where(ConcernNeed.concern_id.in_(concern_ids))
    harmless = and_(Need.danger.is_(False), Need.state.in_(states))
    return select(Need).where(Need.id.in_(linked), harmless).order_by(Need.id)
