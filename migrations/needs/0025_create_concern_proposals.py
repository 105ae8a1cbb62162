"""Create proposals for shared concerns, and the runs that find them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    _create_proposals()
    _create_runs()
    migrate.protect("concern_proposals", "proposal_runs")
    limits = {"anchor": 0.25, "likeness": 0.3, "same_place": 0.05, "gap_days": 180}
    migrate.add_rule("clustering", json.dumps(limits), "ours, tried on the labelled needs: bench.needs prints how well")
    migrate.add_rule("proposal_hours", "24", "ours: every county is looked at once a day")


def _head() -> "list[sa.Column[Any]]":
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _life() -> "list[sa.Column[Any]]":
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _create_proposals() -> None:
    op.create_table(
        "concern_proposals",
        *_head(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=True),
        sa.Column("need_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("person_count", sa.BigInteger(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_proposals")),
    )
    op.create_index("ix_concern_proposals_division", "concern_proposals", ["division", "person_count"])


def _create_runs() -> None:
    states = sa.Enum("running", "done", name="proposalrunstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "proposal_runs",
        *_head(),
        sa.Column("state", states, nullable=False),
        sa.Column("need_count", sa.BigInteger(), nullable=False),
        sa.Column("proposal_count", sa.BigInteger(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_runs")),
    )
    op.create_index("ix_proposal_runs_division_id", "proposal_runs", ["division", "id"])
