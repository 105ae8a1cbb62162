"""Keep the clocks of a need, the asker's words round by round, and what each need asks; with their default rules."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0018"
down_revision = "0017"

OUTCOMES = ("solved", "partly", "not", "worse", "no_longer_needed")
# Hours of working days, each of which has twenty-four; what cannot wait runs around the clock.
SLA_HOURS = {
    "critical": {"triage": 1, "answer": 24, "escalate": 1, "around_the_clock": True},
    "high": {"triage": 24, "answer": 72, "escalate": 24, "around_the_clock": False},
    "normal": {"triage": 48, "answer": 120, "escalate": 24, "around_the_clock": False},
    "low": {"triage": 72, "answer": 240, "escalate": 48, "around_the_clock": False},
}
OFF = {1: (1, 3), 2: (15, 23), 4: (4, 6), 5: (1, 5), 6: (19, 21), 9: (25, 27), 10: (1, 7)}
WORKED = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def upgrade() -> None:
    for name in ("triage_due_at", "answer_due_at", "sla_started_at", "sla_paused_at", "next_due_at"):
        op.add_column("needs", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("escalated_at", "outcome_at"):
        op.add_column("needs", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("overdue", "escalated"):
        op.add_column("needs", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("needs", sa.Column("overdue_level", sa.Integer(), nullable=False, server_default=sa.text("0")))
    for name in ("asks", "ask_answers"):
        op.add_column("needs", sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    _index("ix_needs_next_due", ["next_due_at"], "next_due_at is not null")
    _index("ix_needs_overdue", ["division", "id"], "overdue")
    _index("ix_needs_escalated", ["division", "id"], "escalated")
    _words()
    _rules()


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "needs", columns, unique=False, postgresql_where=sa.text(where))


def _words() -> None:
    outcome = sa.Enum(*OUTCOMES, name="outcome", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "need_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", outcome, nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("asks_solved", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_words_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_words")),
    )
    op.create_index("ix_need_words_division_said_at", "need_words", ["division", "said_at"], unique=False)
    op.create_index(op.f("ix_need_words_need_id"), "need_words", ["need_id"], unique=False)
    migrate.protect("need_words")


def _rules() -> None:
    migrate.add_rule("sla_hours", json.dumps(SLA_HOURS), "ours; five working days is the usual promise of 12345")
    off = [f"2026-{month:02d}-{day:02d}" for month, (first, last) in OFF.items() for day in range(first, last + 1)]
    source = "State Council's arrangement for 2026, from memory: to be checked by the deployer, who adds each next year"
    migrate.add_rule("holidays", json.dumps({"off": off, "working": WORKED}), source)
