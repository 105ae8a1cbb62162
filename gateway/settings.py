"""Settings of the gateway."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from wushe import settings

SERVICES = tuple(name for name in settings.PORTS if name != "gateway")
"""The processes behind the gateway."""


class Settings(settings.Settings):
    """What the gateway reads from its environment."""

    model_config = SettingsConfigDict(env_prefix="WUSHE_GATEWAY_")

    port: int = settings.PORTS["gateway"]
    """Port the process listens on; 0 takes a free one."""
    max_upload: int = Field(33_554_432, ge=1024)
    """Largest body in bytes that is no JSON but a file; each route that takes one sets a lower limit of its own."""
    call_timeout: float = Field(1, gt=0)
    """Seconds a service may take to contribute to a joined answer."""
    deadline: float = Field(25, gt=0)
    """Seconds a request may take to arrive before it is answered 408, and a service to answer it before 504."""
    connect_timeout: float = Field(2, gt=0)
    """Seconds to reach a service before the request is answered 503."""
    connections: int = Field(256, ge=1)
    """Connections kept to each service."""
    token_seconds: int = Field(7200, ge=60, le=86400)
    """How long an access token is good for."""
    signing_key_file: Path | None = None
    """PEM file with the Ed25519 private key tokens are signed with; required in production."""
    requests_per_minute: int = Field(6000, ge=1)
    """Requests one subject may send in a minute."""
    integration_requests_per_minute: int = Field(60_000, ge=1)
    """Requests an agency's system may send in a minute, and events the services at one address may deliver."""
    anonymous_requests_per_minute: int = Field(1200, ge=1)
    """Requests one address may send in a minute without a token, or with a wrong one, or for what is not the API."""
    anonymous_needs_per_minute: int = Field(60, ge=1)
    """Needs without a name one address may send in a minute: each may call somebody on duty."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks of load balancers whose `X-Forwarded-For` is believed, comma separated; else nobody's."""
    metrics_readers: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    """Addresses or networks that may read `/metrics`, comma separated; never through a load balancer."""
    documents_dir: Path = Path(__file__).parent.parent / "openapi"
    """Folder of the services' OpenAPI documents, used where a service does not serve its own."""

    wechat_url: str = "https://api.weixin.qq.com"
    """Where WeChat's server side answers."""
    wechat_appid: str = ""
    """The mini-program residents sign in from; empty where there is none."""
    wechat_secret: str = ""
    """Its AppSecret; a secret file in production."""
    wechat_division: str = Field("000000000000", pattern="^[0-9]{12}$")
    """The division whose residents use the mini-program; who signs in is a resident there until tied to one."""
    telephone_url: str = ""
    """The provider that sends text messages and calls; without one every page fails as `not_configured`."""
    telephone_key: str = ""
    """Secret shared with that provider: it is our bearer token there, and signs what it reports; a secret file."""
    telephone_numbers: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict)
    """Numbers of our own staff by the name services page them by, `name=number,name=number`."""
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = ()
    """Networks of agencies' systems that are not public but may hear of events, comma separated; there http will do."""
    channel_timeout: float = Field(5, gt=0)
    """Seconds WeChat and the telephone provider may take to answer."""

    moderation: Literal["none", "wechat"] = "none"
    """Who looks at words and pictures before they are public: nobody, or WeChat's content check."""
    files_url: str = ""
    """Where files lie: `file:///folder` or `s3://bucket`; unless set, the folder `var/files` beside the program."""
    files_endpoint: str = ""
    """Address of a store that speaks S3, `https://host`; empty for Amazon's own."""
    files_region: str = ""
    """Region of the bucket, where the store has any."""
    files_access_key_id: str = ""
    """Name of the key to the bucket."""
    files_secret_access_key: str = ""
    """The key itself; a secret file in production."""
    files_image_bytes: int = Field(10_485_760, ge=1024, le=33_554_432)
    """Largest picture in bytes, as it is handed in."""
    files_audio_bytes: int = Field(20_971_520, ge=1024, le=33_554_432)
    """Largest recording in bytes."""
    files_document_bytes: int = Field(20_971_520, ge=1024, le=33_554_432)
    """Largest document in bytes."""
    picture_pixels: int = Field(50_000_000, ge=1_000_000, le=200_000_000)
    """Most pixels a picture may unfold to; a worker process takes up to 1 GB for 50 million."""
    picture_processes: int = Field(1, ge=1, le=16)
    """Worker processes that make pictures again."""

    @field_validator("trusted_proxies", "metrics_readers", "webhook_networks", mode="before")
    @classmethod
    def _split_addresses(cls, value: Any) -> Any:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("telephone_numbers", mode="before")
    @classmethod
    def _split_numbers(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return dict(part.strip().split("=", 1) for part in value.split(",") if "=" in part)

    @field_validator("metrics_readers", "webhook_networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            ip_network(each, strict=False)
        return value

    @model_validator(mode="after")
    def _production_has_a_key(self) -> Any:
        if self.profile == "production" and self.signing_key_file is None:
            raise ValueError("production needs a signing key: set WUSHE_GATEWAY_SIGNING_KEY_FILE")
        return self
