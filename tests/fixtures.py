"""Fixtures every test may use: one PostgreSQL, one migrated database per service, one transaction per test."""

import asyncio
import itertools
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
import uvloop

from tests.committing import Committed
from tests.harness import Bench, Service
from wushe import migrate
from wushe.postgres import Postgres
from wushe.provision import Addresses, provision

# Nothing here must survive a crash; small buffers make the fork of every backend cheaper.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "24MB",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "scram_iterations": "1",
    "track_counts": "off",
    "update_process_title": "off",
    "io_method": "sync",
}


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that serves in production."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Show a figure of a long test at once, whatever is captured."""

    def show(figure: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figure}\n")

    return show


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A throw-away cluster for the whole run."""
    with tempfile.TemporaryDirectory(prefix="wushe-") as folder:
        Path(folder).chmod(0o755)
        with Postgres(Path(folder) / "pg", settings=QUICK) as server:
            yield server


def _copy(postgres: Postgres, source: str, name: str, *, owner: str) -> None:
    """Copy a database nobody is connected to; clones come from a template, so that no pool loses its connections."""
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f"create database {name} template {source} strategy file_copy owner {owner}")


@pytest.fixture(scope="session")
def addresses(postgres: Postgres) -> Callable[[str], Addresses]:
    """Provision and migrate a database when it is first asked for."""
    ready: dict[str, Addresses] = {}

    def of(database: str) -> Addresses:
        if database not in ready:
            found = provision(postgres.url(), database, password="test")
            migrate.upgrade(database, found.owner, runtime_role=f"wushe_{database}")
            _copy(postgres, database, f"{database}_template", owner=f"wushe_{database}_owner")
            ready[database] = found
        return ready[database]

    return of


@pytest.fixture(scope="session")
def fresh_database(postgres: Postgres, addresses: Callable[[str], Addresses]) -> Callable[[str], Addresses]:
    """A clone of a migrated database for a test that really commits; it goes with the cluster."""
    count = itertools.count()

    def clone(database: str) -> Addresses:
        source, name = addresses(database), f"{database}_{next(count)}_clone"
        _copy(postgres, f"{database}_template", name, owner=f"wushe_{database}_owner")
        return Addresses(
            source.runtime.replace(f"/{database}", f"/{name}"), source.owner.replace(f"/{database}", f"/{name}")
        )

    return clone


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def committed(fresh_database: Callable[[str], Addresses], postgres: Postgres) -> AsyncIterator[Committed]:
    """Services that really commit, for what happens at the same moment; ``open`` gives one with nothing in it."""
    made = Committed(fresh_database, postgres)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def applications(addresses: Callable[[str], Addresses]) -> AsyncIterator[dict[str, object]]:
    """Applications made so far; each is built once and reused by every test."""
    made: dict[str, object] = {}
    yield made
    for app in made.values():
        if hasattr(app.state, "cabinet"):
            app.state.cabinet.darkroom.close()
        await app.state.client.aclose()
        for database in app.state.databases.values():
            await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bench(addresses: Callable[[str], Addresses], applications: dict[str, object]) -> AsyncIterator[Bench]:
    """The services of one test, in process, each in a transaction that is rolled back."""
    async with Bench(addresses, applications) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def needs(bench: Bench) -> Service:
    return await bench.open("needs")


@pytest_asyncio.fixture(loop_scope="session")
async def projects(bench: Bench) -> Service:
    await bench.open("needs")
    return await bench.open("projects")


@pytest_asyncio.fixture(loop_scope="session")
async def resources(bench: Bench) -> Service:
    await bench.open("needs")
    return await bench.open("resources")


@pytest_asyncio.fixture(loop_scope="session")
async def evaluation(bench: Bench) -> Service:
    await bench.open("projects")
    return await bench.open("evaluation")


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(bench: Bench) -> Service:
    for name in ("needs", "projects", "resources", "evaluation"):
        await bench.open(name)
    return await bench.open("gateway")
