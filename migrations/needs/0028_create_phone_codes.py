"""Create codes that are sent to telephones."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_phone_codes_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
    )
    op.create_index(op.f("ix_phone_codes_resident_id"), "phone_codes", ["resident_id"], unique=False)
    op.create_index("ix_phone_codes_account", "phone_codes", ["account", "id"], unique=False)
    migrate.protect("phone_codes")
