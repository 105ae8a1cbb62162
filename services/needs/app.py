"""The needs service put together."""

from fastapi import FastAPI

from services.needs.api import routers
from services.needs.consumers import consumers
from services.needs.jobs import sweeps
from services.needs.settings import Settings
from wushe.app import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of the needs service."""
    return create_service("needs", settings or Settings(), routers=routers, consumers=consumers, sweeps=sweeps)
