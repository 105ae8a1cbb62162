"""Settings every process shares; each service subclasses with its own prefix (docs/settings.md)."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PORTS = {"gateway": 8000, "needs": 8001, "projects": 8002, "resources": 8003, "evaluation": 8004}
DEVELOPMENT_ROOT = "wushe-development-root-not-for-production"
SECRETS = "/run/secrets"


def secrets_folder() -> Path | None:
    """Where secret files lie: the folder ``WUSHE_SECRETS_DIR`` names, or the one a container has."""
    named = os.environ.get("WUSHE_SECRETS_DIR")
    folder = Path(named or SECRETS)
    return folder if named or folder.is_dir() else None


def given(name: str) -> str:
    """A setting by its full name, from the environment or its secret file; empty when there is neither."""
    folder = secrets_folder()
    path = folder / name.lower() if folder else None
    return os.environ.get(name) or (path.read_text().strip() if path and path.is_file() else "")


class Settings(BaseSettings):
    """What one process reads from its environment, prefix ``WUSHE_<SERVICE>_`` unless a full name is given.

    What the environment does not say may be a secret file of the variable's name in lower case.
    """

    model_config = SettingsConfigDict(extra="ignore", validate_default=True, env_ignore_empty=True)

    profile: Literal["development", "production"] = Field("development", validation_alias="WUSHE_PROFILE")
    """`production` refuses development secrets, the development login and the sandbox clock."""
    development_root: str = Field(DEVELOPMENT_ROOT, validation_alias="WUSHE_DEVELOPMENT_ROOT")
    """Secret from which development derives every key; ignored in production."""
    database_url: str = ""
    """PostgreSQL of this service as its runtime role, `postgresql://user:password@host:port/name`."""
    migration_url: str = ""
    """The same database as its owner; only migrations use it."""
    host: str = "127.0.0.1"
    """Address the process listens on."""
    port: int = 0
    """Port the process listens on; 0 takes a free one."""
    work_port: int = 0
    """Port on which `work` answers health and metrics; 0 takes a free one."""
    peers: Annotated[dict[str, str], NoDecode] = {}
    """Addresses of the other processes, `needs=http://host:8001,projects=http://host:8002`."""
    trust_dir: Path | None = None
    """Folder of pair keys `<issuer>-<audience>.key`; required in production."""
    pool_size: int = Field(8, ge=1)
    """Connections to PostgreSQL kept for requests."""
    pool_timeout: float = Field(5, gt=0)
    """Seconds a request waits for a connection before it is answered 503."""
    max_body: int = Field(1_048_576, ge=1024)
    """Largest request body in bytes."""
    head_timeout: float = Field(15, gt=0)
    """Seconds the head of a request may take to arrive, and an empty connection may stay open."""
    lease_seconds: float = Field(60, gt=0)
    """How long a relay may hold a stream; longer than the delivery deadline."""
    delivery_timeout: float = Field(15, gt=0)
    """Seconds the relay waits for a receiver."""
    delivery_attempts: int = Field(12, ge=1)
    """Attempts before an event becomes a dead letter."""
    call_timeout: float = Field(2, gt=0)
    """Seconds a call to another service may take in all."""
    drain_seconds: float = Field(0, ge=0, le=60)
    """Seconds a process told to end goes on accepting while readiness is red: a load balancer's probe interval or two.
    In production 1 unless set; the time until it is killed, 30 seconds, grows with it."""
    background: bool = True
    """Run relay, sealer and job worker in the serving process; in production only when set, `work` runs them there."""
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", validation_alias="WUSHE_LOG_LEVEL")
    """Lowest level written to the log."""

    def __init__(self, **values: Any) -> None:
        super().__init__(_secrets_dir=secrets_folder(), **values)

    @field_validator("peers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return dict(part.split("=", 1) for part in value.split(",") if part)

    @model_validator(mode="after")
    def _production_has_secrets(self) -> "Settings":
        if self.profile == "production" and self.trust_dir is None:
            raise ValueError("production needs a folder of pair keys: set WUSHE_<SERVICE>_TRUST_DIR")
        if self.profile == "production" and "background" not in self.model_fields_set:
            self.background = False
        if self.profile == "production" and "drain_seconds" not in self.model_fields_set:
            self.drain_seconds = 1
        return self
