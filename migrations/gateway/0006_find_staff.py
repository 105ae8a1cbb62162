"""Let whoever holds a role over a division be found, to be told of what waits for them."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_grants_role_division", "grants", ["role", "division"], unique=False)
