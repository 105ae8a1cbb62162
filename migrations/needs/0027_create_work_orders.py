"""Create orders of the 12345 hotline, and how they are spoken of until a city says otherwise."""

import json

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0027"
down_revision = "0026"

STATES = ("dispatched", "handling", "completed", "called_back", "returned")
OUTCOMES = ("solved", "partly", "not", "worse", "no_longer_needed")
COLUMNS = {
    "number": "工单编号 工单号 工单编码",
    "statement": "诉求内容 工单内容 反映内容",
    "division": "区划代码 社区代码",
    "place": "诉求地址 事发地址 反映地点",
    "category": "诉求分类 工单分类 问题分类",
    "unit": "承办单位 处置单位 办理单位",
    "status": "工单状态 办理状态",
    "dispatched_at": "派单时间",
    "due_at": "办理时限 截止时间",
    "completed_at": "办结时间",
    "reply": "办理结果 办结意见 答复内容",
    "result": "回访结果 解决情况",
    "satisfaction": "满意度",
    "phone": "联系电话 来电号码",
}
WORDS = {
    "states": {
        "dispatched": "已派单 待签收 派单",
        "handling": "处理中 办理中 已签收 处理",
        "completed": "已办结 办结 待回访",
        "called_back": "已回访 回访 已归档",
        "returned": "已退单 退单",
    },
    "results": {"solved": "已解决 解决", "partly": "部分解决", "not": "未解决", "no_longer_needed": "已撤诉"},
    "satisfaction": {"solved": "满意 非常满意", "partly": "基本满意 一般", "not": "不满意 非常不满意"},
}
CATEGORIES = {
    "市政": "environment_facility",
    "路灯": "environment_facility",
    "环境卫生": "environment_facility",
    "物业": "community_building",
    "养老": "elderly",
    "教育": "school_education",
    "医疗": "health_medical",
    "社会救助": "social_assistance",
    "残疾": "disability",
    "噪音": "dispute_mediation",
    "邻里": "dispute_mediation",
    "就业": "employment",
    "退役军人": "veterans",
}


def upgrade() -> None:
    op.create_table(
        "work_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("tenant", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("state", _code("workorderstate", STATES), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", _code("outcome", OUTCOMES), nullable=True),
        sa.Column("satisfaction", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_work_orders_need_id_needs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_orders")),
        sa.UniqueConstraint("need_id", name=op.f("uq_work_orders_need_id")),
        sa.UniqueConstraint("tenant", "number", name=op.f("uq_work_orders_tenant")),
    )
    op.create_index("ix_work_orders_division_id", "work_orders", ["division", "id"], unique=False)
    migrate.protect("work_orders")
    mapping = {
        "columns": {name: heads.split() for name, heads in COLUMNS.items()},
        **{kind: {code: each.split() for code, each in words.items()} for kind, words in WORDS.items()},
        "categories": CATEGORIES,
        "consent_version": "12345",
    }
    source = "ours, after how such lists commonly look (from memory); every city's own differs and replaces it"
    migrate.add_rule("work_order_mapping", json.dumps(mapping, ensure_ascii=False), source)


def _code(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32, create_constraint=True)
