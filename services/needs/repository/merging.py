"""Queries of merges: who is part of what, and how it came about."""

from uuid import UUID

from sqlalchemy import or_, select

from services.needs.domain.lifecycle import ConcernState
from services.needs.models import Concern, ConcernNeed, MergeLeaver, Need, NeedMerge
from services.needs.repository.needs import Needs
from wushe.errors import NotFound


class Merges(Needs):
    """Needs that became one."""

    async def take_pair(self, need_id: UUID, into_id: UUID) -> tuple[Need, Need | None]:
        """Two needs locked in one order, so that two workers cannot block each other; If-Match names the first."""
        rows = await self._locked(or_(Need.id == need_id, Need.id == into_id))
        if need_id not in rows:
            raise NotFound
        need, into = rows[need_id], rows.get(into_id)
        self.work.note(need)
        if into is not None:
            self.work.note(into)
        return need, into

    async def take_with_merged(self, need_id: UUID) -> tuple[Need, list[Need]]:
        """A need and all that was merged into it, locked in one order; If-Match names the first."""
        await self.find(need_id)
        rows = await self._locked(or_(Need.id == need_id, Need.merged_into_id == need_id))
        need = rows.pop(need_id)
        self.work.note(need)
        for merged in rows.values():
            self.work.note(merged)
        return need, list(rows.values())

    async def _locked(self, which: object) -> dict[UUID, Need]:
        wanted = select(Need).where(which).order_by(Need.id).with_for_update(key_share=True)  # type: ignore[arg-type]  # a condition
        rows = await self.all(wanted.execution_options(populate_existing=True))
        return {need.id: need for need in rows}

    async def has_merged(self, need_id: UUID) -> bool:
        """Whether others were merged into a need."""
        return await self.first(select(Need.id).where(Need.merged_into_id == need_id)) is not None

    async def concerns_of(self, need_id: UUID) -> frozenset[UUID]:
        """The open concerns a need speaks for."""
        ended = (ConcernState.RESOLVED, ConcernState.RETIRED)
        wanted = select(ConcernNeed.concern_id).join(Concern).where(ConcernNeed.need_id == need_id)
        return frozenset(await self.all(wanted.where(Concern.state.not_in(ended))))

    async def present(self, need_id: UUID) -> NeedMerge:
        """The merge a need is part of now, locked."""
        wanted = select(NeedMerge).where(NeedMerge.need_id == need_id, NeedMerge.ended_at.is_(None))
        found = await self.first(wanted.with_for_update())
        if found is None:
            raise NotFound
        return found

    async def has_left(self, merge_id: UUID, person_id: UUID) -> bool:
        """Whether somebody took their voice out before."""
        left = select(MergeLeaver.id).where(MergeLeaver.merge_id == merge_id, MergeLeaver.person_id == person_id)
        return await self.first(left) is not None

    async def history(self, need_id: UUID) -> tuple[list[NeedMerge], list[MergeLeaver]]:
        """Every merge a need took part in on either side, oldest first, and who left each."""
        wanted = select(NeedMerge).where(or_(NeedMerge.need_id == need_id, NeedMerge.into_id == need_id))
        merges = await self.all(wanted.order_by(NeedMerge.id))
        left = select(MergeLeaver).where(MergeLeaver.merge_id.in_([merge.id for merge in merges]))
        return merges, await self.all(left.order_by(MergeLeaver.id))
