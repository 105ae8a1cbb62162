"""Background work of one process: what is long keeps nothing urgent waiting, what fails keeps nobody else waiting."""

import asyncio

import pytest

from wushe import jobs
from wushe.jobs import Sweeps, worker

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def real(committed):
    """The service on a database of its own."""
    return committed.open("needs")


async def test_long_tasks_never_keep_a_sweep_waiting(real):
    sweeps, begun, swept, free = Sweeps(), [], asyncio.Event(), asyncio.Event()

    @sweeps.every(seconds=1)
    async def look(_):
        if len(begun) == jobs.AT_ONCE:
            swept.set()
        return 0

    @sweeps.task("take_an_hour")
    async def take_an_hour(_, number):
        begun.append(number)
        await free.wait()

    async with real.database.work(worker("needs")) as work:
        for number in range(jobs.AT_ONCE + 2):
            await jobs.defer(work, "take_an_hour", number=number)
    app = jobs.application(sweeps, real.database, real.app.state.settings.database_url)
    stopping = asyncio.Event()
    running = asyncio.create_task(jobs.supervise(app, stopping, beat=lambda: None))
    try:
        async with asyncio.timeout(20):
            await swept.wait()
        assert len(begun) == jobs.AT_ONCE, "those beyond wait their turn"
    finally:
        free.set()
        stopping.set()
        await running


async def test_what_was_sent_is_noted_whatever_becomes_of_the_others(caplog):
    noted = {}

    async def attempt(number):
        if number == 2:
            raise KeyError(number)
        return f"sent {number}"

    async def note(number, answer):
        if number == 3:
            raise ValueError(number)
        noted[number] = answer

    await jobs.try_all([1, 2, 3, 4], attempt, note)
    assert noted == {1: "sent 1", 2: None, 4: "sent 4"}
    assert [each.message for each in caplog.records] == [
        "an attempt failed",
        "what became of an attempt could not be noted",
    ]
