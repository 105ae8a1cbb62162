"""Events through kill -9, frozen relays and database crashes: applied once, in order, and none invented."""

import asyncio
import os
import signal
import time
from contextlib import suppress

import httpx
import psycopg
import pytest

from tests.faults.probe import ASK
from tests.faults.stage import WORKER, headers, until
from tests.harness import COMMUNITY
from tests.probe.service import State, Thing, ThingMade
from wushe.db import engine_for, uuid7
from wushe.relay import LANE_WIDTH
from wushe.work import Database, Work


class Undone(Exception):
    """Raised to roll a unit of work back."""


def make_thing(work: Work, name: str) -> Thing:
    thing = Thing(id=uuid7(), division=COMMUNITY, name=name, count=0, state=State.OPEN)
    work.session.add(thing)
    work.record(thing, "make", ThingMade(thing_id=thing.id, name=name))
    return thing


async def publish_first_then_fail(work: Work) -> None:
    announcement = Thing(id=uuid7(), division=COMMUNITY, name="先", count=0, state=State.OPEN)
    work.record(announcement, "make", ThingMade(thing_id=announcement.id, name="先"))
    await work.finish()
    raise Undone


async def publish_last_then_fail(work: Work) -> None:
    make_thing(work, "后")
    await work.finish()
    raise Undone


async def keep_the_outer_event_only(work: Work) -> None:
    make_thing(work, "外")
    await work.finish()
    with suppress(Undone):
        async with work.session.begin_nested():
            await publish_last_then_fail(work)


@pytest.mark.parametrize(
    ("step", "left"),
    [(publish_first_then_fail, []), (publish_last_then_fail, []), (keep_the_outer_event_only, ["外"])],
)
def test_what_is_rolled_back_was_never_announced(stage, step, left):
    async def run() -> None:
        database = Database(engine_for(stage.producer.runtime), source="probe")
        with suppress(Undone):
            async with database.begin(WORKER) as work:
                # The very first statement of the transaction may be the one that publishes.
                if step is not publish_first_then_fail:
                    await work.open()
                await step(work)
        await database.close()

    asyncio.run(run())
    stage.relay()
    stage.announce(1, 1)
    stage.assert_exactly_once_in_order(1 + len(left))
    names = stage.produce("select body::jsonb->'data'->>'name' from event where type = %s", ThingMade.type)
    assert [name for (name,) in names] == left


def test_a_producer_killed_before_its_answer_announces_once(stage):
    producer, body = stage.service("probe"), {"name": "灯", "division": COMMUNITY}
    target = f"{stage.address('probe')}/v1/things"
    with pytest.raises(httpx.TransportError):
        stage.http.post(target, json=body, headers={**headers("once"), ASK: "committed 0"})
    assert producer.ends() == -signal.SIGKILL
    stage.service("probe")
    again = stage.http.post(target, json=body, headers=headers("once"))
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert stage.produce("select count(*) from event") == [(1,)]
    stage.relay()
    stage.assert_exactly_once_in_order(1)


def test_a_hundred_identical_posts_have_one_effect(stage):
    stage.service("probe")

    async def post_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=stage.address("probe"), trust_env=False, timeout=20) as client:
            body = {"name": "灯", "division": COMMUNITY}
            posts = (client.post("/v1/things", json=body, headers=headers("same")) for _ in range(100))
            return await asyncio.gather(*posts)

    answers = asyncio.run(post_all())
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    created = [answer for answer in answers if answer.status_code == 201]
    assert sum("idempotency-replayed" not in answer.headers for answer in created) == 1
    assert len({answer.json()["id"] for answer in created}) == 1
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code != 201)
    assert stage.produce("select (select count(*) from audit), (select count(*) from event)") == [(1, 1)]


POINTS = (
    ("kill@claimed", 0),  # before the POST
    ("kill@receiving", 3),  # during the POST
    ("kill@committed", 3),  # the receiver has committed, its 2xx is not out
    ("kill@answered", 3),  # after the 2xx, before `done`
    ("kill@settled", 3),  # between `done` and the next delivery
    ("kill@finishing", 0),  # after the last `done`, before the stream is put down
)


