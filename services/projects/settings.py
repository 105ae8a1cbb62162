"""Settings of the projects service."""

from pydantic_settings import SettingsConfigDict

from wushe.settings import PORTS
from wushe.settings import Settings as Shared


class Settings(Shared):
    """What the projects service reads from its environment."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_PROJECTS_")

    port: int = PORTS["projects"]
    """Port the process listens on; 0 takes a free one."""
