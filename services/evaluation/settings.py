"""What the evaluation service reads from its environment."""

from pathlib import Path

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from wushe import settings


class Settings(settings.Settings):
    """Settings of evaluation, prefix ``WUSHE_EVALUATION_``."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_EVALUATION_")

    port: int = settings.PORTS["evaluation"]
    """Port the process listens on; 0 takes a free one."""
    ballots_database_url: str = ""
    """The ballot side's own database as its runtime role."""
    ballots_migration_url: str = ""
    """The ballot side's database as its owner; only migrations use it."""
    kek_file: Path | None = None
    """File of 32 random bytes that wrap issuing keys; required in production, derived in development."""
    signing_processes: int = Field(1, ge=1, le=16)
    """Processes that make issuing keys and blind signatures."""

    @model_validator(mode="after")
    def _production_has_a_wrapping_key(self) -> "Settings":
        if self.profile == "production" and self.kek_file is None:
            raise ValueError("production needs a wrapping key: set WUSHE_EVALUATION_KEK_FILE")
        return self
