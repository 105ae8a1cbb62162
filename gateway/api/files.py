"""Routes of files."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from gateway.codes import ROLES
from gateway.models import File, FileKind
from gateway.repository import Files
from gateway.schemas.files import FileFields, FileOut, OwnFilesIn, OwnFilesOut
from gateway.storage import SORTS, PictureDamaged, PictureTooWide
from gateway.usecases import files as cases
from gateway.usecases.files import Cabinet
from wushe.authorize import SERVICE, Roles
from wushe.errors import NotFound
from wushe.identity import Caller
from wushe.routes import Router, Working
from wushe.uploads import Upload, Uploaded

router = Router(tag="files", about="照片、录音和文件 · Photographs, recordings and documents")
PEOPLE = Roles(*(role for role in ROLES if role not in {"operator", "auditor"}))
LARGEST = 33_554_432
_ALSO_CALLED = ("image/jpg", "audio/mp3", "audio/x-m4a", "audio/m4a", "audio/x-wav", "audio/wave", "audio/opus")
# Senders name files as they like; what a file is, its bytes say.
TAKEN = Upload(
    media={
        **{sort.media_type: (f".{sort.ending}",) for sort in SORTS.values()},
        **dict.fromkeys((*_ALSO_CALLED, "application/octet-stream"), ()),
    },
    max_bytes=LARGEST,
    fields=FileFields,
)
_KEPT_FOR = "private, max-age=3600"
"""By the reader alone, and not for long: who may read a file today may not tomorrow."""


async def _store(request: Request, caller: Caller, _: str) -> Any:
    """Judge and store the bytes before any transaction is open."""
    cabinet: Cabinet = request.app.state.cabinet
    return await cabinet.take(request.app.state.databases["main"], caller, request.state.upload.content.read())


@router.create(
    "/v1/files",
    access=PEOPLE,
    operation="uploadFile",
    summary="上传文件 · Upload a file",
    upload=TAKEN,
    ahead=_store,
    refusals=[cases.FileKindUnsupported, cases.FilesWaiting, PictureDamaged, PictureTooWide],
)
async def upload(file: Uploaded, work: Working) -> FileOut:
    """Hand in one photograph, recording or document; give its id to the object it belongs to."""
    return FileOut.of(await cases.upload(files=Files(work), stored=work.ahead, purpose=file.fields.purpose))


async def _find(request: Request, caller: Caller, key: str) -> Any:
    """The file, if the caller may read it; the service it belongs to is asked before any transaction is open."""
    state = request.app.state
    try:
        file_id = UUID(request.path_params["file_id"])
    except ValueError as fault:
        raise NotFound from fault
    siblings = state.siblings.acting(caller, key)
    return await cases.readable(database=state.databases["main"], siblings=siblings, caller=caller, file_id=file_id)


@router.download(
    "/v1/files/{file_id}",
    media=tuple(SORTS),
    access=PEOPLE,
    operation="downloadFile",
    summary="下载文件 · Download a file",
    ahead=_find,
)
async def download(file_id: UUID, request: Request, work: Working) -> Response:  # noqa: ARG001 -- read ahead
    """The file as it is kept."""
    file: File = work.ahead
    sort = SORTS[file.media_type]
    shown = "attachment" if file.kind is FileKind.DOCUMENT else "inline"
    headers = {"content-disposition": f'{shown}; filename="{file.id}.{sort.ending}"', "content-length": str(file.size)}
    return await _streamed(request, file.sha256, sort.media_type, headers)


@router.download(
    "/v1/files/{file_id}/thumbnail",
    media=("image/jpeg",),
    access=PEOPLE,
    operation="downloadThumbnail",
    summary="下载缩略图 · Download a thumbnail",
    ahead=_find,
)
async def thumbnail(file_id: UUID, request: Request, work: Working) -> Response:
    """A JPEG of at most 30 KB; only pictures have one."""
    file: File = work.ahead
    if file.thumbnail_sha256 is None:
        raise NotFound
    headers = {"content-disposition": f'inline; filename="{file_id}-small.jpg"'}
    return await _streamed(request, file.thumbnail_sha256, "image/jpeg", headers)


async def _streamed(request: Request, key: str, media_type: str, headers: dict[str, str]) -> Response:
    cabinet: Cabinet = request.app.state.cabinet
    told = {"etag": f'"{key}"', "cache-control": _KEPT_FOR, **headers}
    return StreamingResponse(await cabinet.objects.open(key), headers=told, media_type=media_type)


@router.verb(
    "/internal/files/own",
    access=SERVICE,
    operation="findOwnFiles",
    summary="查看待用文件 · Files their uploader may still use",
    keyless=True,
)
async def own(body: OwnFilesIn, work: Working) -> OwnFilesOut:
    """Which of these the caller handed in and may still give to something; nobody else's are among them."""
    found = await cases.own(files=Files(work), file_ids=body.file_ids)
    return OwnFilesOut(items=[FileOut.of(file) for file in found])
