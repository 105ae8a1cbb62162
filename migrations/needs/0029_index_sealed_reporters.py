"""Find sealed names under an older key, to wrap them again."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_index(op.f("ix_crisis_reporters_key_version"), "crisis_reporters", ["key_version"])
