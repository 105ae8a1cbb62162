"""Index what harmless needs say, and weigh what makes two of them one."""

import json

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0023"
down_revision = "0022"

WEIGHTS = {"words": 5, "place": 3, "category": 1, "time": 1, "metres": 300, "days": 90}


def upgrade() -> None:
    op.create_table(
        "need_terms",
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )
    op.create_index("uq_need_terms_term", "need_terms", ["term", "division", "id"], unique=True)
    op.create_index("ix_need_terms_id", "need_terms", ["id"])
    migrate.protect("need_terms")
    source = "ours: words say most, then the place; 300 m is a walk, 90 days the memory of a complaint"
    migrate.add_rule("similar_weights", json.dumps(WEIGHTS), source)
