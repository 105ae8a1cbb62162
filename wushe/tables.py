"""The tables every service carries for its writes, events and rules."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Division = String(12, collation="C")

# Rows of the kit carry no residents' matters; the runtime role reads them whole and row level security skips them.
KIT_TABLES = (
    "idempotency",
    "audit",
    "audit_head",
    "event",
    "stream",
    "delivery",
    "inbox",
    "rule",
    "sandbox_clock",
    "external_id",
)


def service_metadata() -> MetaData:
    """A metadata object with predictable constraint names, so that migrations can drop them."""
    return MetaData(naming_convention=CONVENTION)


def _when(name: str, *, index: bool = False) -> Column[datetime]:
    """An instant the database's clock fills in."""
    moment = DateTime(timezone=True)
    return Column(name, moment, server_default=func.clock_timestamp(), nullable=False, index=index)


def kit_tables(metadata: MetaData) -> dict[str, Table]:
    """The tables every service carries for its writes, events and rules."""
    _write_tables(metadata)
    _event_table(metadata)
    _delivery_tables(metadata)
    _reference_tables(metadata)
    return {name: metadata.tables[name] for name in KIT_TABLES}


def _write_tables(metadata: MetaData) -> None:
    Table(
        "idempotency",
        metadata,
        Column("key_hash", Text, primary_key=True),
        Column("body_hash", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", Text, nullable=False),
        Column("etag", Text),
        _when("created_at", index=True),
    )
    Table(
        "audit",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        _when("at"),
        Column("division", Division, nullable=False),
        Column("actor", Text, nullable=False),
        Column("person_id", Text),
        Column("role", Text, nullable=False),
        Column("scope", Text, nullable=False),
        Column("verb", Text, nullable=False),
        Column("subject", Text, nullable=False, index=True),
        Column("reason", Text),
        Column("before_hash", Text),
        Column("after_hash", Text),
        Column("request_id", Text, nullable=False),
        Column("position", BigInteger, unique=True),
        Column("hash", Text),
    ).append_constraint(CheckConstraint("(position is null) = (hash is null)", name="sealed"))
    Index("ix_audit_unsealed", metadata.tables["audit"].c.id, postgresql_where=Column("position").is_(None))
    Table(
        "audit_head",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("position", BigInteger, nullable=False),
        Column("hash", Text, nullable=False),
    )


def _event_table(metadata: MetaData) -> None:
    Table(
        "event",
        metadata,
        Column("id", Text, primary_key=True),
        Column("aggregate", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("body", Text, nullable=False),
        _when("created_at", index=True),
        UniqueConstraint("aggregate", "sequence"),
    )


def _delivery_tables(metadata: MetaData) -> None:
    stream = Table(
        "stream",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("destination", Text, nullable=False),
        Column("aggregate", Text, nullable=False),
        Column("due_at", DateTime(timezone=True)),
        Column("lease", Text),
        Column("attempts", Integer, nullable=False, server_default="0"),
        UniqueConstraint("destination", "aggregate"),
    )
    Index("ix_stream_due", stream.c.destination, stream.c.due_at, postgresql_where=stream.c.due_at.isnot(None))
    delivery = Table(
        "delivery",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("stream_id", BigInteger, nullable=False),
        Column("event_id", Text, nullable=False, index=True),
        Column("state", Text, nullable=False, server_default="pending"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("last_code", Integer),
        Column("last_error", Text),
        Column("done_at", DateTime(timezone=True)),
        UniqueConstraint("stream_id", "event_id"),
        CheckConstraint("state in ('pending', 'done', 'dead')", name="state"),
    )
    Index("ix_delivery_pending", delivery.c.stream_id, delivery.c.id, postgresql_where=delivery.c.state == "pending")
    Index("ix_delivery_dead", delivery.c.id, postgresql_where=delivery.c.state == "dead")
    Table(
        "inbox",
        metadata,
        Column("source", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        _when("received_at", index=True),
    )


def _reference_tables(metadata: MetaData) -> None:
    Table(
        "rule",
        metadata,
        Column("code", Text, primary_key=True),
        Column("division", Division, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("valid_from", DateTime(timezone=True), nullable=False),
        Column("valid_to", DateTime(timezone=True)),
        Column("value", JSONB, nullable=False),
        Column("source", Text, nullable=False),
    )
    Table(
        "sandbox_clock",
        metadata,
        Column("county", Division, primary_key=True),
        Column("offset_seconds", BigInteger, nullable=False),
    )
    Table(
        "external_id",
        metadata,
        Column("collection", Text, primary_key=True),
        Column("client", Text, primary_key=True),
        Column("system", Text, primary_key=True),
        Column("value", Text, primary_key=True),
        Column("object_id", Text, nullable=False, index=True),
        _when("created_at"),
    )
