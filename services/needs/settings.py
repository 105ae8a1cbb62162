"""Settings of the needs service."""

from pydantic_settings import SettingsConfigDict

from wushe import settings


class Settings(settings.Settings):
    """What the needs service reads from its environment."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_NEEDS_")

    port: int = settings.PORTS["needs"]
    """Port the process listens on; 0 takes a free one."""
