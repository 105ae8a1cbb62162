"""Create longer work: tables taken in row by row, what is left of them, and what came of each row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0008"
down_revision = "0007"

STATES = "queued running done failed cancelled"


def upgrade() -> None:
    _create_operations()
    _create_parts()
    migrate.protect("operations", "operation_batches", "operation_rows")
    migrate.add_rule(
        "import_limits",
        '{"rows": 50000}',
        "ours: what a job takes in within minutes; larger tables are split",
    )


def _create_operations() -> None:
    state = sa.Enum(*STATES.split(), name="operationstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "operations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("defaults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("total", "done", "created", "refused")),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("org", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
    )


def _create_parts() -> None:
    for table, own in (("operation_batches", _batch()), ("operation_rows", _row())):
        op.create_table(
            table,
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
            sa.Column("operation_id", sa.Uuid(), nullable=False),
            *own,
            sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(
                ["operation_id"], ["operations.id"], name=op.f(f"fk_{table}_operation_id_operations")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("operation_id", own[0].name, name=op.f(f"uq_{table}_operation_id")),
        )
    op.create_index(
        "ix_operation_rows_refused", "operation_rows", ["operation_id", "number"], postgresql_where="refused"
    )


def _batch() -> "list[sa.Column[object]]":
    return [
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    ]


def _row() -> "list[sa.Column[object]]":
    return [
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=True),
        sa.Column("en", sa.Text(), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
    ]
