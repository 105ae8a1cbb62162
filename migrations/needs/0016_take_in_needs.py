"""Record how needs come in: who spoke, files, tracking codes, and what was said without a network."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    _widen_needs()
    _create_files()
    _create_items()
    migrate.protect("need_files", "offline_items")


def _code(column: str, values: str, *, name: str, nullable: bool) -> "sa.Column[object]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _widen_needs() -> None:
    relations = "family neighbour guardian volunteer worker agency"
    for column in (
        _code("proxy_relation", relations, name="proxyrelation", nullable=True),
        sa.Column("reporter_person_id", sa.Uuid(), nullable=True),
        _code("consent_given", "online spoken written", name="consentmode", nullable=True),
        sa.Column("client_ref", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tracking_hash", sa.Text(), nullable=True),
    ):
        op.add_column("needs", column)
    op.create_unique_constraint(op.f("uq_needs_tracking_hash"), "needs", ["tracking_hash"])
    op.create_index("ix_needs_division_submitted_at", "needs", ["division", "submitted_at", "channel"])


def _create_files() -> None:
    op.create_table(
        "need_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        _code("kind", "image audio document", name="filekind", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_files_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_need_files_file_id")),
    )
    op.create_index(op.f("ix_need_files_need_id"), "need_files", ["need_id"])


def _create_items() -> None:
    op.create_table(
        "offline_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        _code("state", "applied held refused", name="itemstate", nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_items")),
        sa.UniqueConstraint("client", "subject", "client_id", name=op.f("uq_offline_items_client")),
    )
    held = sa.text("state = 'held'")
    op.create_index("ix_offline_items_held", "offline_items", ["client", "subject", "base"], postgresql_where=held)
