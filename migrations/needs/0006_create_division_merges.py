"""Create merges of divisions, and let what they move be found by division."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0006"
down_revision = "0005"

STATES = ("planned", "running", "done")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="divisionmergestate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "division_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("from_codes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("to_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("planned", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_merges")),
    )
    op.create_index("ix_division_merges_division_id", "division_merges", ["division", "id"])
    op.create_index("ix_division_merges_running", "division_merges", ["id"], postgresql_where="state = 'running'")
    op.create_index("ix_residents_division_id", "residents", ["division", "id"])
    op.create_index("ix_concerns_division_id", "concerns", ["division", "id"])
    migrate.protect("division_merges")
