"""Engines, column types, the rows every service owes, and queries limited to one caller's scope."""

import enum
import json
import os
import time
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    Integer,
    Select,
    Text,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from wushe import clock
from wushe.errors import NotFound, OutOfScope
from wushe.tables import Division, kit_tables, service_metadata

if TYPE_CHECKING:
    from wushe.pages import Page, PageRequest
    from wushe.work import Work

__all__ = ["TYPES", "Aggregate", "Repository", "Scoped", "kit_tables", "service_metadata", "uuid7"]

# Enums are stored as their values and come back as enums; instants always carry a zone; whole numbers are 64-bit.
TYPES: dict[Any, Any] = {
    enum.Enum: Enum(
        enum.Enum,
        native_enum=False,
        length=32,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    ),
    datetime: DateTime(timezone=True),
    int: BigInteger,
    str: Text,
    dict[str, Any]: JSONB,
    list[Any]: JSONB,
    list[str]: JSONB,
}


def uuid7() -> UUID:
    """A time-ordered identifier (RFC 9562)."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Scoped:
    """A row that belongs to one division; row level security limits it to callers who cover that division."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-9)
    division: Mapped[str] = mapped_column(Division, sort_order=-8)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=90)


class Aggregate(Scoped):
    """A row with a life of its own: a version for If-Match, and the count of the events it announced."""

    version: Mapped[int] = mapped_column(Integer, default=0, sort_order=91)
    event_seq: Mapped[int] = mapped_column(Integer, default=0, sort_order=92)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, sort_order=93)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 -- SQLAlchemy passes the class
        return {"version_id_col": cls.version, "version_id_generator": False, "eager_defaults": False}


def subject_of(row: Any) -> str:
    """How events and audit rows name a row: ``needs/0198…``."""
    return f"{row.__tablename__}/{row.id}"


def digest(row: Any) -> str:
    """SHA-256 over the row's columns, to tell in the audit what a verb changed."""
    values = {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
    return sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()


def engine_for(url: str, *, pool_size: int = 8, pool_timeout: float = 5) -> AsyncEngine:
    """An asyncpg engine from a driverless ``postgresql://`` address."""
    return create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_pre_ping=False,
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            # A process frozen inside a transaction must not hold its locks for ever.
            "server_settings": {
                "idle_in_transaction_session_timeout": "10s",
                "lock_timeout": "5s",
                "statement_timeout": "25s",
                "timezone": "UTC",
            },
        },
    )


Row = TypeVar("Row", bound=Any)


class Repository:
    """Queries of one unit of work; row level security limits every one of them to the caller's divisions."""

    def __init__(self, work: "Work") -> None:
        self.work = work

    @property
    def session(self) -> AsyncSession:
        """The session of the unit of work."""
        return self.work.session

    async def get(self, model: type[Row], ident: UUID) -> Row:
        """The row, or NOT_FOUND when it does not exist for this caller."""
        row: Row | None = await self.session.get(model, ident)
        if row is None:
            raise NotFound
        self.work.lead = self.work.lead or row
        return row

    async def lock(self, model: type[Row], ident: UUID) -> Row:
        """The row, locked to the end of the transaction and checked against If-Match."""
        statement = select(model).where(model.id == ident).with_for_update(key_share=True)
        fresh = statement.execution_options(populate_existing=True)
        row: Row | None = (await self.session.scalars(fresh)).one_or_none()
        if row is None:
            raise NotFound
        self.work.note(row)
        return row

    def add(self, row: Row) -> Row:
        """Add a new row; OUT_OF_SCOPE when its division is not the caller's."""
        if not self.work.caller.covers(row.division):
            raise OutOfScope(division=row.division)
        row.id = row.id or uuid7()
        row.created_at = row.created_at or clock.now()
        self.session.add(row)
        return row

    async def first(self, statement: Select[Row]) -> Row | None:
        """The first row of a query, or None."""
        found: Row | None = (await self.session.scalars(statement.limit(1))).first()
        return found

    async def all(self, statement: Select[Row]) -> list[Row]:
        """Every row of a query that is known to be short."""
        return list((await self.session.scalars(statement)).all())

    async def page(self, statement: Select[Row], model: type[Row], page: "PageRequest") -> "Page[Row]":
        """One keyset page, newest first."""
        limited = statement.order_by(model.id.desc()).limit(page.limit + 1)
        if page.after is not None:
            limited = limited.where(model.id < UUID(page.after))
        rows = await self.all(limited)
        return page.cut(rows, key=lambda row: str(row.id))
