"""Keep by what concerns are ordered, and the formula that says so."""

import json

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0026"
down_revision = "0025"

FORMULA = {
    "weights": {"urgency": 0.4, "fit": 0.2, "breadth": 0.3, "waiting": 0.1},
    "urgency": {"critical": 1.0, "high": 0.75, "normal": 0.4, "low": 0.15},
    # What social work can do most about; repairs and disputes are first somebody else's trade.
    "fit": {
        "elderly": 1.0,
        "child_youth": 1.0,
        "disability": 1.0,
        "marriage_family": 1.0,
        "mental_health": 1.0,
        "social_assistance": 0.8,
        "school_education": 0.8,
        "environment_facility": 0.4,
        "dispute_mediation": 0.5,
        "emergency": 0.4,
    },
    "other_fit": 0.6,
    "full_breadth": 100,
    "full_wait_days": 90,
    "equity_groups": [
        "extreme_hardship",
        "disabled",
        "child",
        "left_behind_child",
        "child_in_difficulty",
        "disabled_frail_elderly",
        "mental_disorder",
        "bereaved",
    ],
    "equity_share": 0.2,
}


def upgrade() -> None:
    op.add_column("concerns", sa.Column("priority", sa.Double(), server_default="0", nullable=False))
    op.create_index("ix_concerns_priority", "concerns", ["priority", "id"])
    source = "criteria of seed A2 L79 (群众急需、服务专业、受益广泛); weights, scales and floor are ours"
    migrate.add_rule("priority_formula", json.dumps(FORMULA), source)
