"""How the gateway is put together: its own application behind a raw ASGI front."""

from pathlib import Path
from typing import Any

from gateway import api, consumers, jobs
from gateway.channels.telephone import HttpTelephone, NoTelephone, Telephone
from gateway.channels.webhooks import Walls, Webhooks
from gateway.channels.wechat import WeChat
from gateway.documents import Documents
from gateway.front import Gateway
from gateway.identity import TokenIssuer, signing_key
from gateway.limits import Rates
from gateway.moderation import NoChecker, WechatChecker
from gateway.proxy import Proxy
from gateway.routing import Routes
from gateway.settings import Settings
from gateway.storage import Darkroom, Objects
from gateway.usecases.files import Cabinet
from wushe.app import create_service
from wushe.jobs import Sweeps

FILES = Path(__file__).parent.parent / "var" / "files"
"""Where files lie unless a setting says otherwise."""
OWN = (
    "auth",
    "clients",
    "codes",
    "divisions",
    "events",
    "files",
    "lifecycle",
    "me",
    "oauth",
    "policies",
    "page-receipts",
    "sandbox",
    "webhooks",
)
"""Collections no service may take."""


def create_app(settings: Settings | None = None) -> Gateway:
    """The application of this process."""
    settings = settings or Settings()
    sweeps = Sweeps()
    own = create_service(
        "gateway", settings, routers=api.routers(settings.profile), consumers=consumers.consumers, sweeps=sweeps
    )
    state, routes = own.state, Routes(OWN)
    _open_channels(state, settings)
    _open_cabinet(state, settings)
    jobs.schedule(sweeps, state)
    state.tokens = TokenIssuer(signing_key(settings), seconds=settings.token_seconds)
    documents = Documents(
        own.openapi,
        client=state.client,
        peers=settings.peers,
        folder=settings.documents_dir,
        routes=routes,
        live=settings.profile == "development",
    )
    state.background.append(documents.watch)
    return Gateway(
        own,
        tokens=state.tokens,
        routes=routes,
        rates=Rates(settings),
        proxy=Proxy(settings, state.trust),
        documents=documents,
    )


def _open_channels(state: Any, settings: Settings) -> None:
    """The ways to reach people outside, all over the one client of this process."""
    state.wechat = WeChat(
        state.client,
        url=settings.wechat_url,
        appid=settings.wechat_appid,
        secret=settings.wechat_secret,
        deadline=settings.channel_timeout,
    )
    state.telephone = telephone(state, settings)
    state.webhooks = Webhooks(Walls(settings.webhook_networks), deadline=settings.delivery_timeout)
    state.background.append(state.webhooks.until)
    state.checker = WechatChecker(state.wechat) if settings.moderation == "wechat" else NoChecker()


def _open_cabinet(state: Any, settings: Settings) -> None:
    """Where files lie, and the worker processes that look at them."""
    objects = Objects(
        settings.files_url or FILES.as_uri(),
        endpoint=settings.files_endpoint,
        region=settings.files_region,
        access_key_id=settings.files_access_key_id,
        secret_access_key=settings.files_secret_access_key,
    )
    darkroom = Darkroom(settings.picture_processes, pixels=settings.picture_pixels)
    state.cabinet = Cabinet(objects, darkroom, settings)
    state.background.append(darkroom.until)


def telephone(state: Any, settings: Settings) -> Telephone:
    """The provider of text messages and calls, or the one that sends nothing and says so."""
    if not settings.telephone_url:
        return NoTelephone()
    key, deadline = settings.telephone_key, settings.channel_timeout
    return HttpTelephone(state.client, url=settings.telephone_url, key=key, deadline=deadline)
