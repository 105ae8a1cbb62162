"""Note whom this service let go of."""

from wushe import migrate

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    migrate.create_forgotten_persons()
