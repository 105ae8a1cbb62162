"""The projects service put together."""

from fastapi import FastAPI

from services.projects.api import routers
from services.projects.consumers import consumers
from services.projects.jobs import sweeps
from services.projects.settings import Settings
from wushe.app import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of the projects service."""
    return create_service("projects", settings or Settings(), routers=routers, consumers=consumers, sweeps=sweeps)
