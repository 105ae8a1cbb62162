"""Keep files people hand in, and know of every stored byte."""

import sqlalchemy as sa
from alembic import op

from wushe import migrate

revision = "0004"
down_revision = "0003"

KINDS = ("image", "audio", "document")


def upgrade() -> None:
    op.create_table(
        "stored_objects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("doomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_objects")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_objects_sha256")),
    )
    for column in ("pending_since", "doomed_at"):
        op.create_index(
            f"ix_stored_objects_{column.partition('_')[0]}",
            "stored_objects",
            [column],
            unique=False,
            postgresql_where=f"{column} is not null",
        )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("uploader", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="filekind", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("thumbnail_sha256", sa.Text(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owner_subject", sa.Text(), nullable=True),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_objects.sha256"], name=op.f("fk_files_sha256_stored_objects")),
        sa.ForeignKeyConstraint(
            ["thumbnail_sha256"], ["stored_objects.sha256"], name=op.f("fk_files_thumbnail_sha256_stored_objects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    for column in ("person_id", "sha256", "thumbnail_sha256"):
        op.create_index(op.f(f"ix_files_{column}"), "files", [column], unique=False)
    op.create_index("ix_files_purge_at", "files", ["purge_at"], unique=False, postgresql_where="purge_at is not null")
    migrate.protect("files", "stored_objects")
    migrate.add_rule("file_unattached_hours", "24", "ours: a form is filled in and sent within a day")
