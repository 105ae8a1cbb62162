"""Routes that take one file: multipart/form-data as a mini-program sends it, or the bare body with its media type."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from wushe.bodies import IDENTITY_CODINGS, inspect_value, receive
from wushe.errors import BodyTooLarge, MalformedBody, Refusal

PART = "file"
MULTIPART, UNNAMED = "multipart/form-data", ("", "application/octet-stream")
FRAME_BYTES = 65_536
"""What the parts around a file, their heads and the simple fields may take beside it."""
FIELDS, FIELD_BYTES = 20, 8192


class FileMissing(Refusal):
    """The one file an upload is for, or its content."""

    status = 422
    zh = "没有收到文件：请用名为 file 的部分上传一个不为空的文件。"
    en = "No file arrived: send one that is not empty, as the part named 'file'."
    toast = "请选择文件"


class FilesTooMany(Refusal):
    """One request takes one file."""

    status = 422
    zh = "一次只能上传一个文件，其余的请逐个上传。"
    en = "One request takes one file; send the others one by one."
    toast = "一次一个文件"


class FileTypeUnsupported(Refusal):
    """The file is of a kind this address does not take."""

    status = 415
    zh = "不支持这种文件，请上传：{accepted}。"
    en = "Files of this kind are not taken here; send one of: {accepted}."
    toast = "文件类型不符"


REFUSALS = (FileMissing, FilesTooMany, FileTypeUnsupported)


class NoFields(BaseModel):
    """An upload that takes nothing beside the file."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Received:
    """One file that arrived, readable until the request is answered, and the fields that came with it."""

    content: IO[bytes]
    name: str
    """As the sender calls it; never a path of ours."""
    media: str
    size: int
    sha256: str
    fields: Any
    """An instance of the upload's ``fields``."""

    @property
    def fingerprint(self) -> bytes:
        """What makes the same upload the same: content, kind and fields, however the parts were framed."""
        return repr((self.sha256, self.media, self.fields)).encode()


@dataclass(frozen=True)
class Upload:
    """What a route promises of the file it takes.

    ``media`` maps each accepted media type to the endings of such files' names, which decide where the sender does not
    say the type; ``max_bytes`` is the largest file; ``fields`` are read from form fields, or from the query.
    """

    media: Mapping[str, tuple[str, ...]]
    max_bytes: int
    fields: type[BaseModel] = NoFields

    @asynccontextmanager
    async def received(self, request: Request) -> AsyncIterator[Received]:
        """Take the file in, on disk when it is large; it is gone when the block ends."""
        kind = _media(request.headers.get("content-type", ""))
        if request.headers.get("content-encoding", "") not in IDENTITY_CODINGS:
            raise self._unsupported()
        if kind == MULTIPART:
            async with self._parts(request) as found:
                yield found
        else:
            with SpooledTemporaryFile(max_size=MultiPartParser.spool_max_size) as content:
                media = self._judged(kind, "")
                async for chunk in receive(request, self.max_bytes):
                    content.write(chunk)
                yield await self._whole(content, "", media, dict(request.query_params.multi_items()))

    @asynccontextmanager
    async def _parts(self, request: Request) -> AsyncIterator[Received]:
        form = await _Parts(
            request.headers, _within(request, self.max_bytes), max_files=2, max_fields=FIELDS, max_part_size=FIELD_BYTES
        ).whole()
        try:
            sent = _only_file(form)
            fields = _fields(form, request)
            media = self._judged(_media(sent.content_type or ""), sent.filename or "")
            if (sent.size or 0) > self.max_bytes:
                raise BodyTooLarge(limit=self.max_bytes)
            yield await self._whole(sent.file, PurePath(sent.filename or "").name, media, fields)
        finally:
            await form.close()

    async def _whole(self, content: Any, name: str, media: str, fields: dict[str, str]) -> Received:
        size = content.seek(0, 2)
        content.seek(0)
        if not size:
            raise FileMissing
        digest = (await asyncio.to_thread(hashlib.file_digest, content, "sha256")).hexdigest()
        content.seek(0)
        return Received(content, name[:200], media, size, digest, self._read(fields))

    def _judged(self, media: str, name: str) -> str:
        """The accepted media type of a file, told by the sender or else by the ending of its name."""
        if media in self.media:
            return media
        ending = PurePath(name).suffix.lower()
        for known, endings in self.media.items():
            if media in UNNAMED and ending in endings:
                return known
        raise self._unsupported()

    def _unsupported(self) -> FileTypeUnsupported:
        return FileTypeUnsupported(accepted="、".join(self.media))

    def _read(self, fields: dict[str, str]) -> BaseModel:
        try:
            return self.fields.model_validate_strings(fields)
        except ValidationError as fault:
            told = fault.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in told]) from None


