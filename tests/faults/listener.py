"""A service that only listens, and writes down what it heard in the order it heard it."""

from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from fastapi import FastAPI
from sqlalchemy import BigInteger, Column, Identity, Table, Text, create_engine, insert
from sqlalchemy.orm import DeclarativeBase

from wushe import migrate
from wushe.app import create_service
from wushe.db import TYPES
from wushe.inbox import Consumers, Heard
from wushe.jobs import Sweeps
from wushe.provision import Addresses, provision
from wushe.settings import Settings
from wushe.tables import kit_tables, service_metadata
from wushe.work import Work


class Base(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = TYPES


kit_tables(Base.metadata)
APPLIED = Table(
    "applied",
    Base.metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("aggregate", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)


async def write_down(work: Work, event: Any) -> None:
    """Apply an event: the row and the inbox row are one transaction."""
    values = {"source": event.source, "event_id": event.event_id}
    values |= {"aggregate": event.subject, "sequence": event.sequence}
    await work.session.execute(insert(APPLIED), values)


def create_app(settings: Settings) -> FastAPI:
    consumers = Consumers()
    for verb in ("made", "counted"):
        consumers.handlers[f"cn.wushe.probe.thing.{verb}.v1"] = (Heard, write_down)
    return create_service("listener", settings, routers=[], consumers=consumers, sweeps=Sweeps())


def make_database(admin_url: str) -> Addresses:
    """Provision and fill the listener's database."""
    found = provision(admin_url, "listener", password="test")
    engine = create_engine(found.owner.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        with Operations.context(MigrationContext.configure(connection)):
            migrate.create_kit(role="wushe_listener")
        connection.exec_driver_sql("grant select, insert on applied to wushe_listener")
    engine.dispose()
    return found
