"""Create consents."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0012"
down_revision = "0011"

STATES = "given replaced withdrawn"
PURPOSES = "general separate_sensitive separate_provide separate_publish guardian"
BASES = "consent contract statutory emergency news public_info other_law"
GIVERS = "self guardian proxy"
CHANNELS = "mini_program visit outreach hotline meeting partner paper"


def _code(column: str, values: str, name: str) -> "sa.Column[str]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("state", STATES, "consentstate"),
        _code("purpose", PURPOSES, "consenttype"),
        sa.Column("policy_version", sa.Text(), nullable=False),
        _code("legal_basis", BASES, "legalbasis"),
        _code("given_by", GIVERS, "giver"),
        sa.Column("given_by_person_id", sa.Uuid(), nullable=True),
        _code("channel", CHANNELS, "channel"),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_consents_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index("ix_consents_resident_id", "consents", ["resident_id", "id"], unique=False)
    op.create_index("ix_consents_person_id", "consents", ["person_id", "purpose", "id"], unique=False)
    op.create_index(
        "uq_consents_given", "consents", ["person_id", "purpose"], unique=True, postgresql_where="state = 'given'"
    )
    migrate.protect("consents")
