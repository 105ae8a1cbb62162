"""Create funds, allocations, disbursements and the double-entry ledger."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0003"
down_revision = "0002"

FUND_SOURCES = (
    "gov_purchase fiscal_budget welfare_lottery assistance_subsidy minor_protection community_fund charity_donation "
    "enterprise_support owners_fund residents_raise"
)


def upgrade() -> None:
    _create_funds()
    _create_disbursements()
    _create_ledger()
    migrate.protect(
        "funds",
        "donations",
        "allocations",
        "payout_advices",
        "disbursements",
        "approvals",
        "ledger_transactions",
        "ledger_entries",
    )
    _make_ledger_append_only()
    _make_ledger_balance()


def _place() -> "list[sa.Column[Any]]":
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


def _code(column: str, values: str, *, name: str, nullable: bool = False) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _create_funds() -> None:
    op.create_table(
        "funds",
        *_place(),
        sa.Column("name", sa.Text(), nullable=False),
        _code("source", FUND_SOURCES, name="fundsource"),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("allocated_fen", sa.BigInteger(), nullable=False),
        _code("state", "open closed", name="fundstate"),
        *_life(),
        sa.CheckConstraint("allocated_fen between 0 and received_fen", name=op.f("ck_funds_allocated_within_received")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funds")),
    )
    op.create_index(op.f("ix_funds_division"), "funds", ["division", "id"])
    op.create_table(
        "donations",
        *_place(),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("donor_org_id", sa.Uuid(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        *_life(),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_donations_amount")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_donations_fund_id_funds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donations")),
    )
    op.create_index(op.f("ix_donations_division"), "donations", ["division", "id"])
    op.create_index(op.f("ix_donations_donor_org_id"), "donations", ["donor_org_id"])
    op.create_index(op.f("ix_donations_fund_id"), "donations", ["fund_id"])
    op.create_table(
        "allocations",
        *_place(),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        *_life(),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_allocations_amount")),
        sa.CheckConstraint(
            "spent_fen >= 0 and returned_fen between 0 and amount_fen - spent_fen",
            name=op.f("ck_allocations_within_amount"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_allocations_fund_id_funds")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_allocations_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_index(op.f("ix_allocations_fund_id"), "allocations", ["fund_id"])
    op.create_index(op.f("ix_allocations_project_id"), "allocations", ["project_id", "id"])


def _create_disbursements() -> None:
    op.create_table(
        "payout_advices",
        *_place(),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("phase", "before mid after", name="phase"),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        _code("kind", "pay manual withhold", name="advicekind"),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("factor", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_advices")),
        sa.UniqueConstraint("project_id", "phase", name=op.f("uq_payout_advices_project_id")),
    )
    op.create_table(
        "disbursements",
        *_place(),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("tranche_id", sa.Uuid(), nullable=False),
        sa.Column("payee_org_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        _code("gate", "contract_signed milestone evaluation_final acceptance", name="gate"),
        _code("phase", "before mid after", name="phase", nullable=True),
        sa.Column("tranche_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _code("state", "planned due endorsed approved paid withheld", name="disbursementstate"),
        sa.Column("round", sa.BigInteger(), nullable=False),
        _code("advice_kind", "pay manual withhold", name="advicekind", nullable=True),
        sa.Column("factor", sa.Text(), nullable=True),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("is_reached", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        _code("stopped_by", "person advice project", name="stopper", nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.CheckConstraint(
            "tranche_fen > 0 and amount_fen between 0 and tranche_fen", name=op.f("ck_disbursements_amounts")
        ),
        sa.CheckConstraint(
            "(stopped_by is not null) = (state = 'withheld')", name=op.f("ck_disbursements_withheld_by_somebody")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_disbursements_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursements")),
        sa.UniqueConstraint("tranche_id", name=op.f("uq_disbursements_tranche_id")),
    )
    op.create_index(op.f("ix_disbursements_contract_id"), "disbursements", ["contract_id"])
    op.create_index(op.f("ix_disbursements_division"), "disbursements", ["division", "id"])
    op.create_index(op.f("ix_disbursements_payee_org_id"), "disbursements", ["payee_org_id"])
    op.create_index(op.f("ix_disbursements_project_id"), "disbursements", ["project_id", "id"])
    op.create_index(op.f("ix_disbursements_state"), "disbursements", ["state", "id"])
    op.create_table(
        "approvals",
        *_place(),
        sa.Column("disbursement_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursements.id"], name=op.f("fk_approvals_disbursement_id_disbursements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("disbursement_id", "round", "person_id", name=op.f("uq_approvals_disbursement_id")),
    )


def _create_ledger() -> None:
    op.create_table(
        "ledger_transactions",
        *_place(),
        _code("kind", "donation allocation return disbursement", name="kind"),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("kind", "source_id", name=op.f("uq_ledger_transactions_kind")),
    )
    op.create_table(
        "ledger_entries",
        *_place(),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        _code("account", "cash fund project", name="account"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("allocation_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(["fund_id"], ["funds.id"], name=op.f("fk_ledger_entries_fund_id_funds")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id_ledger_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_division"), "ledger_entries", ["division", "id"])
    op.create_index(op.f("ix_ledger_entries_fund_id"), "ledger_entries", ["fund_id", "id"])
    op.create_index(op.f("ix_ledger_entries_project_id"), "ledger_entries", ["project_id", "id"])
    op.create_index(op.f("ix_ledger_entries_transaction_id"), "ledger_entries", ["transaction_id"])


def _make_ledger_append_only() -> None:
    """What is booked stays booked; a mistake is corrected by a further booking (INV-R2)."""
    op.execute("""
        create function booked_is_booked() returns trigger language plpgsql as $$
        begin
          raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
        end $$
    """)
    for table in ("ledger_transactions", "ledger_entries"):
        op.execute(f"""
            create trigger append_only before update or delete or truncate on {table}
            for each statement execute function booked_is_booked()
        """)


def _make_ledger_balance() -> None:
    """Looked at when the transaction commits: only then are all lines of a booking there."""
    op.execute("""
        create function booking_balances() returns trigger language plpgsql as $$
        begin
          if (select sum(amount_fen) from ledger_entries where transaction_id = new.transaction_id) <> 0 then
            raise exception 'debits and credits of booking % differ', new.transaction_id
              using errcode = 'integrity_constraint_violation';
          end if;
          return null;
        end $$
    """)
    op.execute("""
        create constraint trigger booking_balances after insert on ledger_entries
        deferrable initially deferred for each row execute function booking_balances()
    """)
