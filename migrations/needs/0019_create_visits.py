"""Create visits, what is to be done after them, and the counts of a survey."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0019"
down_revision = "0018"

CHANNELS = "mini_program visit outreach hotline meeting partner paper"


def upgrade() -> None:
    _create_visits()
    _create_follow_ups()
    _create_counts()
    op.add_column("needs", sa.Column("visit_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_needs_visit_id_visits"), "needs", "visits", ["visit_id"], ["id"])
    op.create_index("ix_needs_visit_id", "needs", ["visit_id"], postgresql_where="visit_id is not null")
    migrate.protect("visits", "follow_ups", "survey_counts", "survey_reached")


def _code(column: str, values: str, *, name: str) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def _head() -> "list[sa.Column[Any]]":
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _when(column: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def _life() -> "list[sa.Column[Any]]":
    return [
        _when("created_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        _when("updated_at"),
    ]


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _create_visits() -> None:
    op.create_table(
        "visits",
        *_head(),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("form_version_id", sa.Uuid(), nullable=True),
        sa.Column("visitor_person_id", sa.Uuid(), nullable=False),
        sa.Column("companion_person_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("resident_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        _code("channel", CHANNELS, name="channel"),
        _code("method", "home phone street station", name="visitmethod"),
        _code("outcome", "reached absent refused", name="visitoutcome"),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("location", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        _when("started_at"),
        _when("ended_at"),
        sa.Column("cell", sa.BigInteger(), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_version", sa.BigInteger(), nullable=True),
        *_life(),
        _refers("visits", "plan_id", "survey_plans"),
        _refers("visits", "form_version_id", "survey_form_versions"),
        _refers("visits", "place_id", "places"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_division_id", "visits", ["division", "id"])
    op.create_index("ix_visits_plan_id", "visits", ["plan_id", "id"])
    op.create_index("ix_visits_visitor_person_id", "visits", ["visitor_person_id", "id"])
    op.create_index("ix_visits_resident_ids", "visits", ["resident_ids"], postgresql_using="gin")
    op.create_index(op.f("ix_visits_key_version"), "visits", ["key_version"])


def _create_follow_ups() -> None:
    op.create_table(
        "follow_ups",
        *_head(),
        _code("state", "open done", name="followupstate"),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_person_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        _when("done_at", nullable=True),
        *_life(),
        _refers("follow_ups", "visit_id", "visits"),
        _refers("follow_ups", "resident_id", "residents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_visit_id"), "follow_ups", ["visit_id"])
    op.create_index(op.f("ix_follow_ups_resident_id"), "follow_ups", ["resident_id"])
    op.create_index("ix_follow_ups_division_id", "follow_ups", ["division", "id"])
    op.create_index("ix_follow_ups_assignee_person_id", "follow_ups", ["assignee_person_id", "id"])
    op.create_index("ix_follow_ups_due_on", "follow_ups", ["due_on", "id"], postgresql_where="state = 'open'")


def _create_counts() -> None:
    numbers = ("visits", "reached", "absent", "refused", "persons", "households")
    op.create_table(
        "survey_counts",
        *_head(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("visitor_person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in numbers),
        _when("created_at"),
        _refers("survey_counts", "plan_id", "survey_plans"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_counts")),
        sa.UniqueConstraint(
            *("plan_id", "cell", "visitor_person_id", "day", "division"), name=op.f("uq_survey_counts_plan_id")
        ),
    )
    op.create_table(
        "survey_reached",
        *_head(),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        _when("created_at"),
        _refers("survey_reached", "plan_id", "survey_plans"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_reached")),
        sa.UniqueConstraint("plan_id", "subject_id", name=op.f("uq_survey_reached_plan_id")),
    )
