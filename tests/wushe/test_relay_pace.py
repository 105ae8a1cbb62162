"""A dead destination with much waiting leaves the healthy ones their pace."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import pytest

from tests.faults.receiver import (
    UNDELIVERED,
    Reply,
    accept,
    announce,
    answering,
    hold,
    receiving,
    relaying,
    until,
)
from tests.gateway.upstream import closed_address
from tests.wushe.test_writes import rows
from wushe import relay

pytestmark = pytest.mark.asyncio(loop_scope="session")
DEAD: dict[str, Reply | None] = {"refused": None, "silent": hold, "refusing": answering(503)}


async def fill(probe: Any, count: int) -> None:
    """Streams of one event each that wait for the dead destination."""
    for start in range(0, count, 1000):
        names = [f"things/dead.{number}" for number in range(start, min(start + 1000, count))]
        await announce(probe, *names, to=("gateway",))


async def deliver(probe: Any, count: int, *, dead: str, run: int) -> float:
    """Seconds a relay takes to deliver that many events to a healthy destination, alone or beside a dead one."""
    await announce(probe, *(f"things/{run}.{number}" for number in range(count)))
    waiting = []
    async with AsyncExitStack() as opened:
        healthy = await opened.enter_async_context(receiving())
        peers = {"listener": healthy.address}
        if reply := DEAD.get(dead):
            waiting = [await opened.enter_async_context(receiving(reply))]
            peers["gateway"] = waiting[0].address
        elif dead:
            peers["gateway"] = closed_address()
        began = time.perf_counter()
        await opened.enter_async_context(relaying(probe, lease=60, timeout=10, **peers))
        while len(healthy.got) < count:
            assert time.perf_counter() - began < 300
            await asyncio.sleep(0.002)
        took = time.perf_counter() - began
        for each in waiting:
            each.let_go.set()
        return took


async def attempts(probe: Any) -> int:
    found = await rows(probe, "select coalesce(sum(attempts), 0)::int from stream where destination = 'gateway'")
    return int(found[0][0])


async def test_a_destination_that_refuses_everybody_is_tried_by_one_at_a_time_until_it_is_well(probe, monkeypatch):
    await fill(probe, 200)
    await announce(probe, *(f"things/{number}" for number in range(100)))
    async with (
        receiving(answering(503)) as unwell,
        receiving() as healthy,
        relaying(probe, listener=healthy.address, gateway=unwell.address),
    ):
        while len(healthy.got) < 100:
            await asyncio.sleep(0.005)
        assert relay.REFUSERS <= len(unwell.got) <= relay.REFUSERS + relay.LANE_WIDTH + 2
        monkeypatch.setattr(relay, "LONGEST_PAUSE", 0.05)
        unwell.reply = accept
        await until(probe, UNDELIVERED, 0)


async def test_events_nobody_can_digest_are_not_the_fault_of_their_destination():
    lane, bad, away, good = relay.Lane(), relay.Outcome(500), relay.Outcome(503), relay.Outcome(204)
    for number in range(10 * relay.REFUSERS):
        lane.hear(number, bad, float(number))
        lane.hear(number % (relay.REFUSERS - 1), away, float(number))
    assert lane.room(1e6) == relay.LANE_WIDTH
    lane.hear(1, good, 1e6)
    for number in range(relay.REFUSERS):
        lane.hear(number, away, 1e6)
    assert (lane.room(1e6), lane.room(1e6 + 1)) == (0, 1)


@pytest.mark.long
@pytest.mark.parametrize("dead", DEAD)
async def test_twenty_thousand_waiting_leave_four_fifths_of_the_pace(probe, postgres, tell, dead):
    count, seconds = 1000, {"": 0.0, dead: 0.0}
    await fill(probe, 20_000)
    with psycopg.connect(postgres.url("probe"), autocommit=True) as admin:
        for run, beside in enumerate(["", dead, dead, ""] * 2):  # in turns: the machine is not the same all the time
            admin.execute("vacuum analyze")
            seconds[beside] += await deliver(probe, count, dead=beside, run=run)
    ratio = seconds[""] / seconds[dead]
    rates = [f"{4 * count / each:.0f}/s" for each in seconds.values()]
    tried = await attempts(probe)
    tell(f"{dead}: {rates[0]} alone, {rates[1]} beside 20,000 waiting, ratio {ratio:.2f}, tried {tried}")
    assert ratio >= 0.8
