"""Queries of clustering: what it sees, what stands, what a person is shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, text

from services.needs.domain.clustering import Utterance
from services.needs.domain.lifecycle import LINKABLE
from services.needs.models import ConcernProposal, Need, ProposalRun
from services.needs.repository.areas import inside
from services.needs.repository.needs import Needs
from wushe.identity import county
from wushe.repository import Repository

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
AT_MOST, SHOWN = 20_000, 200

# One step through the index ix_needs_division_id for each county, however many needs there are.
_COUNTIES = text(
    "with recursive each(code) as ((select left(division, 6) from needs order by division limit 1) union all"
    " select (select left(division, 6) from needs where division > each.code || '999999' order by division limit 1)"
    " from each where each.code is not null) select code || '000000' from each where code is not null"
)


class Proposals(Repository):
    """Proposals for shared concerns and the runs that make them."""

    async def utterances(self, division: str) -> list[Utterance]:
        """What clustering sees, the newest first: words, place and time; danger never enters (INV-N4)."""
        at = func.coalesce(Need.said_at, Need.submitted_at)
        open_ = and_(Need.danger.is_(False), Need.state.in_(LINKABLE), inside(Need.division, division))
        found = select(Need.id, Need.division, Need.statement, Need.place, at).where(open_)
        rows = await self.session.execute(found.order_by(Need.id.desc()).limit(AT_MOST))
        return [Utterance(*row) for row in rows]

    async def alone(self, division: str) -> None:
        """Wait until no other run over any part of this county is being taken over."""
        await self.work.fetch(_ONE_AT_A_TIME, f"proposals {county(division)}")

    async def standing(self, division: str) -> dict[UUID, ConcernProposal]:
        """The proposals of a division, locked."""
        wanted = select(ConcernProposal).where(inside(ConcernProposal.division, division)).order_by(ConcernProposal.id)
        rows = await self.all(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
        for row in rows:
            self.work.note(row)
        return {row.id: row for row in rows}

    async def shown(self, division: str) -> list[ConcernProposal]:
        """What a person may decide on, widest first (index ix_concern_proposals_division)."""
        wanted = select(ConcernProposal).where(inside(ConcernProposal.division, division))
        order = ConcernProposal.person_count.desc(), ConcernProposal.id
        return await self.all(wanted.order_by(*order).limit(SHOWN))

    async def open_needs(self, need_ids: Collection[UUID]) -> dict[UUID, Need]:
        """Those that may still join a concern."""
        open_ = and_(Need.id.in_(need_ids), Need.danger.is_(False), Need.state.in_(LINKABLE))
        return {need.id: need for need in await self.all(select(Need).where(open_))}

    async def persons(self, need_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
        """Who stands behind some needs."""
        rows: Any = (
            await self.session.execute(select(Need.id, Need.author_person_id).where(Need.id.in_(need_ids)))
        ).all()
        return await Needs(self.work).persons_behind(rows)

    async def due(self, before: datetime, division: str) -> bool:
        """Whether the last run over a whole county is of before a time, or there was none."""
        newest = select(func.max(ProposalRun.created_at)).where(ProposalRun.division == division)
        last = (await self.session.execute(newest)).scalar_one()
        return last is None or last < before

    async def counties(self) -> list[str]:
        """The counties that have needs."""
        return [code for (code,) in await self.session.execute(_COUNTIES)]
