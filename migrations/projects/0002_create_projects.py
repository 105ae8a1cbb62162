"""Create projects with their plans, decisions, contracts, activities, service records and adopted copies."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0002"
down_revision = "0001"

PROJECTKIND = "public_service activity micro_renovation micro_governance"
PROJECTSTATE = (
    "draft designed deliberating resolved submitted reviewed approved publicised resourcing "
    "implementing suspended completed evaluating accepted archived failed_deliberation rejected cancelled terminated"
)
DIMENSION = "output outcome impact"
FUNDSOURCE = (
    "gov_purchase fiscal_budget welfare_lottery assistance_subsidy minor_protection "
    "community_fund charity_donation enterprise_support owners_fund residents_raise"
)
PARTY = "community social_worker community_org volunteer charity_resource"
SAGASTATE = "open reserved refused expired withdrawn"
BODY = (
    "residents_meeting residents_rep_meeting residents_group villagers_meeting "
    "villagers_rep_meeting villagers_group owners_assembly consultation_committee compound_council"
)
DELIBERATIONSTATE = "counted publicised effective not_passed annulled"
CONTRACTSTATE = "drafted signed withdrawn"
TRANCHEGATE = "contract_signed milestone evaluation_final acceptance"
PHASE = "before mid after"
ACTIVITYSTATE = "scheduled held cancelled"
METHOD = "case group community"
RECORDSTATE = "recorded confirmed disputed lapsed"


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    _create_plans()
    _create_decisions()
    _create_activities()
    _create_copies()
    migrate.protect(
        "projects",
        "goals",
        "budget_lines",
        "team_members",
        "steps",
        "start_sagas",
        "deliberations",
        "contracts",
        "tranches",
        "activities",
        "signups",
        "service_records",
        "adopted_concerns",
        "frozen_schemes",
        "final_reports",
        "payments",
    )


def _code(column: str, codes: str, *, name: str, **more: Any) -> sa.Column[Any]:
    """A column of a fixed set of codes."""
    kind = sa.Enum(*codes.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, **more)


def _create_plans() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _code("kind", PROJECTKIND, name="projectkind", nullable=False),
        _code("state", PROJECTSTATE, name="projectstate", nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("concern_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("author_person_id", sa.Uuid(), nullable=False),
        sa.Column("writer_person_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("writer_org_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("target_groups", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("undertaker_org_id", sa.Uuid(), nullable=True),
        sa.Column("planned_persons", sa.BigInteger(), nullable=False),
        sa.Column("planned_sessions", sa.BigInteger(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("approver_person_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_hash", sa.Text(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_count", sa.BigInteger(), nullable=True),
        sa.Column("record_digest", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("budget_fen >= 0", name=op.f("ck_projects_budget")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index("ix_projects_concern_ids", "projects", ["concern_ids"], unique=False, postgresql_using="gin")
    op.create_index("ix_projects_division_state", "projects", ["division", "state"], unique=False)
    op.create_index(op.f("ix_projects_undertaker_org_id"), "projects", ["undertaker_org_id"], unique=False)
    for writers in ("writer_person_ids", "writer_org_ids"):
        op.create_index(f"ix_projects_{writers}", "projects", [writers], unique=False, postgresql_using="gin")
    op.create_table(
        "goals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        _code("dimension", DIMENSION, name="dimension", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_goals_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goals")),
    )
    op.create_index(op.f("ix_goals_project_id"), "goals", ["project_id"], unique=False)
    op.create_table(
        "budget_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _code("fund_source", FUNDSOURCE, name="fundsource", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_budget_lines_amount")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_budget_lines_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_lines")),
    )
    op.create_index(op.f("ix_budget_lines_project_id"), "budget_lines", ["project_id"], unique=False)
    op.create_table(
        "team_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("party", PARTY, name="party", nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_team_members_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
        sa.UniqueConstraint("project_id", "person_id", name=op.f("uq_team_members_project_id")),
    )
    op.create_index(op.f("ix_team_members_person_id"), "team_members", ["person_id"], unique=False)
    op.create_table(
        "steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_steps_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
    )
    op.create_index(op.f("ix_steps_project_id"), "steps", ["project_id"], unique=False)
    op.create_table(
        "start_sagas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("state", SAGASTATE, name="sagastate", nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_start_sagas_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_sagas")),
    )
    op.create_index(
        "ix_start_sagas_open", "start_sagas", ["deadline"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(op.f("ix_start_sagas_project_id"), "start_sagas", ["project_id"], unique=False)
    op.create_index(
        "uq_start_sagas_one_open",
        "start_sagas",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_decisions() -> None:
    op.create_table(
        "deliberations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("body", BODY, name="body", nullable=False),
        _code("state", DELIBERATIONSTATE, name="deliberationstate", nullable=False),
        sa.Column("rule_code", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.BigInteger(), nullable=False),
        sa.Column("rule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("participating", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("yes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("recorder_person_id", sa.Uuid(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_deliberations_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliberations")),
    )
    op.create_index("ix_deliberations_division", "deliberations", ["division"], unique=False)
    op.create_index(op.f("ix_deliberations_project_id"), "deliberations", ["project_id"], unique=False)
    op.create_index(
        "ix_deliberations_publicity",
        "deliberations",
        ["publicity_ends_at"],
        unique=False,
        postgresql_where=sa.text("state = 'publicised'"),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("state", CONTRACTSTATE, name="contractstate", nullable=False),
        sa.Column("payee_org_id", sa.Uuid(), nullable=False),
        sa.Column("purchaser", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("signer_person_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_contracts_amount")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_contracts_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index("ix_contracts_division", "contracts", ["division"], unique=False)
    op.create_index(op.f("ix_contracts_project_id"), "contracts", ["project_id"], unique=False)
    op.create_table(
        "tranches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _code("gate", TRANCHEGATE, name="tranchegate", nullable=False),
        _code("phase", PHASE, name="phase", nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_tranches_amount")),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_tranches_contract_id_contracts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranches")),
    )
    op.create_index(op.f("ix_tranches_contract_id"), "tranches", ["contract_id"], unique=False)
    # ### end Alembic commands ###


def _create_activities() -> None:
    op.create_table(
        "activities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("state", ACTIVITYSTATE, name="activitystate", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _code("method", METHOD, name="method", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_activities_capacity")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activities_window")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_activities_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_division", "activities", ["division"], unique=False)
    op.create_index(op.f("ix_activities_project_id"), "activities", ["project_id"], unique=False)
    op.create_table(
        "signups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_signups_activity_id_activities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        sa.UniqueConstraint("activity_id", "person_id", name=op.f("uq_signups_activity_id")),
    )
    op.create_index(op.f("ix_signups_person_id"), "signups", ["person_id"], unique=False)
    op.create_table(
        "service_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("state", RECORDSTATE, name="recordstate", nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state in ('recorded', 'confirmed')"),
            using="gist",
            name="ex_service_records_person_time",
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_service_records_minutes")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_service_records_activity_id_activities")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_service_records_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_records")),
        sa.UniqueConstraint("activity_id", "person_id", name=op.f("uq_service_records_activity_id")),
    )
    op.create_index("ix_service_records_division", "service_records", ["division"], unique=False)
    op.create_index(op.f("ix_service_records_person_id"), "service_records", ["person_id"], unique=False)
    op.create_index("ix_service_records_project_id_state", "service_records", ["project_id", "state"], unique=False)


def _create_copies() -> None:
    op.create_table(
        "adopted_concerns",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adopted_concerns")),
    )
    op.create_table(
        "frozen_schemes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_schemes")),
        sa.UniqueConstraint("project_id", name=op.f("uq_frozen_schemes_project_id")),
    )
    op.create_table(
        "final_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("factor", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_reports")),
        sa.UniqueConstraint("project_id", "phase", name=op.f("uq_final_reports_project_id")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("tranche_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("tranche_id", name=op.f("uq_payments_tranche_id")),
    )
    op.create_index(op.f("ix_payments_project_id"), "payments", ["project_id"], unique=False)
