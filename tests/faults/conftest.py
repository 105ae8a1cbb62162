"""The stage of the crash tests: one cluster for all of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.house import house as opened
from tests.faults.stage import Nursery, Stage
from wushe.postgres import Postgres

# Commits reach the log at once: a crash of the server alone must not lose any.
FAST = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def built() -> Iterator[Stage]:
    """A cluster of its own: these tests crash it."""
    with tempfile.TemporaryDirectory(prefix="wushe-test-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        nursery = Nursery(place / "processes.log")  # first: it imports while the cluster is made
        with Postgres(place / "pg", settings=FAST) as server:
            stage = Stage(server, place, nursery)
            yield stage
            stage.close()


@pytest.fixture
def stage(built: Stage) -> Iterator[Stage]:
    """The stage, empty; relays a test leaves are killed."""
    built.reset()
    yield built
    built.clear()


@pytest.fixture
def house() -> Iterator[House]:
    """A cluster not started yet, and nobody at home."""
    with tempfile.TemporaryDirectory(prefix="wushe-test-") as folder:
        Path(folder).chmod(0o755)
        with opened(Path(folder)) as made:
            yield made
