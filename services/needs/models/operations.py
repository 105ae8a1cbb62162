"""Longer work, what is still to be done of it, and what came of each row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.needs.domain.lifecycle import OperationState
from services.needs.models.kit import Base
from wushe.db import Aggregate, Scoped
from wushe.identity import Caller


class Operation(Base, Aggregate):
    """A table being taken in row by row, in the name of whoever sent it."""

    __tablename__ = "operations"

    collection: Mapped[str]
    state: Mapped[OperationState]
    dry_run: Mapped[bool]
    """Each row is tried and taken back."""
    fingerprint: Mapped[str]
    """SHA-256 of the file."""
    defaults: Mapped[dict[str, Any]]
    """What rows hold that do not say otherwise."""
    total: Mapped[int]
    done: Mapped[int]
    created: Mapped[int]
    refused: Mapped[int]
    actor: Mapped[str]
    client: Mapped[str]
    person_id: Mapped[UUID | None]
    role: Mapped[str]
    scope: Mapped[str]
    org: Mapped[UUID | None]
    request_id: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def caller(self) -> Caller:
        """Whoever sent the table: its rows are written within their scope and stand in the audit under their name."""
        return Caller(
            subject=self.actor,
            client=self.client,
            person_id=self.person_id,
            role=self.role,
            scope=self.scope,
            org=self.org,
            request_id=self.request_id,
            issuer="needs",
        )


class OperationBatch(Base, Scoped):
    """Rows waiting to be taken in, sealed, for they may name people; gone with the transaction that takes them in."""

    __tablename__ = "operation_batches"

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"))
    position: Mapped[int]
    key_version: Mapped[int]
    data_key: Mapped[bytes]
    content: Mapped[bytes]

    __table_args__ = (UniqueConstraint("operation_id", "position"),)


class OperationRow(Base, Scoped):
    """What came of one row: the object it became, or why not; nothing of what it said."""

    __tablename__ = "operation_rows"

    operation_id: Mapped[UUID] = mapped_column(ForeignKey("operations.id"))
    number: Mapped[int]
    """The line of the file, counted from one."""
    refused: Mapped[bool]
    code: Mapped[str]
    zh: Mapped[str | None]
    en: Mapped[str | None]
    errors: Mapped[list[Any]]
    object_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("operation_id", "number"),
        Index("ix_operation_rows_refused", "operation_id", "number", postgresql_where="refused"),
    )
