"""Let every page of needs come out of an index in its order, however many needs there are."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_needs_division_id", "needs", ["division", "id"], unique=False)
    op.create_index("ix_needs_division_state_id", "needs", ["division", "state", "id", "theme"], unique=False)
    op.create_index("ix_needs_state_id", "needs", ["state", "id", "division"], unique=False)
    op.drop_index("ix_needs_division_state_theme", table_name="needs")
