"""Create referrals, mediations and complaints, and let a need be on a road without a project."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0022"
down_revision = "0021"

_JSON = postgresql.JSONB(astext_type=sa.Text())
_TIME = sa.DateTime(timezone=True)
STATES = "submitted triaged accepted linked planned responded closed reopened rejected withdrawn merged referred"
OUTCOMES = "solved partly not worse no_longer_needed"


def upgrade() -> None:
    known = ", ".join(f"'{state}'" for state in STATES.split())
    op.drop_constraint("needstate", "needs", type_="check")
    op.create_check_constraint("needstate", "needs", f"state in ({known})")
    op.add_column("needs", _code("road", "refer case mediate", name="road", nullable=True))
    _create_referrals()
    _create_mediations()
    _create_complaints()
    migrate.protect("referrals", "mediations", "complaints")
    migrate.add_rule("referral_days", "7", "项目默认值，各地可改 · default, to be set locally")
    migrate.add_rule("judicial_confirmation_days", "30", "人民调解法 33")


def _row() -> "list[sa.Column[Any]]":
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _life() -> "list[sa.Column[Any]]":
    return [
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
    ]


def _code(column: str, values: str, *, name: str, nullable: bool = False) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _times(*names: str) -> "list[sa.Column[Any]]":
    return [sa.Column(name, _TIME, nullable=True) for name in names]


def _text(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _of_need(table: str) -> "list[Any]":
    return [
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f(f"fk_{table}_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _create_referrals() -> None:
    op.create_table(
        "referrals",
        *_row(),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        _code("state", "sent received accepted declined lapsed resulted confirmed", name="referralstate"),
        _code("to_kind", "provider authority", name="receiverkind"),
        _text("to_name"),
        _text("to_division"),
        sa.Column("to_org_id", sa.Uuid(), nullable=True),
        _text("shared"),
        _text("contract", nullable=True),
        _text("reason"),
        sa.Column("sent_by_person_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        *_times("overdue_at", "received_at", "accepted_at"),
        _text("decline_reason", nullable=True),
        _text("result", nullable=True),
        *_times("result_at", "confirmed_at"),
        *_life(),
        *_of_need("referrals"),
    )
    op.create_index("ix_referrals_division_id", "referrals", ["division", "id"])
    op.create_index(op.f("ix_referrals_need_id"), "referrals", ["need_id"])
    waiting = sa.text("state in ('sent', 'received', 'accepted') and overdue_at is null")
    op.create_index("ix_referrals_due", "referrals", ["due_at"], postgresql_where=waiting)


def _create_mediations() -> None:
    op.create_table(
        "mediations",
        *_row(),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        _code("state", "applied agreed_to refused settled failed", name="mediationstate"),
        _code("kind", "neighbour property family other", name="disputekind"),
        _text("application"),
        sa.Column("parties", _JSON, nullable=False),
        sa.Column("services", _JSON, nullable=False),
        sa.Column("sessions", _JSON, nullable=False),
        sa.Column("mediator_person_id", sa.Uuid(), nullable=True),
        sa.Column("applied_at", _TIME, nullable=False),
        _code("form", "written oral", name="agreementform", nullable=True),
        _text("agreement", nullable=True),
        *_times("settled_at", "confirmable_until"),
        _text("ended_reason", nullable=True),
        *_life(),
        *_of_need("mediations"),
    )
    op.create_index("ix_mediations_division_id", "mediations", ["division", "id"])
    op.create_index(op.f("ix_mediations_need_id"), "mediations", ["need_id"])


def _create_complaints() -> None:
    op.create_table(
        "complaints",
        *_row(),
        _code("state", "submitted handling answered closed withdrawn", name="complaintstate"),
        _text("statement"),
        sa.Column("author_person_id", sa.Uuid(), nullable=False),
        sa.Column("about_person_id", sa.Uuid(), nullable=True),
        sa.Column("about_org_id", sa.Uuid(), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        _text("answer", nullable=True),
        _code("outcome", OUTCOMES, name="outcome", nullable=True),
        _text("close_reason", nullable=True),
        sa.Column("submitted_at", _TIME, nullable=False),
        *_times("answered_at", "closed_at"),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index("ix_complaints_division_id", "complaints", ["division", "id"])
    op.create_index(op.f("ix_complaints_author_person_id"), "complaints", ["author_person_id"])
