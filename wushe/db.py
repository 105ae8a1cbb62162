"""Engines, column types, the rows every service owes, and queries limited to one caller's scope."""

import enum
import json
import os
import time
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    Integer,
    Text,
    event,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from wushe import clock
from wushe.tables import Division, kit_tables, service_metadata

__all__ = ["TYPES", "Aggregate", "Scoped", "kit_tables", "service_metadata", "uuid7"]

LOCK_SECONDS, STATEMENT_SECONDS = 5, 15
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
    """An asyncpg engine from a driverless ``postgresql://`` address; RoleUnlimited for a role that sees everything."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_pre_ping=False,
        # A fault must not carry what people wrote into a log.
        hide_parameters=True,
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            # A process frozen inside a transaction must not hold its locks for ever.
            "server_settings": {
                "idle_in_transaction_session_timeout": "10s",
                "lock_timeout": f"{LOCK_SECONDS}s",
                "statement_timeout": f"{STATEMENT_SECONDS}s",
                "timezone": "UTC",
            },
        },
    )
    event.listen(engine.sync_engine, "connect", _require_limited)
    return engine


class RoleUnlimited(RuntimeError):
    """Row level security does not hold this database role, so every division would lie open to everybody."""


def _require_limited(connection: Any, _: Any) -> None:
    if connection.run_async(_is_unlimited):
        connection.close()
        raise RoleUnlimited("a service connects as a role that is neither superuser nor BYPASSRLS")


async def _is_unlimited(connection: Any) -> bool:
    found: bool = await connection.fetchval(
        "select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user"
    )
    return found
