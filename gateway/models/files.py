"""Files people handed in, and the stored bytes they name."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from gateway.models.kit import Base
from wushe.db import Aggregate, Scoped


class FileKind(StrEnum):
    """The kinds of files people hand in."""

    IMAGE = "image"
    AUDIO = "audio"
    DOCUMENT = "document"


class StoredObject(Base, Scoped):
    """Bytes in the store under their SHA-256: whose they are, only the files say that name them.

    Written before the bytes are, so that nothing lies in the store which no row knows of.
    """

    __tablename__ = "stored_objects"

    sha256: Mapped[str] = mapped_column(unique=True)
    pending_since: Mapped[datetime | None]
    """Until a file names it; one whose upload broke off is removed."""
    doomed_at: Mapped[datetime | None]
    """No file names it any more: it may not be named again before its bytes are gone."""
    claimed_at: Mapped[datetime | None]
    """Since when somebody is removing its bytes."""

    __table_args__ = (
        Index("ix_stored_objects_pending", "pending_since", postgresql_where="pending_since is not null"),
        Index("ix_stored_objects_doomed", "doomed_at", postgresql_where="doomed_at is not null"),
    )


class File(Base, Aggregate):
    """One file somebody handed in, in the shape it is kept; several may name the same bytes."""

    __tablename__ = "files"

    uploader: Mapped[str]
    """The account that handed it in."""
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[FileKind]
    media_type: Mapped[str]
    purpose: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_objects.sha256"), index=True)
    thumbnail_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_objects.sha256"), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    owner: Mapped[str | None]
    """The service that has the object this file belongs to."""
    owner_subject: Mapped[str | None]
    purge_at: Mapped[datetime | None]
    """When it goes unless it has come to belong to something."""

    __table_args__ = (
        Index("ix_files_purge_at", "purge_at", postgresql_where="purge_at is not null"),
        Index("ix_files_waiting", "uploader", postgresql_where="purge_at is not null"),
    )
