"""Create ballot boxes, their public keys and ballots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "ballot_boxes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("k", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("root", sa.Text(), nullable=True),
        sa.Column("roster_count", sa.BigInteger(), nullable=True),
        sa.Column("credential_count", sa.BigInteger(), nullable=True),
        sa.Column("ballot_count", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_boxes")),
    )
    op.create_table(
        "ballot_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("public_der", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_ballot_keys_box_id_ballot_boxes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_keys")),
        sa.UniqueConstraint("box_id", "stratum", name=op.f("uq_ballot_keys_box_id")),
    )
    op.create_table(
        "ballots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("box_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["ballot_boxes.id"], name=op.f("fk_ballots_box_id_ballot_boxes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("box_id", "token_hash", name=op.f("uq_ballots_box_id")),
    )
    role = op.get_context().config.attributes["runtime_role"]
    op.execute(f"grant select, insert, update on ballot_boxes to {role}")
    op.execute(f"grant select, insert on ballot_keys to {role}")
    # A ballot is final: it can be put in, and taken out to be put back elsewhere, but never changed.
    op.execute(f"grant select, insert, delete on ballots to {role}")
