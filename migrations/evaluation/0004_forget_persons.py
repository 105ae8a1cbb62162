"""Note whom this service let go of."""

from wushe import migrate

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    migrate.create_forgotten_persons()
