"""Every process told to end under load, twenty times: counted by callers, none of whose requests is lost."""

import asyncio
import json
import operator
import os
import signal
from collections.abc import Callable

import pytest

from tests.faults.errands import MAKING, Errands, directly_at, through_the_gateway
from tests.faults.house import House
from tests.faults.load import Tally, besiege
from tests.faults.stage import until
from tests.faults.test_convergence import announce
from wushe.settings import PORTS

pytestmark = pytest.mark.long
RUNS, EVENTS = int(os.environ.get("WUSHE_TEST_RUNS", "20")), 100
SERVICES = [name for name in PORTS if name != "gateway"]


def start(house: House, name: str) -> None:
    plenty = {f"{each}REQUESTS_PER_MINUTE": "1000000" for each in ("", "ANONYMOUS_")} if name == "gateway" else {}
    house.start("serve", name, DRAIN_SECONDS="1", **plenty)


async def end_under_load(house: House, asked: dict[str, Errands], *, at: str = "") -> list[Tally]:
    """Callers of several services while these are told to end, all at once."""
    sieges = (
        besiege(
            house.ports[at or name],
            requests,
            callers=8,
            strike=lambda seen: seen.answered > 30,
            end=lambda name=name: house.running["serve", at or name].send_signal(signal.SIGTERM),
        )
        for name, requests in asked.items()
    )
    return await asyncio.gather(*sieges)


def judge(house: House, name: str, tally: Tally, *, at: str) -> None:
    assert tally.lost == [], (at, str(tally))
    statuses = {status for _, status in tally.statuses}
    # On a busy machine a connection may be long in coming: whoever waited is told so, and when to come again.
    assert {200, 201} <= statuses <= {200, 201, 503}, (at, str(tally), house.faults(at))
    assert tally.unhelpful == 0
    made = [json.loads(body)["id"] for body in tally.made]
    kept = house.ask(name, f"select count(*) from {MAKING[name][0]} where id = any(%s::uuid[])", made)
    assert kept == [(len(made),)], at


@pytest.fixture
def home(house: House) -> House:
    """Databases, and the five that serve."""
    house.postgres.start()
    house.provision()
    house.migrate()
    for name in PORTS:
        start(house, name)
    return house


def summary(name: str, tallies: list[Tally]) -> str:
    counted = [(t.sent, t.answered, sum(n for (_, status), n in t.statuses.items() if status == 503)) for t in tallies]
    sent, answered, later = map(sum, zip(*counted, strict=True))
    refused, lost = sum(t.refused for t in tallies), sum(len(t.lost) for t in tallies)
    told = f"{answered} answered ({later} of them 503), {refused} refused, {lost} lost"
    return f"{name:<10} {len(tallies)} times: {sent} requests, {told}"


def test_no_process_that_serves_loses_a_request(home: House, tell: Callable[[str], None]) -> None:
    seen: dict[str, list[Tally]] = {name: [] for name in PORTS}
    for _ in range(RUNS):
        home.await_ready(seconds=180)
        [tally] = asyncio.run(end_under_load(home, {"needs": through_the_gateway(home, "needs")}, at="gateway"))
        assert home.running.pop(("serve", "gateway")).wait(30) == 0
        judge(home, "needs", tally, at="gateway")
        seen["gateway"].append(tally)
        tallies = asyncio.run(end_under_load(home, {name: directly_at(name) for name in SERVICES}))
        for name, tally in zip(SERVICES, tallies, strict=True):
            assert home.running.pop(("serve", name)).wait(30) == 0
            judge(home, name, tally, at=name)
            seen[name].append(tally)
        for name in PORTS:
            start(home, name)
    for name, tallies in seen.items():
        tell(summary(name, tallies))


def test_no_process_that_works_leaves_a_delivery_or_a_lease(home: House, tell: Callable[[str], None]) -> None:
    home.await_ready(seconds=180)
    pending, held = (
        "select count(*) from delivery where state <> 'done'",
        "select count(*) from stream where lease is not null",
    )

    def waiting() -> list[int]:
        return [home.ask(name, pending)[0][0] for name in PORTS]

    cut = 0
    for _ in range(RUNS):
        for name in PORTS:
            announce(home, name, "needs" if name != "needs" else "gateway", count=EVENTS)
        before = waiting()
        for name in PORTS:
            home.start("work", name)
        until(lambda before=before: all(map(operator.lt, waiting(), before)), "every worker to deliver", seconds=180)
        assert home.end(*(("work", name) for name in PORTS)) == [0] * 5
        assert [home.ask(name, held)[0][0] for name in PORTS] == [0] * 5
        cut += sum(waiting())
    for name in PORTS:
        home.start("work", name)
    until(lambda: not any(waiting()), "the rest to arrive", seconds=180)
    tell(f"5 workers {RUNS} times: {5 * RUNS * EVENTS} events, {cut} left to the next, no lease left, all delivered")
