"""Create outings: who is at somebody's door, and when they are expected back."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0030"
down_revision = "0029"

STATES = ("open", "overdue", "alarmed", "returned", "acknowledged")
OUTCOMES = ("safe", "hospital", "police", "handed_over", "false_alarm")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="outingstate", native_enum=False, create_constraint=True, length=32)
    outcome = sa.Enum(*OUTCOMES, name="crisisoutcome", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "outings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", outcome, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_outings_resident_id_residents")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_outings_place_id_places")),
        sa.ForeignKeyConstraint(["ticket_id"], ["crisis_tickets.id"], name=op.f("fk_outings_ticket_id_crisis_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outings")),
    )
    out, due = "state in ('open', 'overdue', 'alarmed')", "state in ('open', 'overdue')"
    op.create_index("ix_outings_division_id", "outings", ["division", "id"])
    op.create_index(op.f("ix_outings_resident_id"), "outings", ["resident_id"])
    op.create_index("uq_outings_person_id", "outings", ["person_id"], unique=True, postgresql_where=out)
    op.create_index("ix_outings_due_at", "outings", ["due_at"], postgresql_where=due)
    migrate.protect("outings")
    migrate.add_rule("outing_grace_minutes", "10", "ours: ten silent minutes after the time a lone visitor named")