def test_relays_killed_at_every_point_lose_nothing(stage):
    count = 0
    for fault, skip in POINTS:
        count += stage.announce(3, 4)
        assert stage.relay(fault=fault, skip=skip).ends() == -signal.SIGKILL, fault
        assert stage.produce("select count(*) > 0 from stream where lease is not null")[0][0], "it held a stream"
    stage.relay()
    stage.assert_exactly_once_in_order(count)


def test_a_relay_killed_while_it_backs_off_loses_nothing(stage):
    count = stage.announce(2, 3)
    refused = stage.relay(refuse=99, first_delay=0.5)
    waiting = "select count(*) = 2 from stream where attempts = 1 and lease is null and due_at > now()"
    until(lambda: stage.produce(waiting)[0][0], "both streams to back off")
    refused.signal(signal.SIGKILL)
    refused.ends()
    assert stage.produce("select distinct state, attempts, last_code from delivery where attempts > 0") == [
        ("pending", 1, 503)
    ]
    stage.relay()
    stage.assert_exactly_once_in_order(count)


@pytest.mark.parametrize("streams", [40, pytest.param(200, marks=pytest.mark.long)])
def test_three_kills_under_way(stage, streams):
    count = stage.announce(streams, 10)
    workers = [stage.relay(lease=1), stage.relay(lease=1)]
    for kill in (1, 2, 3):
        stage.await_heard(kill * count // 6)
        victim = workers[kill % 2]
        victim.signal(signal.SIGKILL)
        workers[kill % 2] = stage.relay(lease=1)
    stage.assert_exactly_once_in_order(count)
    assert stage.deliveries().total() - count <= 3 * LANE_WIDTH


@pytest.mark.parametrize(
    ("fault", "posts"),
    [
        # wakes to post what its successor has delivered: it looks at its lease first
        pytest.param("stop@claimed", 1, marks=pytest.mark.long),
        ("stop@answered", 1),  # wakes to write a refusal down: its token is stale
        ("stop@finishing", 2),  # holds the row in an open transaction, which the server ends
    ],
)
def test_a_frozen_relay_is_succeeded_and_cannot_undo(stage, fault, posts):
    stage.announce(1, 1)
    frozen = stage.relay(fault=fault, refuse=int(fault == "stop@answered"))
    until(frozen.is_stopped, "the relay to freeze")
    began = time.monotonic()
    stage.relay()
    stage.assert_exactly_once_in_order(1)
    assert time.monotonic() - began < 0.5 + 0.6 + 2, "taken over after lease and idle timeout"
    written = (
        "select state, delivery.attempts, last_code, done_at, stream.attempts, due_at, lease"
        " from delivery join stream on stream.id = stream_id order by delivery.id limit 1"
    )
    before = stage.produce(written)
    assert before[0][:3] == ("done", 1, 204)
    frozen.signal(signal.SIGCONT)
    stage.announce(1, 20)  # both work on
    stage.assert_exactly_once_in_order(21)
    assert stage.produce(written) == before
    assert max(stage.deliveries().values()) == posts
    assert frozen.poll() is None


def test_a_database_crash_ends_no_process(stage):
    count = stage.announce(40, 10)
    everybody = [stage.listener, stage.service("probe"), stage.relay(lease=5), stage.relay(lease=5)]
    stage.await_heard(count // 4)
    os.kill(stage.postgres.pid, signal.SIGQUIT)
    until(lambda: not stage.is_ready("probe"), "readiness to turn red")
    stage.postgres.stop()
    stage.postgres.start()
    stage.await_heard(count // 2)
    with psycopg.connect(stage.postgres.url(), autocommit=True) as admin:
        everybody_else = "datname is not null and pid <> pg_backend_pid()"
        admin.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where {everybody_else}")
    stage.assert_exactly_once_in_order(count)
    until(lambda: stage.is_ready("probe"), "readiness to turn green", seconds=3)
    assert [child.poll() for child in everybody] == [None] * 4
