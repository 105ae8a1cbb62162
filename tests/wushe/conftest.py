"""The probe service on a database of its own, with real commits."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.committing import Copy
from tests.harness import TRUST, Service
from tests.probe import database
from tests.probe.service import create_app
from wushe.postgres import Postgres
from wushe.provision import Addresses
from wushe.settings import Settings


@pytest.fixture(scope="session")
def probe_addresses(postgres: Postgres) -> Addresses:
    return database.make(postgres.url())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def probe_app(probe_addresses: Addresses) -> AsyncIterator[object]:
    app = create_app(Settings(database_url=probe_addresses.runtime, background=False, pool_size=8))
    yield app
    await app.state.client.aclose()
    for opened in app.state.databases.values():
        await opened.close()


@pytest.fixture(scope="session")
def probe_copy(probe_addresses: Addresses, postgres: Postgres) -> Iterator[Copy]:
    copy = Copy(postgres.url("probe"))
    yield copy
    copy.close()


@pytest.fixture
def probe(probe_app: object, probe_copy: Copy) -> Service:
    """The probe with real commits; its tables are emptied before each test."""
    probe_copy.empty("update audit_head set position = 0, hash = repeat('0', 64)")
    assert probe_app.state.trust.key("gateway", "probe") == TRUST.key("gateway", "probe")
    return Service("probe", probe_app, probe_app.state.databases["main"])
