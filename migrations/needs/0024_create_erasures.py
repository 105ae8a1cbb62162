"""Create erasures and corrections, and let the words of erased residents, and nobody else's, be redacted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    _create("erasures", "open completed refused", "erasurestate", _erasure())
    _create("corrections", "open settled", "correctionstate", [_text("text"), _text("answer")])
    op.add_column("residents", _text("hold_reason"))
    op.add_column("residents", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_residents_residentstate"), "residents", type_="check")
    op.create_check_constraint(
        op.f("ck_residents_residentstate"), "residents", sa.column("state").in_(["registered", "linked", "erased"])
    )
    migrate.protect("erasures", "corrections")
    _let_words_be_redacted()


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=True)


def _erasure() -> "list[sa.Column[object]]":
    return [
        _text("reason"),
        _text("refused_reason"),
        sa.Column("receipts", postgresql.JSONB(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _create(table: str, states: str, name: str, columns: "list[sa.Column[object]]") -> None:
    state = sa.Enum(*states.split(), name=name, native_enum=False, create_constraint=True, length=32)
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", state, nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f(f"fk_{table}_resident_id_residents")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_resident_id"), table, ["resident_id"], unique=False)
    op.create_index(f"ix_{table}_division_id", table, ["division", "id"], unique=False)


def _let_words_be_redacted() -> None:
    """What a resident said is never rewritten (INV-N6), and goes when they are erased (PIPL 47)."""
    op.execute("""
        create or replace function statement_is_final() returns trigger language plpgsql as $$
        begin
          if new.statement = '（已按本人要求删除 · erased on request）' and exists (
            select from residents where state = 'erased'
              and (id = old.resident_id or person_id = old.author_person_id))
          then
            return new;
          end if;
          raise exception 'the statement of a need is final';
        end $$
    """)
