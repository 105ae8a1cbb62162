"""Files people hand in: taken as what they are, kept for what they belong to, gone when nothing needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.models import File, FileKind
from gateway.repository import Files
from gateway.settings import Settings
from gateway.storage import IMAGE, SORTS, Darkroom, Objects, Sort, key_of, sort_of
from wushe import clock, rules
from wushe.authorize import GATEWAY
from wushe.errors import BodyTooLarge, NotFound, Refusal, Unavailable
from wushe.http import Siblings
from wushe.identity import Caller
from wushe.jobs import worker
from wushe.work import Database

ABANDONED, LEASE = timedelta(minutes=10), timedelta(minutes=5)
"""How long an upload may take between its bytes and its row, and how long the removal of doomed bytes: both seconds."""


class FileKindUnsupported(Refusal):
    """The bytes are none of the sorts taken here, whatever the file is called."""

    status = 415
    zh = "只接受图片（JPEG、PNG、WebP）、录音（MP3、M4A、AAC、AMR、WAV、OGG）和文件（PDF、不带宏的 XLSX）。"
    en = "Only JPEG, PNG, WebP, MP3, M4A, AAC, AMR, WAV, OGG, PDF and XLSX without macros are taken."
    toast = "文件类型不支持"


class FilesWaiting(Refusal):
    """Files that belong to nothing fill the store for nobody; they go by themselves after their time."""

    status = 429
    zh = "已上传但没有使用的文件超过 {megabytes} MB，请先提交或稍后再传。"
    en = "More than {megabytes} MB were handed in and belong to nothing; use them first, or retry later."
    toast = "先提交再上传"
    retryable = True


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies in the store, not yet anybody's."""

    sort: Sort
    size: int
    sha256: str
    thumbnail_sha256: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Cabinet:
    """What files need beside the database."""

    objects: Objects
    darkroom: Darkroom
    settings: Settings

    async def take(self, database: Database, caller: Caller, content: bytes) -> Stored:
        """Judge a file by its bytes and put it into the store; no transaction is open meanwhile."""
        sort = sort_of(content)
        if sort is None:
            raise FileKindUnsupported
        limit = self._limit(FileKind(sort.kind))
        if len(content) > limit:
            raise BodyTooLarge(limit=limit)
        if sort.kind != IMAGE:
            stored = Stored(sort, len(content), key_of(content))
            await self._put(database, caller, [content])
            return stored
        return await self._take_picture(database, caller, content)

    async def _take_picture(self, database: Database, caller: Caller, content: bytes) -> Stored:
        picture = await self.darkroom.develop(content)
        await self._put(database, caller, [picture.content, picture.thumbnail])
        return Stored(
            sort=SORTS[picture.media_type],
            size=len(picture.content),
            sha256=key_of(picture.content),
            thumbnail_sha256=key_of(picture.thumbnail),
            width=picture.width,
            height=picture.height,
        )

    async def _put(self, database: Database, caller: Caller, contents: list[bytes]) -> None:
        """The row that knows of the bytes comes first: what breaks off afterwards is found and removed."""
        async with database.work(caller) as work:
            files = Files(work)
            megabytes = await rules.value(work, "file_unattached_megabytes", caller.scope)
            await files.open()
            if await files.waiting_bytes(caller.subject) >= megabytes * 1_000_000:
                raise FilesWaiting(megabytes=megabytes, retry_after=3600)
            if not await files.expect({key_of(each) for each in contents}, now=clock.now()):
                raise Unavailable(retry_after=2)
        for each in contents:
            await self.objects.put(each)

    def _limit(self, kind: FileKind) -> int:
        given = self.settings
        return {
            FileKind.IMAGE: given.files_image_bytes,
            FileKind.AUDIO: given.files_audio_bytes,
            FileKind.DOCUMENT: given.files_document_bytes,
        }[kind]

    async def remove(self, database: Database, *, keys: list[str], claimed_at: datetime) -> None:
        """Remove doomed bytes, then the rows that stood for them; what cannot be removed now is tried again."""
        for key in keys:
            try:
                await self.objects.delete(key)
            except Unavailable:
                continue
            async with database.work(worker(GATEWAY)) as work:
                await Files(work).forget(key, claimed_at=claimed_at)


async def upload(*, files: Files, stored: Stored, purpose: str) -> File:
    """A file is somebody's from now on; unless it comes to belong to something it goes again (rule)."""
    work, caller = files.work, files.work.caller
    hours = await rules.value(work, "file_unattached_hours", caller.scope)
    await files.open()
    if not await files.settle({key for key in (stored.sha256, stored.thumbnail_sha256) if key}):
        raise Unavailable(retry_after=2)
    file = File(
        division=caller.scope,
        uploader=caller.subject,
        person_id=caller.person_id,
        kind=FileKind(stored.sort.kind),
        media_type=stored.sort.media_type,
        purpose=purpose,
        size=stored.size,
        sha256=stored.sha256,
        thumbnail_sha256=stored.thumbnail_sha256,
        width=stored.width,
        height=stored.height,
        purge_at=clock.now() + timedelta(hours=hours),
    )
    work.record(files.add(file), "upload")
    return file


async def readable(*, database: Database, siblings: Siblings, caller: Caller, file_id: UUID) -> File:
    """A file the caller may read: who handed it in, and whoever the service it belongs to lets see it."""
    async with database.work(caller) as work:
        file = await opened(files=Files(work), file_id=file_id)
    if file.uploader == caller.subject:
        return file
    if file.owner is None:
        raise NotFound
    # The service knows the caller by person and place; in which role they ask, the identity between us does not say.
    await siblings.get(file.owner, f"/internal/files/{file_id}", role=caller.role)
    return file


async def opened(*, files: Files, file_id: UUID) -> File:
    """One file, wherever it was handed in."""
    await files.open()
    return await files.find(file_id)


async def own(*, files: Files, file_ids: Sequence[UUID]) -> list[File]:
    """Those of some files their uploader may still give to something: none of anybody else's, none that belongs."""
    await files.open()
    return await files.own(file_ids, uploader=files.work.caller.subject)


async def attach(*, files: Files, file_id: UUID, owner: str, subject: str) -> None:
    """A service's object has a file from now on; the first to say so has it, and one that is gone stays gone."""
    await files.open()
    file = await files.lock_waiting(file_id)
    if file is not None:
        file.owner, file.owner_subject, file.purge_at = owner, subject, None
        files.work.record(file, "attach")


async def purge(*, files: Files, limit: int) -> int:
    """Let go of files that belong to nothing after their time."""
    await files.open()
    return await _remove(files, await files.unattached(clock.now(), limit), "purge")


async def erase(*, files: Files, person_id: UUID, file_ids: Sequence[UUID] = ()) -> int:
    """Let go of everything one person handed in, and of the files others handed in for them; answers how many.

    Their bytes follow within a minute or two.
    """
    await files.open()
    return await _remove(files, await files.of_person(person_id, file_ids), "erase")


async def _remove(files: Files, rows: Sequence[File], verb: str) -> int:
    await files.remove(rows, now=clock.now())
    for row in rows:
        files.work.witness(verb, subject=f"files/{row.id}", division=row.division)
    return len(rows)


async def doomed(*, files: Files, limit: int) -> tuple[list[str], datetime]:
    """The keys of bytes to remove now, and the moment they were taken over at."""
    now = clock.now()
    await files.open()
    await files.doom_abandoned(before=now - ABANDONED, now=now, limit=limit)
    return await files.claim_doomed(before=now - LEASE, now=now, limit=limit), now
