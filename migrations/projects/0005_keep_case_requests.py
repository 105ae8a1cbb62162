"""Keep what needs ask for: a case of its own for a person."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "case_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("target_group", sa.Text(), nullable=True),
        sa.Column("urgency", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_requests")),
    )
    migrate.protect("case_requests")
