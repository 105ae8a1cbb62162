"""Take dancing and skipping out of the crisis net: its shortest pattern for a leap had caught 要跳广场舞."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

GONE = "要跳"
INSTEAD = "要跳下 要跳了 要跳江 要跳海 要跳湖 要跳河 跳江 跳海 说要跳 阳台…要跳 窗台…要跳 窗户…要跳 桥…要跳"
_FIND = sa.text("select value from rule where code = 'crisis_net' and division = '000000000000' and version = 1")
_KEEP = sa.text(
    "update rule set value = cast(:value as jsonb)"
    " where code = 'crisis_net' and division = '000000000000' and version = 1"
)


def upgrade() -> None:
    """The default itself is changed: a version a deployer has written since stays as it was written."""
    net = op.get_bind().execute(_FIND).scalar_one()
    op.get_bind().execute(_KEEP, {"value": json.dumps(narrowed(net), ensure_ascii=False)})


def narrowed(net: "list[dict[str, list[str]]]") -> "list[dict[str, list[str]]]":
    """The net's rows with the one pattern said more exactly, each once."""
    return [{**row, "patterns": [*dict.fromkeys(_exactly(row["patterns"]))]} for row in net]


def _exactly(patterns: "list[str]") -> "list[str]":
    return [said for each in patterns for said in (INSTEAD.split() if each == GONE else [each])]
