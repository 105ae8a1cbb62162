"""Create needs registers and objections; what was published is final."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0020"
down_revision = "0019"

STATES = ("draft", "publicity", "published", "superseded")
# Licheng's four classes (A2 L67); what no other names belongs to the governance of the community.
CLASSES = [
    ("elderly", "老人服务", "Services for older people", ("elderly",)),
    ("children", "儿童关爱", "Care for children", ("child_youth", "school_education")),
    (
        "assistance",
        "社会救助",
        "Social assistance",
        ("social_assistance", "disability", "health_medical", "mental_health", "veterans", "employment"),
    ),
    ("rest", "社区治理", "Community governance", ()),
]


def upgrade() -> None:
    _create_registers()
    _create_objections()
    migrate.protect("need_registers", "register_objections")
    _freeze()
    classes = [{"code": code, "zh": zh, "en": en, "fields": list(fields)} for code, zh, en, fields in CLASSES]
    migrate.add_rule("field_classes", json.dumps(classes, ensure_ascii=False), "A2 L67; ours where silent")
    migrate.add_rule("smallest_cell", "5", "domain pack 2.3, INV-N3 (proposal)")
    migrate.add_rule("register_publicity_days", "7", "ours: a week, as projects are publicised")


def _created() -> "list[sa.Column[object]]":
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _create_registers() -> None:
    state = sa.Enum(*STATES, name="registerstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "need_registers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("publicity_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        *_created(),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["need_registers.id"], name=op.f("fk_need_registers_predecessor_id_need_registers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_registers")),
    )
    op.create_index("ix_need_registers_division_id", "need_registers", ["division", "id"])
    op.create_index("uq_need_registers_number", "need_registers", ["division", "year", "number"], unique=True)
    op.create_index(
        "uq_need_registers_published",
        "need_registers",
        ["division"],
        unique=True,
        postgresql_where="state = 'published'",
    )


def _create_objections() -> None:
    state = sa.Enum("open", "settled", name="objectionstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "register_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("author_person_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        *_created(),
        sa.ForeignKeyConstraint(
            ["register_id"], ["need_registers.id"], name=op.f("fk_register_objections_register_id_need_registers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_objections")),
    )
    op.create_index("ix_register_objections_register_id_id", "register_objections", ["register_id", "id"])
    op.create_index(op.f("ix_register_objections_author_person_id"), "register_objections", ["author_person_id"])


def _freeze() -> None:
    """Lines, number and hash of what was published never change again."""
    op.execute("""
        create function register_is_final() returns trigger language plpgsql as $$
        begin
          raise exception 'a published register is final';
        end $$
    """)
    op.execute("""
        create trigger register_is_final before update on need_registers for each row
        when (old.published_at is not null
          and (old.content, old.title, old.year, old.number, old.content_hash, old.published_at, old.predecessor_id)
            is distinct from
              (new.content, new.title, new.year, new.number, new.content_hash, new.published_at, new.predecessor_id))
        execute function register_is_final()
    """)
