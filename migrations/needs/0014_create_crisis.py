"""Create crisis tickets with their pages, receipts and sealed reporters, and the duty rota."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0014"
down_revision = "0013"

_JSON = postgresql.JSONB(astext_type=sa.Text())
_TIME = sa.DateTime(timezone=True)
POSTS = "first backup supervisor assigned fallback"

# Proposals: the law says at once; an hour is when the supervisor is told that it was not done.
WORDS = (
    "孩子 小孩 娃 女儿 儿子 孙子 孙女 外孙 婴儿 宝宝 学生 未成年 女孩 男孩 小学 初中 幼儿园 残疾 智力 智障 精神病 痴呆 "
    "失智 失能 瘫 卧床 聋 哑 老人 老太 老头 八十 九十 奶奶 爷爷 外婆 外公 阿婆 阿公"
)
REPORTING = {
    "kinds": ["violence", "child_neglect"],
    "always": ["child_neglect"],
    "groups": [
        "child",
        "left_behind_child",
        "child_in_difficulty",
        "mental_disorder",
        "disabled",
        "disabled_frail_elderly",
        "oldest_old",
    ],
    "words": WORDS.split(),
    "minutes": 60,
}
FALLBACK = [{"phone": "12345", "channel": "voice", "zh": "政务服务便民热线"}]


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    op.add_column("needs", sa.Column("author_sealed", sa.Boolean(), server_default=sa.false(), nullable=False))
    _create_tickets()
    _create_pages()
    _create_records()
    _create_rota()
    migrate.protect("crisis_tickets", "crisis_pages", "crisis_reports", "crisis_reporters", "duty_rosters")
    _never_delete()
    migrate.add_rule("crisis_ack_minutes", "5", "项目默认值，各地可改 · default, to be set locally")
    migrate.add_rule("crisis_fallback", json.dumps(FALLBACK), "项目默认值，各地可改 · default, to be set locally")
    migrate.add_rule("crisis_reporting", json.dumps(REPORTING), "反家庭暴力法 14；未成年人保护法 11")


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


def _create_tickets() -> None:
    op.create_table(
        "crisis_tickets",
        *_row(),
        _code("state", "open acknowledged resolved", name="crisisstate"),
        _code("origin", "need triage visit button service", name="crisisorigin"),
        sa.Column("need_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("kinds", _JSON, nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("must_report", sa.Boolean(), nullable=False),
        *_times("report_due_at", "report_chased_at", "reported_at"),
        sa.Column("no_report_reason", sa.Text(), nullable=True),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        *_times("next_page_at"),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("ack_due_at", _TIME, nullable=False),
        sa.Column("assigned_person_id", sa.Uuid(), nullable=True),
        *_times("acknowledged_at", "resolved_at"),
        _code("outcome", "safe hospital police handed_over false_alarm", name="crisisoutcome", nullable=True),
        sa.Column("done", sa.Text(), nullable=True),
        *_life(),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_crisis_tickets_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_crisis_tickets_resident_id_residents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_tickets")),
    )
    op.create_index("ix_crisis_tickets_division_id", "crisis_tickets", ["division", "id"])
    op.create_index(op.f("ix_crisis_tickets_resident_id"), "crisis_tickets", ["resident_id"])
    unresolved, unreported = "state <> 'resolved'", "must_report and reported_at is null and report_chased_at is null"
    op.create_index(
        "uq_crisis_tickets_unresolved", "crisis_tickets", ["need_id"], unique=True, postgresql_where=sa.text(unresolved)
    )
    op.create_index(
        "ix_crisis_tickets_next_page", "crisis_tickets", ["next_page_at"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_crisis_tickets_report", "crisis_tickets", ["report_due_at"], postgresql_where=sa.text(unreported)
    )


def _create_pages() -> None:
    op.create_table(
        "crisis_pages",
        *_row(),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        _code("post", POSTS, name="dutypost"),
        sa.Column("tier", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        _code("channel", "sms voice", name="pagechannel"),
        _code("state", "pending sent delivered failed cancelled acknowledged", name="pagestate"),
        sa.Column("outside_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        *_times("tried_at"),
        sa.Column("asked_at", _TIME, nullable=False),
        *_times("sent_at", "delivered_at", "failed_at", "acknowledged_at"),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["crisis_tickets.id"], name=op.f("fk_crisis_pages_ticket_id_crisis_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_pages")),
    )
    op.create_index(op.f("ix_crisis_pages_ticket_id"), "crisis_pages", ["ticket_id"])
    unsettled = sa.text("state in ('pending', 'sent')")
    op.create_index("ix_crisis_pages_unsettled", "crisis_pages", ["state", "tried_at"], postgresql_where=unsettled)


def _create_records() -> None:
    op.create_table(
        "crisis_reports",
        *_row(),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        _code("authority", "police civil_affairs education other", name="authority"),
        sa.Column("reported_at", _TIME, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["crisis_tickets.id"], name=op.f("fk_crisis_reports_ticket_id_crisis_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_reports")),
    )
    op.create_index(op.f("ix_crisis_reports_ticket_id"), "crisis_reports", ["ticket_id"])
    op.create_table(
        "crisis_reporters",
        *_row(),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("key_version", sa.BigInteger(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["crisis_tickets.id"], name=op.f("fk_crisis_reporters_ticket_id_crisis_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_reporters")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_crisis_reporters_ticket_id")),
    )


def _create_rota() -> None:
    op.create_table(
        "duty_rosters",
        *_row(),
        sa.Column("starts_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("people", _JSON, nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_rosters")),
        postgresql.ExcludeConstraint(
            ("division", "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_duty_rosters_one_at_a_time",
        ),
    )
    op.create_index("ix_duty_rosters_division_id", "duty_rosters", ["division", "id"])


def _never_delete() -> None:
    """What was told of danger, and what was done about it, is never taken away."""
    op.execute("""
        create function crisis_is_kept() returns trigger language plpgsql as $$
        begin
          raise exception 'what is known of a crisis is never deleted';
        end $$
    """)
    for table in ("crisis_tickets", "crisis_pages", "crisis_reports", "crisis_reporters"):
        op.execute(
            f"create trigger crisis_is_kept before delete on {table} for each row execute function crisis_is_kept()"
        )
