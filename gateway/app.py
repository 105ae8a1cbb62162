"""How the gateway is put together: its own application behind a raw ASGI front."""

from gateway import api, consumers
from gateway.documents import Documents
from gateway.front import Gateway
from gateway.identity import TokenIssuer, signing_key
from gateway.limits import Rates
from gateway.proxy import Proxy
from gateway.routing import Routes
from gateway.settings import Settings
from wushe.app import create_service
from wushe.jobs import Sweeps

OWN = (
    "auth",
    "clients",
    "codes",
    "divisions",
    "events",
    "lifecycle",
    "me",
    "oauth",
    "sandbox",
)
"""Collections no service may take."""


def create_app(settings: Settings | None = None) -> Gateway:
    """The application of this process."""
    settings = settings or Settings()
    own = create_service(
        "gateway",
        settings,
        routers=api.routers(settings.profile),
        consumers=consumers.consumers,
        sweeps=Sweeps(),
    )
    state, routes = own.state, Routes(OWN)
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
