"""Create what people allow to be sent to them and the messages that were to reach them; page our own numbers."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0005"
down_revision = "0004"

# Without a template id, which WeChat gives each mini-program, a notice goes out as a text.
TOLD = {
    "need_accept": "已受理",
    "need_plan": "已列入项目",
    "need_respond": "已答复",
    "need_reject": "未受理",
    "need_close": "已办结",
    "need_outcome": "已办结",
    "need_reopen": "重新办理",
}
MUST_KNOW = ("need_respond", "need_reject", "need_reopen")


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        *_row(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("last_result", sa.Text(), nullable=False),
        *_life(),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_subscriptions_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("account_id", "template_id", name=op.f("uq_subscriptions_account_id")),
    )
    op.create_table(
        "push_choices",
        *_row(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("wechat", sa.Boolean(), nullable=False),
        sa.Column("sms", sa.Boolean(), nullable=False),
        *_life(),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_push_choices_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_choices")),
        sa.UniqueConstraint("account_id", name=op.f("uq_push_choices_account_id")),
    )
    op.create_table(
        "pushes",
        *_row(),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("channel", _one_of("pushchannel", "wechat", "sms"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("openid", sa.Text(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("state", _one_of("pushstate", "queued", "sent", "delivered", "refused", "dead"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushes")),
        sa.UniqueConstraint("message_id", "channel", name=op.f("uq_pushes_message_id")),
    )
    op.create_index(op.f("ix_pushes_provider_id"), "pushes", ["provider_id"], unique=False)
    due = sa.text("state = 'queued'")
    op.create_index("ix_pushes_due", "pushes", ["next_at"], unique=False, postgresql_where=due)
    op.create_index("ix_inbox_messages_about", "inbox_messages", [sa.text("(about ->> 'id')")], unique=False)
    migrate.protect("subscriptions", "push_choices", "pushes")
    op.alter_column("telephone_pages", "person_id", nullable=True)
    op.add_column("telephone_pages", sa.Column("number_ref", sa.Text(), nullable=True))
    rows = [_template(code, word) for code, word in TOLD.items()]
    migrate.add_rule("push_templates", json.dumps(rows, ensure_ascii=False), "ours; template ids are WeChat's to give")


def _template(code: str, word: str) -> dict[str, object]:
    fields = {"thing1": "{notice}", "phrase2": word, "time3": "{time}"}
    page = "pages/need/detail?id={id}"
    return {
        "code": code,
        "template_id": "",
        "page": page,
        "fields": fields,
        "sms": "need_news",
        "call": code in MUST_KNOW,
    }


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _life() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
