"""Note whom this service let go of."""

from wushe import migrate

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    migrate.create_forgotten_persons()
