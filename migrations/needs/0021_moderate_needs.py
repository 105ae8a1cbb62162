"""Let needs be looked at before others see them; those already read stay as visible as they were."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0021"
down_revision = "0020"

STATES = ("unchecked", "pending", "passed", "review", "refused")


def upgrade() -> None:
    kind = sa.Enum(*STATES, name="moderation", native_enum=False, length=32, create_constraint=True)
    op.add_column("needs", sa.Column("moderation", kind, server_default="unchecked", nullable=False))
    migrate.add_rule("moderation_checker", '"none"', "ours: a mini-program open to the public sets it to gateway")
