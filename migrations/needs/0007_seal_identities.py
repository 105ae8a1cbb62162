"""Let residents carry a sealed identity, found by blind index, and say how they may be reached."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

GUARDIAN_RELATIONS = "parent grandparent sibling relative foster institution"


def upgrade() -> None:
    relation = sa.Enum(
        *GUARDIAN_RELATIONS.split(), name="guardianrelation", native_enum=False, create_constraint=True, length=32
    )
    op.add_column("residents", sa.Column("group_periods", postgresql.JSONB(), nullable=True))
    op.add_column("residents", sa.Column("guardian_relation", relation, nullable=True))
    op.add_column("residents", sa.Column("safe_contact", postgresql.JSONB(), nullable=True))
    op.add_column("residents", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column("residents", sa.Column("data_key", sa.LargeBinary(), nullable=True))
    op.add_column("residents", sa.Column("key_version", sa.BigInteger(), nullable=True))
    op.add_column("residents", sa.Column("phone_index", sa.Text(), nullable=True))
    op.add_column("residents", sa.Column("id_index", sa.Text(), nullable=True))
    op.create_index(op.f("ix_residents_key_version"), "residents", ["key_version"], unique=False)
    op.create_index(op.f("ix_residents_phone_index"), "residents", ["phone_index"], unique=False)
    op.create_index("uq_residents_id_index", "residents", ["id_index"], unique=True)
