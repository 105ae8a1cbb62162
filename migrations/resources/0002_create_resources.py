"""Create providers, volunteers, resources, requests, offers, reservations and deliveries."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wushe import migrate

revision = "0002"
down_revision = "0001"

_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    _create_supply()
    _create_demand()
    _create_bookings()
    migrate.protect(
        "providers",
        "volunteers",
        "social_workers",
        "resources",
        "projects",
        "resource_requests",
        "offers",
        "reservations",
        "deliveries",
    )


def _place() -> "list[sa.Column[Any]]":
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division", sa.String(length=12, collation="C"), nullable=False),
    ]


def _life() -> "list[sa.Column[Any]]":
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _code(column: str, values: str, *, name: str, nullable: bool = False) -> "sa.Column[Any]":
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(column, kind, nullable=nullable)


def _create_supply() -> None:
    op.create_table(
        "providers",
        *_place(),
        sa.Column("name", sa.Text(), nullable=False),
        _code("registration", "registered filed informal", name="registration"),
        sa.Column("uscc", sa.Text(), nullable=True),
        sa.Column("uscc_warnings", _JSON, nullable=False),
        sa.Column("kinds", _JSON, nullable=False),
        _code("state", "registered verified suspended", name="standing"),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        *_life(),
        sa.CheckConstraint(
            "registration <> 'registered' or uscc is not null", name=op.f("ck_providers_registered_has_uscc")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
        sa.UniqueConstraint("uscc", name=op.f("uq_providers_uscc")),
    )
    op.create_index(op.f("ix_providers_division"), "providers", ["division", "id"])
    op.create_index(op.f("ix_providers_state"), "providers", ["state", "id"])
    op.create_table(
        "volunteers",
        *_place(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        sa.Column("availability", _JSON, nullable=False),
        _code("state", "registered verified active suspended left", name="volunteerstate"),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_volunteers_person_id")),
    )
    op.create_index(op.f("ix_volunteers_division"), "volunteers", ["division", "id"])
    op.create_index(op.f("ix_volunteers_state"), "volunteers", ["state", "id"])
    op.create_table(
        "social_workers",
        *_place(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _code("qualification", "none local_worker assistant intermediate senior", name="qualification"),
        sa.Column("org_id", sa.Uuid(), nullable=True),
        _code("state", "registered verified suspended", name="standing"),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        *_life(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_workers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_social_workers_person_id")),
    )
    op.create_index(op.f("ix_social_workers_division"), "social_workers", ["division", "id"])
    op.create_index(op.f("ix_social_workers_org_id"), "social_workers", ["org_id"])
    op.create_index(op.f("ix_social_workers_state"), "social_workers", ["state", "id"])
    op.create_table(
        "resources",
        *_place(),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        _code("kind", "goods funds technology service facility volunteer", name="kind"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        _code("side", "administrative social community", name="side", nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        _code("state", "available withdrawn", name="resourcestate"),
        *_life(),
        sa.CheckConstraint("kind <> 'volunteer'", name=op.f("ck_resources_kind_of_thing")),
        sa.CheckConstraint(
            "reserved between 0 and coalesce(quantity, 0)", name=op.f("ck_resources_reserved_within_quantity")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_resources_provider_id_providers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
    )
    op.create_index(op.f("ix_resources_division"), "resources", ["division", "id"])
    op.create_index(op.f("ix_resources_kind"), "resources", ["kind", "id"])
    op.create_index(op.f("ix_resources_provider_id"), "resources", ["provider_id"])


def _create_demand() -> None:
    op.create_table(
        "projects",
        *_place(),
        sa.Column("title", sa.Text(), nullable=False),
        _code("kind", "public_service activity micro_renovation micro_governance", name="projectkind"),
        _code("state", "designed completed accepted cancelled terminated", name="projectstate"),
        sa.Column("budget_fen", sa.BigInteger(), nullable=False),
        sa.Column("allocated_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("writer_person_ids", _JSON, nullable=False),
        sa.Column("team_person_ids", _JSON, nullable=False),
        sa.Column("undertaker_org_id", sa.Uuid(), nullable=True),
        *_life(),
        sa.CheckConstraint("budget_fen >= 0 and allocated_fen >= 0", name=op.f("ck_projects_amounts")),
        sa.CheckConstraint("paid_fen between 0 and allocated_fen", name=op.f("ck_projects_paid_within_allocated")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_division"), "projects", ["division", "id"])
    op.create_table(
        "resource_requests",
        *_place(),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        _code("kind", "goods funds technology service facility volunteer", name="kind"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        _code("state", "open met cancelled closed", name="requeststate"),
        *_life(),
        sa.CheckConstraint(
            "(starts_at is null) = (ends_at is null) and starts_at < ends_at", name=op.f("ck_resource_requests_period")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_resource_requests_quantity")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_resource_requests_project_id_projects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_requests")),
    )
    op.create_index(op.f("ix_resource_requests_division"), "resource_requests", ["division", "id"])
    op.create_index(op.f("ix_resource_requests_project_id"), "resource_requests", ["project_id", "id"])
    op.create_index(op.f("ix_resource_requests_state"), "resource_requests", ["state", "id"])
    op.create_table(
        "offers",
        *_place(),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _code("state", "proposed offered accepted declined expired", name="offerstate"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_life(),
        sa.CheckConstraint("num_nonnulls(resource_id, volunteer_id) = 1", name=op.f("ck_offers_one_bookable")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_offers_quantity")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_requests.id"], name=op.f("fk_offers_request_id_resource_requests")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_offers_resource_id_resources")),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteers.id"], name=op.f("fk_offers_volunteer_id_volunteers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_division"), "offers", ["division", "id"])
    op.create_index(
        "ix_offers_due", "offers", ["expires_at"], postgresql_where=sa.text("state in ('proposed', 'offered')")
    )
    op.create_index(op.f("ix_offers_request_id"), "offers", ["request_id"])
    op.create_index(op.f("ix_offers_resource_id"), "offers", ["resource_id"])
    op.create_index(op.f("ix_offers_volunteer_id"), "offers", ["volunteer_id"])
    op.create_index(
        "uq_offers_pending",
        "offers",
        ["request_id", sa.literal_column("coalesce(resource_id, volunteer_id)")],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'offered')"),
    )


def _create_bookings() -> None:
    op.create_table(
        "reservations",
        *_place(),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("bookable", sa.Uuid(), nullable=True),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _code("state", "held confirmed used released expired", name="reservationstate"),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saga_id", sa.Uuid(), nullable=True),
        *_life(),
        postgresql.ExcludeConstraint(
            (sa.column("bookable"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("state in ('held', 'confirmed', 'used')"),
            using="gist",
            name="ex_reservations_double_booking",
        ),
        sa.CheckConstraint("bookable is null or during is not null", name=op.f("ck_reservations_bookable_has_period")),
        sa.CheckConstraint("num_nonnulls(resource_id, volunteer_id) = 1", name=op.f("ck_reservations_one_bookable")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_reservations_offer_id_offers")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_reservations_project_id_projects")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_requests.id"], name=op.f("fk_reservations_request_id_resource_requests")
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_reservations_resource_id_resources")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_reservations_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    op.create_index(op.f("ix_reservations_division"), "reservations", ["division", "id"])
    op.create_index(
        "ix_reservations_due", "reservations", ["hold_expires_at"], postgresql_where=sa.text("state = 'held'")
    )
    op.create_index(op.f("ix_reservations_offer_id"), "reservations", ["offer_id"])
    op.create_index(op.f("ix_reservations_project_id"), "reservations", ["project_id", "id"])
    op.create_index(op.f("ix_reservations_request_id"), "reservations", ["request_id"])
    op.create_index(op.f("ix_reservations_resource_id"), "reservations", ["resource_id"])
    op.create_index(op.f("ix_reservations_saga_id"), "reservations", ["saga_id"])
    op.create_index(op.f("ix_reservations_volunteer_id"), "reservations", ["volunteer_id"])
    op.create_table(
        "deliveries",
        *_place(),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        _code("state", "sent confirmed withdrawn", name="deliverystate"),
        sa.Column("sender_account", sa.Text(), nullable=False),
        sa.Column("sender_person_id", sa.Uuid(), nullable=True),
        sa.Column("receiver_person_id", sa.Uuid(), nullable=True),
        *_life(),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_deliveries_quantity")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_deliveries_project_id_projects")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_deliveries_reservation_id_reservations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_division"), "deliveries", ["division", "id"])
    op.create_index(op.f("ix_deliveries_project_id"), "deliveries", ["project_id", "id"])
    op.create_index(op.f("ix_deliveries_reservation_id"), "deliveries", ["reservation_id"])
