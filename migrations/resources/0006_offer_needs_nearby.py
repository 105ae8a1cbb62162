"""Let providers say that they want to be asked about needs nearby, and keep what they were asked."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0006"
down_revision = "0005"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("providers", sa.Column("accepts_offers", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("providers", sa.Column("lon", sa.Double(), nullable=True))
    op.add_column("providers", sa.Column("lat", sa.Double(), nullable=True))
    op.add_column("providers", sa.Column("offers_person_id", sa.Uuid(), nullable=True))
    willing = sa.text("accepts_offers")
    op.create_index("ix_providers_willing", "providers", ["lat", "lon"], postgresql_where=willing)
    _create_offers()
    migrate.protect("need_offers")
    source = "项目默认值，各地可改 · default, to be set locally"
    migrate.add_rule("offer_radius_m", "1000", source)
    migrate.add_rule("offer_limit", "20", source)
    migrate.add_rule("need_offer_days", "7", source)


def _code(column: str, values: str, *, name: str) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def _create_offers() -> None:
    op.create_table(
        "need_offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("metres", sa.BigInteger(), nullable=False),
        _code("state", "proposed offered accepted declined expired", name="offerstate"),
        _code("channel", "notice none", name="offerchannel"),
        _code("delivery", "waiting sent unreached answered", name="offerdelivery"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_need_offers_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_offers")),
        sa.UniqueConstraint("need_id", "provider_id", name=op.f("uq_need_offers_need_id")),
    )
    op.create_index(op.f("ix_need_offers_division"), "need_offers", ["division", "id"])
    op.create_index(op.f("ix_need_offers_provider_id"), "need_offers", ["provider_id"])
    due = sa.text("state = 'offered'")
    op.create_index("ix_need_offers_due", "need_offers", ["expires_at"], postgresql_where=due)
