"""The projects service with its people."""

import pytest_asyncio

from tests.harness import Service
from tests.projects.stage import Stage


@pytest_asyncio.fixture(loop_scope="session")
async def stage(projects: Service) -> Stage:
    return Stage(projects)
