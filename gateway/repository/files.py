"""Queries of files and of the stored bytes they name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from gateway.models import File, StoredObject
from gateway.repository.registry import Everywhere
from wushe.db import uuid7
from wushe.errors import NotFound
from wushe.identity import WHOLE


class Files(Everywhere):
    """Files wherever they were handed in; whoever asks must have been let in by other means than the place."""

    async def find(self, file_id: UUID) -> File:
        """One file; NOT_FOUND when there is none."""
        row = await self.session.get(File, file_id)
        if row is None:
            raise NotFound
        return row

    async def own(self, file_ids: Collection[UUID], *, uploader: str) -> list[File]:
        """Those of some files an account handed in which belong to nothing yet (primary key)."""
        theirs = (File.uploader == uploader, File.owner.is_(None))
        return await self.all(select(File).where(File.id.in_(file_ids), *theirs).order_by(File.id))

    async def waiting_bytes(self, uploader: str) -> int:
        """How much an account handed in that belongs to nothing yet (ix_files_waiting)."""
        waiting = select(func.coalesce(func.sum(File.size), 0))
        theirs = (File.uploader == uploader, File.purge_at.is_not(None))
        return int(await self.session.scalar(waiting.where(*theirs)) or 0)

    async def lock_waiting(self, file_id: UUID) -> File | None:
        """A file that belongs to nothing yet, locked; None once it does, or is gone."""
        wanted = select(File).where(File.id == file_id, File.owner.is_(None))
        return await self._locked(wanted.with_for_update(key_share=True))

    async def _locked(self, statement: Any) -> File | None:
        row: File | None = await self.first(statement)
        if row is not None:
            self.work.note(row)
        return row

    async def expect(self, keys: Collection[str], *, now: datetime) -> bool:
        """Note that these bytes are about to be stored; False while some of them are just being removed."""
        rows = [
            {"id": uuid7(), "division": WHOLE, "created_at": now, "sha256": key, "pending_since": now} for key in keys
        ]
        await self.session.execute(insert(StoredObject).values(rows).on_conflict_do_nothing())
        doomed = select(StoredObject.id).where(StoredObject.sha256.in_(keys), StoredObject.doomed_at.is_not(None))
        return await self.first(doomed) is None

    async def settle(self, keys: Collection[str]) -> bool:
        """A file is about to name these bytes; False when some were removed in the meantime."""
        held = await self._hold(keys)
        sound = [row.sha256 for row in held if row.doomed_at is None]
        await self.session.execute(
            update(StoredObject)
            .where(StoredObject.sha256.in_(sound), StoredObject.pending_since.is_not(None))
            .values(pending_since=None)
        )
        return set(sound) == set(keys)

    async def _hold(self, keys: Collection[str]) -> Sequence[StoredObject]:
        """Some stored objects, locked in one order."""
        wanted = select(StoredObject).where(StoredObject.sha256.in_(keys)).order_by(StoredObject.sha256)
        return await self.all(wanted.with_for_update().execution_options(populate_existing=True))

    async def unattached(self, now: datetime, limit: int) -> list[File]:
        """Files that belong to nothing after their time, locked, the oldest first."""
        wanted = select(File).where(File.purge_at <= now).order_by(File.purge_at).limit(limit)
        return await self.all(wanted.with_for_update(skip_locked=True))

    async def of_person(self, person_id: UUID, file_ids: Collection[UUID] = ()) -> list[File]:
        """Everything one person handed in, and some other files, locked."""
        theirs = or_(File.person_id == person_id, File.id.in_(file_ids))
        return await self.all(select(File).where(theirs).order_by(File.id).with_for_update())

    async def remove(self, rows: Sequence[File], *, now: datetime) -> None:
        """Delete files, and doom the bytes no other file names.

        The bytes are locked first and looked at in a statement of their own: a file that names them at this moment
        is seen, or finds them doomed.
        """
        if not rows:
            return
        keys = {key for row in rows for key in (row.sha256, row.thumbnail_sha256) if key}
        await self.session.execute(delete(File).where(File.id.in_([row.id for row in rows])))
        await self._hold(keys)
        named = or_(File.sha256 == StoredObject.sha256, File.thumbnail_sha256 == StoredObject.sha256)
        unnamed = ~select(File.id).where(named).correlate(StoredObject).exists()
        await self.session.execute(
            update(StoredObject)
            .where(StoredObject.sha256.in_(keys), StoredObject.doomed_at.is_(None), unnamed)
            .values(doomed_at=now)
        )

    async def doom_abandoned(self, *, before: datetime, now: datetime, limit: int) -> int:
        """Doom bytes whose upload broke off before a file named them."""
        wanted = select(StoredObject.id).where(StoredObject.pending_since < before, StoredObject.doomed_at.is_(None))
        held = await self.all(
            wanted.order_by(StoredObject.pending_since).limit(limit).with_for_update(skip_locked=True)
        )
        doomed = update(StoredObject).where(StoredObject.id.in_(held)).values(doomed_at=now, pending_since=None)
        await self.session.execute(doomed)
        return len(held)

    async def claim_doomed(self, *, before: datetime, now: datetime, limit: int) -> list[str]:
        """The keys of doomed bytes nobody is removing, taken over until ``before`` has come again."""
        free = or_(StoredObject.claimed_at.is_(None), StoredObject.claimed_at < before)
        wanted = select(StoredObject.id).where(StoredObject.doomed_at.is_not(None), free)
        held = await self.all(wanted.order_by(StoredObject.doomed_at).limit(limit).with_for_update(skip_locked=True))
        claimed = update(StoredObject).where(StoredObject.id.in_(held)).values(claimed_at=now)
        return list(await self.session.scalars(claimed.returning(StoredObject.sha256)))

    async def forget(self, key: str, *, claimed_at: datetime) -> None:
        """Bytes are gone: their key may be named again."""
        mine = (StoredObject.sha256 == key, StoredObject.claimed_at == claimed_at)
        await self.session.execute(delete(StoredObject).where(*mine))
