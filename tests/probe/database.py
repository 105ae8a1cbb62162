"""The probe's database, made the way a migration makes it."""

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine

from tests.probe.service import Base
from wushe import migrate
from wushe.provision import Addresses, provision


def make(admin_url: str, name: str = "probe") -> Addresses:
    """Provision and fill the database of one probe."""
    found = provision(admin_url, name, password="test")
    engine = create_engine(found.owner.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        with Operations.context(MigrationContext.configure(connection)):
            migrate.create_kit(role=f"wushe_{name}")
            migrate.protect("things", role=f"wushe_{name}")
    engine.dispose()
    return found
