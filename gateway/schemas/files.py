"""Shapes of files."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gateway.models import File, FileKind
from wushe.routes import Code, In, Out


class FileFields(BaseModel):
    """What comes with a file."""

    model_config = ConfigDict(extra="forbid")

    purpose: Code
    """What it is for: need, visit, complaint, station …"""


class FileOut(Out):
    """A file as it is kept: pictures without metadata and upright, everything else as it came."""

    id: UUID
    kind: FileKind
    media_type: str
    purpose: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    thumbnail: bool
    """Whether there is one at ``/thumbnail``."""

    @classmethod
    def of(cls, file: File) -> Self:
        """The file on the wire: nobody is told where its bytes lie or whose they are."""
        facts = {name: getattr(file, name) for name in cls.model_fields if name != "thumbnail"}
        return cls(**facts, thumbnail=file.thumbnail_sha256 is not None)


class OwnFilesIn(In):
    """The files somebody names in one request of theirs, a batch included."""

    file_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]


class OwnFilesOut(Out):
    """Those of them they may use."""

    items: list[FileOut]
