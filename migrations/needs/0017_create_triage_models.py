"""Create the versions of triage help and the labels people confirmed."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0017"
down_revision = "0016"

STATES = "training ready active failed"
FIELDS = (
    "elderly child_youth disability social_assistance marriage_family mental_health community_building "
    "environment_facility dispute_mediation drug_rehab correction employment school_education health_medical migrant "
    "veterans emergency women charity_volunteer culture"
)
GROUPS = (
    "extreme_hardship low_income low_income_margin rigid_expense_family elderly living_alone_elderly "
    "empty_nest_elderly oldest_old disabled_frail_elderly child youth left_behind_child child_in_difficulty disabled "
    "women infant_family migrant community_correction released drug_rehab mental_disorder veteran unemployed "
    "special_family_planning_family bereaved residents"
)
URGENCIES = "critical high normal low"


def upgrade() -> None:
    _create_models()
    _create_labels()
    migrate.protect("triage_models", "triage_parameters", "need_labels")


def _code(column: str, values: str, *, name: str) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=False)


def _head() -> "list[sa.Column[Any]]":
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _made() -> "sa.Column[Any]":
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)


def _create_models() -> None:
    op.create_table(
        "triage_models",
        *_head(),
        _code("state", STATES, name="triagemodelstate"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("label_count", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        _made(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_models")),
        sa.UniqueConstraint("division", "number", name=op.f("uq_triage_models_division")),
    )
    active = sa.text("state = 'active'")
    op.create_index("uq_triage_models_active", "triage_models", ["division"], unique=True, postgresql_where=active)
    op.create_table(
        "triage_parameters",
        *_head(),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("parameters", sa.LargeBinary(), nullable=False),
        _made(),
        sa.ForeignKeyConstraint(
            ["model_id"], ["triage_models.id"], name=op.f("fk_triage_parameters_model_id_triage_models")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_parameters")),
        sa.UniqueConstraint("model_id", name=op.f("uq_triage_parameters_model_id")),
    )


def _create_labels() -> None:
    op.create_table(
        "need_labels",
        *_head(),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=True),
        _code("field", FIELDS, name="servicefield"),
        _code("target_group", GROUPS, name="targetgroup"),
        _code("urgency", URGENCIES, name="urgency"),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("learned", sa.Boolean(), nullable=False),
        _made(),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_labels_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_labels")),
        sa.UniqueConstraint("need_id", name=op.f("uq_need_labels_need_id")),
    )
    op.create_index("ix_need_labels_unlearned", "need_labels", ["division"], postgresql_where=sa.text("not learned"))
