"""Let needs be merged and split, and remember every merge."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0013"
down_revision = "0012"

STATES = "submitted triaged accepted linked planned responded closed reopened rejected withdrawn merged"
ENDS = ("split", "left", "withdrawn", "released")


def upgrade() -> None:
    _let_needs_be_merged()
    _create_merges()
    migrate.protect("need_merges", "merge_leavers")
    source = "ours: a week to leave a merge, as long as the publicity of a resolution"
    migrate.add_rule("merge_opt_out_days", "7", source)


def _let_needs_be_merged() -> None:
    known = ", ".join(f"'{state}'" for state in STATES.split())
    op.drop_constraint("needstate", "needs", type_="check")
    op.create_check_constraint("needstate", "needs", f"state in ({known})")
    op.add_column("needs", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_needs_merged_into_id_needs", "needs", "needs", ["merged_into_id"], ["id"])
    op.create_index(
        "ix_needs_merged_into_id", "needs", ["merged_into_id"], postgresql_where="merged_into_id is not null"
    )


def _create_merges() -> None:
    end = sa.Enum(*ENDS, name="mergeend", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "need_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("former_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Text(), nullable=False),
        sa.Column("opt_out_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", end, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_need_merges_need_id_needs")),
        sa.ForeignKeyConstraint(["into_id"], ["needs.id"], name=op.f("fk_need_merges_into_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_merges")),
    )
    op.create_index("ix_need_merges_need_id", "need_merges", ["need_id"])
    op.create_index("ix_need_merges_into_id", "need_merges", ["into_id"])
    op.create_index(
        "uq_need_merges_present", "need_merges", ["need_id"], unique=True, postgresql_where="ended_at is null"
    )
    op.create_table(
        "merge_leavers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["need_merges.id"], name=op.f("fk_merge_leavers_merge_id_need_merges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_leavers")),
        sa.UniqueConstraint("merge_id", "person_id", name=op.f("uq_merge_leavers_merge_id")),
    )
