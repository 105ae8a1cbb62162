"""Create schemes, evaluations, rosters, credentials, reports and payout advices."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0002"
down_revision = "0001"

RECORDSTATE = "recorded confirmed disputed"
SCHEMESTATE = "draft frozen"
PHASE = "before mid after"
EVALUATIONSTATE = "pending prepared open closing closed"
REPORTSTATE = "draft final"
CONFLICT = "author team approver interest"
APPEALSTATE = "open upheld dismissed"
ADVICESTATE = "prepared issued"
ADVICEKIND = "pay manual withhold"


def upgrade() -> None:
    _create_copies()
    _create_schemes()
    _create_evaluations()
    _create_rosters()
    _create_keys()
    _create_reports()
    _create_appeals()
    _create_advices()
    migrate.protect(
        "adopted_projects",
        "adopted_records",
        "schemes",
        "evaluations",
        "rosters",
        "roster_entries",
        "issuing_keys",
        "credentials",
        "reports",
        "appeals",
        "payout_advices",
    )


def _code(column: str, values: str, *, name: str, nullable: bool) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _create_copies() -> None:
    op.create_table(
        "adopted_projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author_person_id", sa.Uuid(), nullable=True),
        sa.Column("undertaker_org_id", sa.Uuid(), nullable=True),
        sa.Column("team", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("approvers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("interested", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("interested_orgs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("planned", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("goals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adopted_projects")),
    )
    op.create_index("ix_adopted_projects_division", "adopted_projects", ["division"], unique=False)
    op.create_table(
        "adopted_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("state", RECORDSTATE, name="recordstate", nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adopted_records")),
    )
    op.create_index("ix_adopted_records_division", "adopted_records", ["division"], unique=False)
    op.create_index(op.f("ix_adopted_records_project_id"), "adopted_records", ["project_id"], unique=False)


def _create_schemes() -> None:
    op.create_table(
        "schemes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _code("state", SCHEMESTATE, name="schemestate", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scheme_hash", sa.Text(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_subject", sa.Text(), nullable=False),
        sa.Column("author_person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schemes")),
    )
    op.create_index("ix_schemes_division", "schemes", ["division"], unique=False)
    op.create_index(op.f("ix_schemes_project_id"), "schemes", ["project_id"], unique=False)
    op.create_index(
        "uq_schemes_frozen", "schemes", ["project_id"], unique=True, postgresql_where=sa.text("state = 'frozen'")
    )


def _create_evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("phase", PHASE, name="phase", nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        _code("state", EVALUATIONSTATE, name="evaluationstate", nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("record_count", sa.BigInteger(), nullable=False),
        sa.Column("record_digest", sa.Text(), nullable=False),
        sa.Column("delivered", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("roster_count", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closable_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credential_count", sa.BigInteger(), nullable=True),
        sa.Column("ballot_count", sa.BigInteger(), nullable=True),
        sa.Column("log_root", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["schemes.id"], name=op.f("fk_evaluations_scheme_id_schemes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("project_id", "phase", "round", name=op.f("uq_evaluations_project_id")),
    )
    op.create_index("ix_evaluations_division", "evaluations", ["division"], unique=False)
    op.create_index(
        "ix_evaluations_live",
        "evaluations",
        ["state", "closes_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(op.f("ix_evaluations_scheme_id"), "evaluations", ["scheme_id"], unique=False)


def _create_rosters() -> None:
    op.create_table(
        "rosters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("eligible", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("strata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_rosters_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_rosters_evaluation_id")),
    )
    op.create_index("ix_rosters_division", "rosters", ["division"], unique=False)
    op.create_table(
        "roster_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        _code("conflict", CONFLICT, name="conflict", nullable=True),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_roster_entries_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entries")),
        sa.UniqueConstraint("evaluation_id", "person_id", name=op.f("uq_roster_entries_evaluation_id")),
    )
    op.create_index("ix_roster_entries_division", "roster_entries", ["division"], unique=False)
    op.create_index(op.f("ix_roster_entries_person_id"), "roster_entries", ["person_id"], unique=False)
    op.create_index(
        "ix_roster_entries_uninvited",
        "roster_entries",
        ["evaluation_id"],
        unique=False,
        postgresql_where=sa.text("not invited"),
    )


def _create_keys() -> None:
    op.create_table(
        "issuing_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_der", sa.LargeBinary(), nullable=False),
        sa.Column("private_wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_issuing_keys_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuing_keys")),
        sa.UniqueConstraint("evaluation_id", "stratum", name=op.f("uq_issuing_keys_evaluation_id")),
    )
    op.create_index("ix_issuing_keys_division", "issuing_keys", ["division"], unique=False)
    op.create_table(
        "credentials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("blinded_hash", sa.Text(), nullable=False),
        sa.Column("notified", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["roster_entries.id"], name=op.f("fk_credentials_entry_id_roster_entries")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_credentials_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_credentials_entry_id")),
    )
    op.create_index(op.f("ix_credentials_division"), "credentials", ["division"], unique=False)
    op.create_index("ix_credentials_evaluation_id", "credentials", ["evaluation_id"], unique=False)
    op.create_index(
        "ix_credentials_unnotified",
        "credentials",
        ["evaluation_id"],
        unique=False,
        postgresql_where=sa.text("not notified"),
    )


def _create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("phase", PHASE, name="phase", nullable=False),
        _code("state", REPORTSTATE, name="reportstate", nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_reports_evaluation_id_evaluations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_reports_evaluation_id")),
    )
    op.create_index("ix_reports_division", "reports", ["division"], unique=False)
    op.create_index(
        "ix_reports_draft", "reports", ["appeal_until"], unique=False, postgresql_where=sa.text("state = 'draft'")
    )
    op.create_index(op.f("ix_reports_project_id"), "reports", ["project_id"], unique=False)


def _create_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        _code("state", APPEALSTATE, name="appealstate", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_subject", sa.Text(), nullable=False),
        sa.Column("author_person_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_appeals_evaluation_id_evaluations")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_appeals_report_id_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_author_person_id"), "appeals", ["author_person_id"], unique=False)
    op.create_index("ix_appeals_division", "appeals", ["division"], unique=False)
    op.create_index(op.f("ix_appeals_evaluation_id"), "appeals", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_appeals_report_id"), "appeals", ["report_id"], unique=False)


def _create_advices() -> None:
    op.create_table(
        "payout_advices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        _code("phase", PHASE, name="phase", nullable=False),
        _code("state", ADVICESTATE, name="advicestate", nullable=False),
        _code("kind", ADVICEKIND, name="advicekind", nullable=False),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("factor", sa.Text(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_payout_advices_evaluation_id_evaluations")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_payout_advices_report_id_reports")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_advices")),
        sa.UniqueConstraint("evaluation_id", name=op.f("uq_payout_advices_evaluation_id")),
    )
    op.create_index("ix_payout_advices_division", "payout_advices", ["division"], unique=False)
    op.create_index(op.f("ix_payout_advices_project_id"), "payout_advices", ["project_id"], unique=False)
    op.create_index(op.f("ix_payout_advices_report_id"), "payout_advices", ["report_id"], unique=False)
