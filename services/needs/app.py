"""The needs service put together."""

from fastapi import FastAPI

from services.needs.api import routers
from services.needs.clients.embedding import Embedding
from services.needs.clients.moderation import Moderator
from services.needs.clients.paging import Pager
from services.needs.consumers import consumers
from services.needs.jobs import add_moderation, add_paging, sweeps, triage
from services.needs.settings import Settings
from wushe import pii
from wushe.app import create_service
from wushe.jobs import worker


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of the needs service."""
    settings, pager, moderator = settings or Settings(), Pager(worker("needs")), Moderator(worker("needs"))
    embedding = Embedding(settings.embedding_url)
    schedule = add_moderation(add_paging(sweeps.copy(), pager), moderator)
    schedule = triage.add_training(schedule, embedding)
    app = create_service("needs", settings, routers=routers, consumers=consumers.copy(), sweeps=schedule)
    pager.siblings = moderator.siblings = app.state.siblings
    app.state.embedding = embedding
    path, root = settings.pii_keys_file, settings.development_root
    app.state.databases["main"].vault = pii.open_vault(path, root=root, purpose="needs pii", suite=settings.pii_suite)
    return app
