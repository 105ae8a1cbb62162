"""Create our copies of notes of service given on visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "visit_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("visitor_person_id", sa.Uuid(), nullable=False),
        sa.Column("resident_person_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notes")),
    )
    op.create_index("ix_visit_notes_division_made_on", "visit_notes", ["division", "made_on"])
    migrate.protect("visit_notes")
