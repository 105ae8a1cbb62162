"""Take in tables of a hundred thousand rows: they are worked through by batches, so length costs time and no memory."""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Only where nobody chose a limit of their own."""
    op.execute(
        """update rule set value = '{"rows": 200000}', source = 'ours: longer tables are split'
            where code = 'import_limits' and division = '000000000000' and version = 1
            and value = '{"rows": 50000}'"""
    )
