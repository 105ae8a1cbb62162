"""Let the calls about a need be found when its division is merged."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_index(op.f("ix_person_calls_need_id"), "person_calls", ["need_id"], unique=False)
