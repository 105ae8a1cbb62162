"""Create the tables every service carries for its writes, events and rules."""

from wushe import migrate

revision = "0001"
down_revision = None


def upgrade() -> None:
    migrate.create_kit_tables()
    migrate.create_kit()
