"""Queries of how needs come in: their files, codes that stand for them, and shares of what was found."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, union_all

from services.needs.domain.intake import FOUND
from services.needs.models import Need, NeedFile, VisitFile
from services.needs.repository.areas import inside
from wushe.errors import NotFound
from wushe.repository import Repository


class Intake(Repository):
    """Files of needs, tracking codes and figures."""

    async def files_taken(self, file_ids: Iterable[UUID]) -> list[UUID]:
        """Which of these belong to a need or a visit already; a file is of one only (unique in both)."""
        wanted = list(file_ids)
        if not wanted:
            return []
        found = [select(each.file_id).where(each.file_id.in_(wanted)) for each in (NeedFile, VisitFile)]
        return list(await self.session.scalars(union_all(*found)))

    async def files_of(self, need_id: UUID) -> list[NeedFile]:
        """The files of a need (index on need_id)."""
        return await self.all(select(NeedFile).where(NeedFile.need_id == need_id).order_by(NeedFile.id))

    async def having(self, file_id: UUID) -> Need:
        """The need a file belongs to; NOT_FOUND when it is no file of ours."""
        joined = select(Need).join(NeedFile, NeedFile.need_id == Need.id)
        found = await self.first(joined.where(NeedFile.file_id == file_id))
        if found is None:
            raise NotFound
        return found

    async def tracked(self, fingerprint: str) -> Need | None:
        """The need a tracking code stands for, wherever it is (unique)."""
        return await self.first(select(Need).where(Need.tracking_hash == fingerprint))

    async def shares(self, division: str, digits: int, since: datetime, until: datetime) -> list[tuple[str, int, int]]:
        """By station: how many needs came in, and how many of them we found (index on division and time)."""
        station = func.rpad(func.left(Need.division, digits), 12, "0")
        found = func.count().filter(Need.channel.in_(FOUND))
        wanted = and_(inside(Need.division, division), Need.submitted_at >= since, Need.submitted_at < until)
        counted = select(station, func.count(), found).where(wanted, Need.danger.is_(False)).group_by(station)
        return [(place, n, k) for place, n, k in await self.session.execute(counted.order_by(station))]
