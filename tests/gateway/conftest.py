"""The gateway alone, and callers that come through its front with a token."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from gateway.channels.telephone import HttpTelephone
from gateway.channels.wechat import WeChat
from tests.gateway.callers import Caller, token_of
from tests.gateway.provider import KEY, FakeProvider
from tests.gateway.wechat import APPID, SECRET, FakeWeChat, serving
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


@pytest_asyncio.fixture(loop_scope="session")
async def wechat(house: Service, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeWeChat]:
    """WeChat's server side, and the gateway connected to it as its mini-program."""
    state = house.app.state
    async with serving(FakeWeChat()) as fake:
        client = WeChat(state.client, url=fake.url, appid=APPID, secret=SECRET, deadline=2)
        monkeypatch.setitem(state._state, "wechat", client)
        yield fake


@pytest_asyncio.fixture(loop_scope="session")
async def provider(house: Service, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeProvider]:
    """A telephone provider the gateway uses."""
    state = house.app.state
    async with serving(FakeProvider()) as fake:
        telephone = HttpTelephone(state.client, url=fake.url, key=KEY, deadline=2)
        monkeypatch.setitem(state._state, "telephone", telephone)
        monkeypatch.setattr(state.settings, "telephone_key", KEY)
        yield fake
