"""Note whom this service let go of."""

from wushe import migrate

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    migrate.create_forgotten_persons()
