"""Queries that take needs into the index of their words."""

from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Row, delete, select

from services.needs.domain.duplicates import terms
from services.needs.models import Need, NeedTerm, NeedTermWalk
from wushe.erasing import ERASED_WORDS
from wushe.repository import Repository

Said: TypeAlias = Need | Row[UUID, str, str, bool]
_INDEX = (
    "insert into need_terms (term, division, id)"
    " select * from unnest($1::int[], $2::varchar[], $3::uuid[]) on conflict do nothing"
)


class Terms(Repository):
    """The index, and the walk over needs that stood in the register before it did."""

    async def walk(self) -> NeedTermWalk | None:
        """How far it has come, locked; none once it is over or while somebody else goes on with it."""
        return await self.first(select(NeedTermWalk).with_for_update(skip_locked=True))

    async def end(self, walk: NeedTermWalk) -> None:
        """Every need has been looked at."""
        await self.session.delete(walk)

    async def following(self, after: UUID | None, limit: int) -> list[UUID]:
        """The next needs in the order they were taken down (primary key)."""
        wanted = select(Need.id).where(Need.id > after) if after else select(Need.id)
        return await self.all(wanted.order_by(Need.id).limit(limit))

    async def hold(self, idents: Collection[UUID]) -> dict[UUID, Row[UUID, str, str, bool]]:
        """Those of some needs that nobody is changing, so held until the end.

        Waiting for the others could end in a deadlock; and a mark of danger, a merged division or an erasure that comes
        meanwhile finds the words of a need in the index and takes them along.
        """
        wanted = select(Need.id, Need.division, Need.statement, Need.danger).where(Need.id.in_(idents))
        rows = await self.session.execute(wanted.with_for_update(read=True, skip_locked=True))
        return {row.id: row for row in rows}

    async def index(self, *needs: Said) -> None:
        """Let needs be found by their words; twice is as good as once.

        One that speaks of danger never is (INV-N4), and an erased one has no words of its own.
        """
        sayable = [need for need in needs if not need.danger and need.statement != ERASED_WORDS]
        said = [(term, need.division, need.id) for need in sayable for term in terms(need.statement)]
        if said:
            await self.work.fetch(_INDEX, *zip(*said, strict=True))

    async def index_again(self, need: Need) -> None:
        """The same after somebody raised or cleared the mark of danger."""
        await self.session.execute(delete(NeedTerm).where(NeedTerm.need_id == need.id))
        await self.index(need)
