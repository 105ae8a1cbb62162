"""Create proxies: who may ask for whom, and which needs were asked that way."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0034"
down_revision = "0033"


def _code(column: str, values: str, *, name: str) -> "sa.Column[str]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def upgrade() -> None:
    op.create_table(
        "proxies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        _code("state", "active ended", name="proxystate"),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("proxy_person_id", sa.Uuid(), nullable=False),
        _code("relation", "family neighbour guardian volunteer worker agency", name="proxyrelation"),
        _code("consent_given", "online spoken written", name="consentmode"),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_proxies_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxies")),
    )
    op.create_index("ix_proxies_division_id", "proxies", ["division", "id"])
    op.create_index("ix_proxies_person_id", "proxies", ["person_id", "id"])
    op.create_index("ix_proxies_proxy_person_id", "proxies", ["proxy_person_id", "id"])
    active, pair = sa.text("state = 'active'"), ["resident_id", "proxy_person_id"]
    op.create_index("uq_proxies_active", "proxies", pair, unique=True, postgresql_where=active)
    op.add_column("needs", sa.Column("proxy_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_needs_proxy_id_proxies"), "needs", "proxies", ["proxy_id"], ["id"])
    asked = sa.text("proxy_id is not null")
    op.create_index("ix_needs_proxy_id", "needs", ["proxy_id", "id"], postgresql_where=asked)
    migrate.protect("proxies")
