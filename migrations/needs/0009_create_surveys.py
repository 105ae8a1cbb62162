"""Create questionnaires with their versions, and survey plans."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _create_forms()
    _create_plans()
    migrate.protect("survey_forms", "survey_form_versions", "survey_plans")
    roles = json.dumps(["community_worker", "social_worker", "volunteer"])
    migrate.add_rule("survey_team_roles", roles, "seed A0 L67-69: 社区工作者、社会工作者、社区志愿者")


def _json(column: str) -> "sa.Column[Any]":
    return sa.Column(column, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


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


def _create_forms() -> None:
    op.create_table(
        "survey_forms",
        *_head(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_forms")),
        sa.UniqueConstraint("division", "name", name=op.f("uq_survey_forms_division")),
    )
    op.create_index("ix_survey_forms_division_id", "survey_forms", ["division", "id"])
    op.create_table(
        "survey_form_versions",
        *_head(),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        _json("definition"),
        _json("warnings"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_id"], ["survey_forms.id"], name=op.f("fk_survey_form_versions_form_id_survey_forms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_form_versions")),
        sa.UniqueConstraint("form_id", "number", name=op.f("uq_survey_form_versions_form_id")),
    )
    op.execute("""
        create function survey_form_is_final() returns trigger language plpgsql as $$
        begin
          raise exception 'a version of a questionnaire is final';
        end $$
    """)
    op.execute("""
        create trigger survey_form_is_final before update of definition, number, form_id, sha256
        on survey_form_versions for each row
        when ((old.definition, old.number, old.form_id, old.sha256)
          is distinct from (new.definition, new.number, new.form_id, new.sha256))
        execute function survey_form_is_final()
    """)


def _create_plans() -> None:
    state = sa.Enum(
        *("draft", "fielding", "closed", "cancelled"),
        name="surveyplanstate",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    method = sa.Enum(
        *("census", "quota", "random"), name="samplemethod", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "survey_plans",
        *_head(),
        sa.Column("state", state, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("form_version_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("method", method, nullable=False),
        _json("cells"),
        sa.Column("seed", sa.Text(), nullable=True),
        _json("frame"),
        sa.Column("size", sa.BigInteger(), nullable=True),
        _json("selected"),
        _json("team"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["survey_form_versions.id"],
            name=op.f("fk_survey_plans_form_version_id_survey_form_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_plans")),
    )
    op.create_index("ix_survey_plans_division_id", "survey_plans", ["division", "id"])
    op.create_index(
        "ix_survey_plans_team",
        "survey_plans",
        ["team"],
        postgresql_using="gin",
        postgresql_ops={"team": "jsonb_path_ops"},
    )
