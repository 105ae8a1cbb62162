"""Create places and households, and let needs and residents stand in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0005"
down_revision = "0004"

KINDS = ("compound", "group", "building", "entrance", "unit", "grid")


def upgrade() -> None:
    _create_places()
    _create_versions()
    _create_households()
    _place_needs()
    migrate.protect("places", "place_versions", "households")


def _described() -> "list[sa.Column[object]]":
    kind = sa.Enum(*KINDS, name="placekind", native_enum=False, create_constraint=True, length=32)
    return [
        sa.Column("kind", kind, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_centi", sa.BigInteger(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("location", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("covers", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
    ]


def _create_places() -> None:
    state = sa.Enum("active", "retired", name="placestate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "places",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        *_described(),
        sa.Column("state", state, nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["places.id"], name=op.f("fk_places_parent_id_places")),
        sa.ForeignKeyConstraint(["replaced_by"], ["places.id"], name=op.f("fk_places_replaced_by_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index("ix_places_parent_id", "places", ["parent_id"])
    op.create_index("ix_places_division_id", "places", ["division", "id"])
    op.create_index("ix_places_covers", "places", ["covers"], postgresql_using="gin")
    op.create_index(
        "uq_places_name",
        "places",
        ["division", "parent_id", "kind", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where="state = 'active'",
    )


def _create_versions() -> None:
    op.create_table(
        "place_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        *_described(),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_place_versions_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_versions")),
    )
    op.create_index("ix_place_versions_place_id", "place_versions", ["place_id", "valid_from"])
    op.create_index("ix_place_versions_division_id", "place_versions", ["division", "id"])
    op.create_index("ix_place_versions_parent_id", "place_versions", ["parent_id"])


def _create_households() -> None:
    op.create_table(
        "households",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_households_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index("ix_households_place_id", "households", ["place_id"])
    op.create_index("ix_households_division_id", "households", ["division", "id"])
    op.add_column("residents", sa.Column("household_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_residents_household_id_households", "residents", "households", ["household_id"], ["id"])
    op.create_index("ix_residents_household_id", "residents", ["household_id"])


def _place_needs() -> None:
    op.add_column("needs", sa.Column("place_id", sa.Uuid(), nullable=True))
    op.add_column("needs", sa.Column("lon", sa.Double(), nullable=True))
    op.add_column("needs", sa.Column("lat", sa.Double(), nullable=True))
    op.add_column("needs", sa.Column("location", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_foreign_key("fk_needs_place_id_places", "needs", "places", ["place_id"], ["id"])
    op.create_index("ix_needs_spot", "needs", ["division", "lat", "lon"], postgresql_where="lat is not null")
    op.create_index("ix_needs_place_id", "needs", ["place_id"], postgresql_where="place_id is not null")
