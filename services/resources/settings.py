"""Settings of the resources service."""

from pydantic_settings import SettingsConfigDict

from wushe import settings


class Settings(settings.Settings):
    """What the resources service reads from its environment."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_RESOURCES_")

    port: int = settings.PORTS["resources"]
    """Port the process listens on; 0 takes a free one."""
