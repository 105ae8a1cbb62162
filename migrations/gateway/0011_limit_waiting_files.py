"""Limit what an account may hand in before it belongs to something, and find it."""

from alembic import op

from wushe import migrate

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_files_waiting", "files", ["uploader"], unique=False, postgresql_where="purge_at is not null")
    migrate.add_rule(
        "file_unattached_megabytes", "500", "ours: a day of visits without a network is some hundred photographs"
    )
