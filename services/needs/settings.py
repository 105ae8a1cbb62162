"""Settings of the needs service."""

from pathlib import Path

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from wushe import pii, settings


class Settings(settings.Settings):
    """What the needs service reads from its environment."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_NEEDS_")

    port: int = settings.PORTS["needs"]
    """Port the process listens on; 0 takes a free one."""
    pii_keys_file: Path | None = None
    """File of lines `index HEX` and `1 HEX`, the keys personal fields are sealed with; required in production."""
    pii_suite: pii.Suite = "international"
    """Ciphers that seal personal fields: AES and SHA-256, or `gm`: SM4 and SM3. Chosen before the first resident."""
    embedding_url: str | None = None
    """Address of an outside embedding model (`POST {"texts": []}`, `{"vectors": [[]]}`) that helps to file needs."""

    @model_validator(mode="after")
    def _personal_fields_have_keys(self) -> "Settings":
        if self.pii_keys_file is not None:
            pii.read_keys(self.pii_keys_file)
        elif self.profile == "production":
            raise ValueError("production needs keys for personal fields: set WUSHE_NEEDS_PII_KEYS_FILE")
        return self
