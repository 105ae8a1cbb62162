"""The gateway alone, and callers that come through its front with a token."""

from collections.abc import Callable

import pytest
import pytest_asyncio

from tests.gateway.callers import Caller, token_of
from tests.harness import COMMUNITY, Bench, Service


@pytest_asyncio.fixture(loop_scope="session")
async def house(bench: Bench) -> Service:
    """The gateway without any service behind it."""
    return await bench.open("gateway")


@pytest.fixture
def signed_in(house: Service) -> Callable[..., Caller]:
    """A caller acting in one role."""

    def make(role: str, scope: str = COMMUNITY, **more: object) -> Caller:
        return Caller(house.client, token_of(house.app.state.tokens, role, scope, **more))

    return make


@pytest.fixture
def stranger(house: Service) -> Caller:
    """A caller without a token."""
    return Caller(house.client)
