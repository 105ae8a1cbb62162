"""Create residents, needs and concerns."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0002"
down_revision = "0001"

CONCERN_STATES = "draft confirmed published addressed resolved retired"
SERVICE_FIELDS = (
    "elderly child_youth disability social_assistance marriage_family mental_health community_building "
    "environment_facility dispute_mediation drug_rehab correction employment school_education health_medical "
    "migrant veterans emergency women charity_volunteer culture"
)
RESIDENT_STATES = "registered linked"
AGE_BANDS = "0-13 14-17 18-59 60-79 80+"
NEED_STATES = "submitted triaged accepted linked planned responded closed reopened rejected withdrawn"
CHANNELS = "mini_program visit outreach hotline meeting partner paper"
INPUT_MODES = "typed dictated transcribed worker_notes"
TARGET_GROUPS = (
    "extreme_hardship low_income low_income_margin rigid_expense_family elderly living_alone_elderly "
    "empty_nest_elderly oldest_old disabled_frail_elderly child youth left_behind_child child_in_difficulty "
    "disabled women infant_family migrant community_correction released drug_rehab mental_disorder veteran "
    "unemployed special_family_planning_family bereaved residents"
)
URGENCIES = "critical high normal low"
REJECT_REASONS = "not_a_need out_of_remit duplicate not_enough_known"
OUTCOMES = "solved partly not worse no_longer_needed"


def upgrade() -> None:
    _create_registry()
    _create_needs()
    _create_concerns()
    migrate.protect(
        "persons",
        "residents",
        "link_codes",
        "needs",
        "cosignatures",
        "concerns",
        "concern_needs",
        "adopted_projects",
    )
    _freeze_statements()


def _code(column: str, values: str, *, name: str, nullable: bool) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _create_registry() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("label", name=op.f("uq_persons_label")),
    )
    op.create_table(
        "residents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("state", RESIDENT_STATES, name="residentstate", nullable=False),
        _code("age_band", AGE_BANDS, name="ageband", nullable=False),
        sa.Column("target_groups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("guardian_person_id", sa.Uuid(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_residents_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("person_id", name=op.f("uq_residents_person_id")),
    )
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_link_codes_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_link_codes_fingerprint")),
    )
    op.create_index(op.f("ix_link_codes_resident_id"), "link_codes", ["resident_id"], unique=False)


def _create_needs() -> None:
    op.create_table(
        "needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        _code("state", NEED_STATES, name="needstate", nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        _code("channel", CHANNELS, name="channel", nullable=False),
        _code("input", INPUT_MODES, name="inputmode", nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=True),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("author_person_id", sa.Uuid(), nullable=True),
        sa.Column("proxy", sa.Boolean(), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("danger_kinds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _code("field", SERVICE_FIELDS, name="servicefield", nullable=True),
        _code("target_group", TARGET_GROUPS, name="targetgroup", nullable=True),
        _code("urgency", URGENCIES, name="urgency", nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("cosigner_count", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome_expected", sa.Text(), nullable=True),
        _code("reject_reason", REJECT_REASONS, name="rejectreason", nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        _code("outcome", OUTCOMES, name="outcome", nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_needs_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    op.create_index(op.f("ix_needs_author_person_id"), "needs", ["author_person_id"], unique=False)
    op.create_index("ix_needs_division_state_theme", "needs", ["division", "state", "theme"], unique=False)
    op.create_index(
        "ix_needs_due", "needs", ["due_at"], unique=False, postgresql_where="state = 'responded' and not danger"
    )
    op.create_index(op.f("ix_needs_project_id"), "needs", ["project_id"], unique=False)
    op.create_index(op.f("ix_needs_resident_id"), "needs", ["resident_id"], unique=False)
    op.create_table(
        "cosignatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_cosignatures_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignatures")),
        sa.UniqueConstraint("need_id", "person_id", name=op.f("uq_cosignatures_need_id")),
    )
    op.create_index(op.f("ix_cosignatures_person_id"), "cosignatures", ["person_id"], unique=False)


def _create_concerns() -> None:
    op.create_table(
        "concerns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        _code("state", CONCERN_STATES, name="concernstate", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _code("field", SERVICE_FIELDS, name="servicefield", nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("need_count", sa.BigInteger(), nullable=False),
        sa.Column("person_count", sa.BigInteger(), nullable=False),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index(op.f("ix_concerns_state"), "concerns", ["state"], unique=False)
    op.create_table(
        "concern_needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"], name=op.f("fk_concern_needs_concern_id_concerns")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_concern_needs_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_needs")),
        sa.UniqueConstraint("concern_id", "need_id", name=op.f("uq_concern_needs_concern_id")),
    )
    op.create_index(op.f("ix_concern_needs_need_id"), "concern_needs", ["need_id"], unique=False)
    op.create_table(
        "adopted_projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("concern_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adopted_projects")),
    )
    op.create_index(
        "ix_adopted_projects_approved", "adopted_projects", ["division"], unique=False, postgresql_where="approved"
    )


def _freeze_statements() -> None:
    """What a resident said is never rewritten (INV-N6)."""
    op.execute("""
        create function statement_is_final() returns trigger language plpgsql as $$
        begin
          raise exception 'the statement of a need is final';
        end $$
    """)
    op.execute("""
        create trigger statement_is_final before update of statement on needs for each row
        when (old.statement is distinct from new.statement) execute function statement_is_final()
    """)
