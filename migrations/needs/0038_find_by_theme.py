"""Find the newest needs of one theme in a community."""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_index(
        "ix_needs_division_theme_id", "needs", ["division", "theme", "id"], postgresql_where="theme is not null"
    )
