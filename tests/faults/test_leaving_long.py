"""Every process told to end under load, twenty times: counted by callers, none of whose requests is lost."""

import asyncio
import json
import operator
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.house import House
from tests.faults.load import Request, Tally, besiege
from tests.faults.stage import until
from tests.faults.test_convergence import announce
from tests.harness import COMMUNITY, TRUST
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign
from wushe.settings import PORTS

pytestmark = pytest.mark.long
RUNS, EVENTS = 20, 100
SERVICES = [name for name in PORTS if name != "gateway"]
MAKING: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "needs": ("residents", "community_worker", lambda: {"age_band": "60-79", "target_groups": [], "synthetic": True}),
    "projects": (
        "projects",
        "social_worker",
        lambda: {"title": "陪伴", "kind": "public_service", "summary": "每周", "concern_ids": [str(uuid7())]},
    ),
    "resources": (
        "providers",
        "community_worker",
        lambda: {"name": str(uuid7()), "registration": "informal", "kinds": ["goods"], "synthetic": True},
    ),
    "evaluation": ("schemes", "social_worker", lambda: {"title": "评价", "project_id": str(uuid7())}),
}
"""Of each service a collection, who may write to it, and what."""


def requests_of(name: str, headers: Callable[[], dict[str, str]]) -> list[Callable[[], Request]]:
    collection, _, make = MAKING[name]
    path = f"/v1/{collection}"

    def writing() -> Request:
        return Request("POST", path, headers(), json.dumps({"division": COMMUNITY, **make()}).encode())

    return [lambda: Request("GET", path, headers()), writing]


def directly_at(name: str) -> list[Callable[[], Request]]:
    """Requests as the gateway would pass them on."""
    caller = Caller(
        subject="worker", client="test", person_id=uuid7(), role=MAKING[name][1], scope=COMMUNITY, issuer="gateway"
    )
    return requests_of(name, lambda: {HEADER: sign(caller, issuer="gateway", audience=name, trust=TRUST)})


def through_the_gateway(house: House, name: str) -> list[Callable[[], Request]]:
    """The same from outside, with a token."""
    who = {"role": MAKING[name][1], "scope": COMMUNITY, "person_id": str(uuid7())}
    signed_in = house.http.post(f"{house.url('gateway')}/v1/auth/development", json=who)
    token = signed_in.raise_for_status().json()["access_token"]
    return requests_of(name, lambda: {"authorization": f"Bearer {token}"})


def start(house: House, name: str) -> None:
    plenty = {f"{each}REQUESTS_PER_MINUTE": "1000000" for each in ("", "ANONYMOUS_")} if name == "gateway" else {}
    house.start("serve", name, DRAIN_SECONDS="1", **plenty)


async def end_under_load(house: House, asked: dict[str, list[Callable[[], Request]]], *, at: str = "") -> list[Tally]:
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
    assert statuses == {200, 201}, (at, str(tally), house.logs("serve", at)[-2000:])
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
    sent, answered, refused, lost = (
        sum(count(each) for each in tallies)
        for count in (lambda t: t.sent, lambda t: t.answered, lambda t: t.refused, lambda t: len(t.lost))
    )
    return f"{name:<10} {len(tallies)} times: {sent} requests, {answered} answered, {refused} refused, {lost} lost"


def test_no_process_that_serves_loses_a_request(home: House, tell: Callable[[str], None]) -> None:
    seen: dict[str, list[Tally]] = {name: [] for name in PORTS}
    for _ in range(RUNS):
        home.await_ready()
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
    home.await_ready()
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
        until(lambda before=before: all(map(operator.lt, waiting(), before)), "every worker to deliver", seconds=30)
        assert home.end(*(("work", name) for name in PORTS)) == [0] * 5
        assert [home.ask(name, held)[0][0] for name in PORTS] == [0] * 5
        cut += sum(waiting())
    for name in PORTS:
        home.start("work", name)
    until(lambda: not any(waiting()), "the rest to arrive", seconds=60)
    tell(f"5 workers {RUNS} times: {5 * RUNS * EVENTS} events, {cut} left to the next, no lease left, all delivered")
