"""Create the users of mini-programs and the pages to telephones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "wechat_identities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("appid", sa.Text(), nullable=False),
        sa.Column("openid", sa.Text(), nullable=False),
        sa.Column("unionid", sa.Text(), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_wechat_identities_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_identities")),
        sa.UniqueConstraint("appid", "openid", name=op.f("uq_wechat_identities_appid")),
    )
    op.create_index(op.f("ix_wechat_identities_account_id"), "wechat_identities", ["account_id"], unique=False)
    op.create_table(
        "telephone_pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _one_of("pagekind", "sms", "voice"), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("state", _one_of("pagestate", "queued", "sent", "delivered", "failed"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_pages")),
        sa.UniqueConstraint("source", "division", "key", name=op.f("uq_telephone_pages_source")),
    )
    op.create_index(op.f("ix_telephone_pages_provider_id"), "telephone_pages", ["provider_id"], unique=False)
    due = sa.text("state = 'queued'")
    op.create_index("ix_telephone_pages_due", "telephone_pages", ["next_at"], unique=False, postgresql_where=due)
    migrate.protect("wechat_identities", "telephone_pages")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _life() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