class _Parts(MultiPartParser):
    """Starlette's parser, which takes a body that breaks off for a whole one."""

    _ended = False

    def on_end(self) -> None:
        """The last boundary has come."""
        self._ended = True

    async def whole(self) -> FormData:
        """The form; MALFORMED_BODY for one that cannot be read to its last boundary."""
        try:
            form = await self.parse()
        except BaseException as fault:
            self._discard()
            if isinstance(fault, MultiPartException | ValueError):
                raise MalformedBody(why=("分段内容有误", "wrong multipart framing")) from fault
            raise
        if not self._ended:
            self._discard()
            raise MalformedBody(why=("文件没有传完", "the body breaks off"))
        return form

    def _discard(self) -> None:
        for file in self._files_to_close_on_error:
            file.close()


def _media(header: str) -> str:
    return header.partition(";")[0].strip().lower()


async def _within(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body of a form, refused as soon as it is known to hold more than a file may."""
    async for chunk in receive(request, limit + FRAME_BYTES, told=limit):
        yield chunk


def _only_file(form: FormData) -> UploadFile:
    files = [(name, value) for name, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(files) > 1:
        raise FilesTooMany
    if not files or files[0][0] != PART:
        raise FileMissing
    return files[0][1]


def _fields(form: FormData, request: Request) -> dict[str, str]:
    """The simple fields, from the form or the query; what is said twice means nothing."""
    said = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    said += request.query_params.multi_items()
    fields = dict(said)
    if len(fields) != len(said):
        raise MalformedBody(why=("字段重复", "duplicate field"))
    inspect_value(fields)
    return fields


async def received_file(request: Request) -> Received:
    """The file of this request."""
    found: Received = request.state.upload
    return found


Uploaded = Annotated[Received, Depends(received_file)]


def documented(upload: Upload) -> dict[str, Any]:
    """The request body of an upload for the API document: as a form, or bare with each accepted type."""
    schema = upload.fields.model_json_schema()
    fields = {name: _inlined(each, schema.get("$defs", {})) for name, each in schema.get("properties", {}).items()}
    binary = {"type": "string", "format": "binary", "maxLength": upload.max_bytes}
    form = {
        "type": "object",
        "properties": {PART: binary, **fields},
        "required": [PART, *schema.get("required", ())],
        "additionalProperties": False,
    }
    accepted = {"encoding": {PART: {"contentType": ", ".join(upload.media)}}}
    bare = {media: {"schema": binary} for media in upload.media}
    said = f"一个文件，最多 {upload.max_bytes} 字节 · one file of at most {upload.max_bytes} bytes"
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": each} for name, each in fields.items()
        ],
        "requestBody": {
            "description": said,
            "required": True,
            "content": {MULTIPART: {"schema": form, **accepted}, **bare},
        },
    }


def _inlined(schema: Any, named: Mapping[str, Any]) -> Any:
    """A schema without references, which would lead into a document it is no part of."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(named[schema["$ref"].rpartition("/")[2]], named)
        return {key: _inlined(value, named) for key, value in schema.items()}
    return [_inlined(each, named) for each in schema] if isinstance(schema, list) else schema
