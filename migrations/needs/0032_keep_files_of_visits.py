"""Keep which files belong to a visit, so that whoever may read it may see them."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "visit_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_files_visit_id_visits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_visit_files_file_id")),
    )
    op.create_index(op.f("ix_visit_files_visit_id"), "visit_files", ["visit_id"])
    migrate.protect("visit_files")
