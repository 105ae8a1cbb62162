"""Let needs from before the index of words be found by them: the service walks over them afterwards."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0037"
down_revision = "0036"

# As the service itself: the owner of the tables is held by row level security like everybody.
_WHOLE = "select set_config('wushe.lo', '000000000000', true), set_config('wushe.hi', '999999999999', true)"
_BEGIN = """
insert into need_term_walks (id, division, created_at)
select gen_random_uuid(), '000000000000', now() where exists (select from needs)
"""


def upgrade() -> None:
    op.create_table(
        "need_term_walks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_term_walks")),
    )
    migrate.protect("need_term_walks")
    op.execute(_WHOLE)
    op.execute(_BEGIN)
