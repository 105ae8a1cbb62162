"""The evaluation service with a ready-made, short issuing key, so that a test does not wait for arithmetic."""

import pytest
import pytest_asyncio

from services.evaluation.domain import blind
from tests.evaluation.steps import Stage
from tests.harness import Bench, Service


class ReadySigning:
    """Signs at once, always with the same key of a third of the usual length."""

    def __init__(self) -> None:
        self.pair = blind.generate(1024)

    async def generate(self) -> blind.KeyPair:
        return self.pair

    async def sign(self, private_der: bytes, blinded: bytes) -> bytes:
        return blind.sign(private_der, blinded)


@pytest_asyncio.fixture(loop_scope="session")
async def evaluation(bench: Bench) -> Service:
    """The service alone: here projects does not answer unless a test says so."""
    return await bench.open("evaluation")


@pytest.fixture(scope="session")
def ready_signing() -> ReadySigning:
    return ReadySigning()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(evaluation, ready_signing, monkeypatch) -> Stage:
    monkeypatch.setattr(evaluation.app.state.office, "signing", ready_signing)
    return Stage(evaluation)
