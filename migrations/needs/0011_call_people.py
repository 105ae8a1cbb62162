"""Create the list of people a worker has to call, and name the themes of which nobody is told by message."""

import json

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "person_calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", _one_of("callstate", "waiting", "done"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("result", _one_of("callresult", "reached", "no_answer", "not_reachable", "declined"), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_person_calls_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_calls")),
    )
    waiting = sa.text("state = 'waiting'")
    columns = ["need_id", "person_id"]
    op.create_index("uq_person_calls_waiting", "person_calls", columns, unique=True, postgresql_where=waiting)
    op.create_index("ix_person_calls_division_state_id", "person_calls", ["division", "state", "id"], unique=False)
    migrate.protect("person_calls")
    source = "lifecycle: domestic violence and crisis never appear in inboxes, push previews or family views"
    migrate.add_rule("quiet_themes", json.dumps(["women_dv", "suicide_crisis"]), source)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
