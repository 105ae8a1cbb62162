"""The application of the resources service."""

from fastapi import FastAPI

from services.resources import api
from services.resources.consumers import consumers
from services.resources.jobs import sweeps
from services.resources.settings import Settings
from wushe.app import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """The resources service, ready to serve."""
    return create_service("resources", settings or Settings(), routers=api.routers, consumers=consumers, sweeps=sweeps)
