"""The relay against receivers of every kind, and what an operator sees and does."""

import asyncio
import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import psycopg
import pytest
from aiohttp import web
from sqlalchemy import text

from tests.faults.receiver import (
    AT_REST,
    UNDELIVERED,
    Receiver,
    announce,
    answering,
    hold,
    receiving,
    record,
    relaying,
    until,
)
from tests.faults.stage import event_row
from tests.harness import TRUST
from tests.wushe.test_writes import body, rows
from wushe import clock, outbox_admin, relay
from wushe.db import uuid7
from wushe.inbox import TOLERANCE_SECONDS
from wushe.jobs import worker
from wushe.outbox import signature_headers
from wushe.relay import retry_after

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_events_arrive_signed_byte_for_byte_and_in_order(probe):
    acting = probe.acting("worker")
    thing = (await acting.post("/v1/things", body(name="灯：“五社联动”"))).json()
    for _ in range(9):
        await acting.post(f"/v1/things/{thing['id']}/count")
    async with receiving() as receiver, relaying(probe, listener=receiver.address):
        await until(probe, f"{UNDELIVERED} and stream_id in (select id from stream where destination = 'listener')", 0)
    assert receiver.sequences(f"things/{thing['id']}") == list(range(1, 11))
    stored = dict(await rows(probe, "select id, body from event"))
    for headers, raw in receiver.got:
        event_id, at = headers["webhook-id"], int(headers["webhook-timestamp"])
        assert raw.decode() == stored[event_id]
        assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        expected = signature_headers(stored[event_id], event_id=event_id, key=TRUST.key("probe", "listener"), at=at)
        assert headers["webhook-signature"] == expected["webhook-signature"]
        assert abs(clock.timestamp() - at) < TOLERANCE_SECONDS
    [(attempts, state)] = await rows(
        probe,
        "select attempts, state from delivery where stream_id in (select id from stream where destination = 'gateway')",
    )
    assert (attempts, state) == (0, "pending"), "an address nobody gave us yet is waited for"


async def as_its_subject_says(receiver: Receiver, request: web.Request) -> web.StreamResponse:
    """The first event of ``things/404`` is answered 404; those that follow it are welcome."""
    found = json.loads(receiver.got[-1][1])
    status = 204 if int(found["sequence"]) > 1 else int(found["subject"].removeprefix("things/"))
    return web.Response(status=status, text="不行\0" if status != 204 else None, headers={"location": "/elsewhere"})


async def test_what_will_never_be_accepted_is_dead_at_once_and_the_followers_go_on(probe):
    statuses = (400, 409, 410, 413, 415, 422)
    await announce(probe, *(f"things/{status}" for status in statuses), events=3)
    async with receiving(as_its_subject_says) as receiver, relaying(probe, listener=receiver.address):
        await until(probe, UNDELIVERED, 0)
    found = await rows(probe, "select state, attempts, last_code, last_error from delivery order by id")
    assert found[::3] == [("dead", 1, status, "不行") for status in statuses]
    assert found[1::3] + found[2::3] == [("done", 1, 204, None)] * 12
    assert all(receiver.sequences(f"things/{status}") == [1, 2, 3] for status in statuses)
    await until(probe, AT_REST, 0)


async def test_what_may_be_accepted_later_is_tried_again_and_holds_its_followers(probe, monkeypatch):
    monkeypatch.setattr(relay, "FIRST_DELAY", 8)
    statuses = (301, 302, 401, 403, 404, 405, 408, 425, 429, 500, 502, 503, 504)
    await announce(probe, *(f"things/{status}" for status in statuses), events=2)
    async with receiving(as_its_subject_says) as receiver, relaying(probe, listener=receiver.address):
        await until(probe, "select min(attempts) from stream", 1)
    found = await rows(probe, "select state, attempts, last_code, last_error from delivery order by id")
    assert found[::2] == [("pending", 1, status, "不行") for status in statuses]
    assert found[1::2] == [("pending", 0, None, None)] * 13
    waits = await rows(probe, "select extract(epoch from due_at - clock_timestamp()), lease from stream")
    assert all(5 < wait <= 10 and lease is None for wait, lease in waits)


async def test_the_last_attempt_makes_a_dead_letter(probe, monkeypatch):
    monkeypatch.setattr(relay, "FIRST_DELAY", 0.01)

    async def refuse_the_second(receiver: Receiver, request: web.Request) -> web.StreamResponse:
        return web.Response(status=500 if b'"0000000002"' in receiver.got[-1][1] else 200, text="garbage")

    await announce(probe, "things/1", events=3)
    async with receiving(refuse_the_second) as receiver, relaying(probe, listener=receiver.address, attempts=3):
        await until(probe, UNDELIVERED, 0)
    assert receiver.sequences("things/1") == [1, 2, 2, 2, 3]
    assert await rows(probe, "select state, attempts from delivery order by id") == [
        ("done", 1),
        ("dead", 3),
        ("done", 1),
    ]


async def test_a_receiver_may_ask_for_time(probe):
    await announce(probe, "things/1")
    reply = answering(429, **{"retry-after": "120"})
    async with receiving(reply) as receiver, relaying(probe, listener=receiver.address):
        await until(probe, "select attempts from stream", 1)
    [(wait,)] = await rows(probe, "select extract(epoch from due_at - clock_timestamp())::float from stream")
    assert 115 < wait <= 120


async def test_asking_for_time_is_understood_in_both_forms_and_within_reason():
    assert retry_after("7") == 7
    assert retry_after("99999999999") == 3600
    assert 50 < retry_after(format_datetime(clock.now() + timedelta(minutes=1), usegmt=True)) <= 60
    for unreadable in ("", "soon", "-5", "1e9", "Wed, 99 Nov 2026 99:00:00 GMT", "²"):
        assert retry_after(unreadable) == 0, unreadable


async def test_back_off_grows_to_hours_and_never_in_step():
    outcome = relay.Outcome(503)
    waits = [outcome.delay(failures) for failures in range(12)]
    assert all(0.75 <= wait / min(21_600, 0.5 * 4**failures) <= 1.25 for failures, wait in enumerate(waits))
    assert sum(waits) > 12 * 3600
    assert len({outcome.delay(3) for _ in range(20)}) > 1


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.transport.abort()


async def garble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"not http at all\r\n\r\n")
    writer.close()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oops\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("behaviour", [reset, garble, drip, "http://127.0.0.1:1", "http://nobody.invalid", "nonsense"])
async def test_without_an_answer_it_is_tried_again(probe, behaviour):
    await announce(probe, "things/1")
    server = await asyncio.start_server(behaviour if callable(behaviour) else reset, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" if callable(behaviour) else behaviour
    async with relaying(probe, listener=address, timeout=0.2):
        await until(probe, "select attempts from stream", 1)
    server.close()
    [(state, code, error)] = await rows(probe, "select state, last_code, last_error from delivery")
    assert (state, code) == ("pending", None)
    assert error


async def test_endless_refusals_are_not_read_to_the_end(probe):
    await announce(probe, "things/1")
    async with receiving(answering(422, "长" * 1_000_000)) as receiver, relaying(probe, listener=receiver.address):
        await until(probe, UNDELIVERED, 0)
    [(kept,)] = await rows(probe, "select octet_length(last_error) from delivery")
    assert kept <= relay.REPLY_BYTES + 8


async def test_a_silent_destination_leaves_the_others_their_pace(probe):
    names = [f"things/{number}" for number in range(40)]
    await announce(probe, *names, events=2, to=("listener", "gateway"))
    healthy = "select count(*) from delivery join stream on stream.id = stream_id where state = 'pending'"
    async with (
        receiving(hold) as silent,
        receiving() as receiver,
        relaying(probe, gateway=silent.address, listener=receiver.address),
    ):
        await until(probe, f"{healthy} and destination = 'listener'", 0, seconds=2)
        assert silent.most == relay.LANE_WIDTH
        [status] = await outbox_admin.status(probe.database.engine)
        assert (status.destination, status.pending, status.dead) == ("gateway", 80, 0)
        assert 0 < status.oldest_seconds < 10
        silent.let_go.set()
        await until(probe, UNDELIVERED, 0)
    assert await outbox_admin.status(probe.database.engine) == []


async def test_after_an_outage_nobody_waits_for_the_back_off_it_caused(probe, monkeypatch):
    monkeypatch.setattr(relay, "LONGEST_PAUSE", 0.05)
    await announce(probe, "things/1", "things/2", events=2)
    async with receiving() as gone:
        address = gone.address
    async with relaying(probe, listener=address):
        await until(probe, "select min(attempts) >= 2 from stream")
        await until(probe, "select count(*) from stream where lease is not null", 0)
        async with receiving(port=int(address.rpartition(":")[2])) as back:
            due = "case aggregate when 'things/1' then now() + interval '1 hour' else now() end"
            async with probe.database.engine.begin() as connection:
                await connection.execute(text(f"update stream set due_at = {due}"))
            await until(probe, UNDELIVERED, 0)
    assert back.sequences("things/1") == back.sequences("things/2") == [1, 2]


async def test_an_event_committed_late_is_not_skipped(probe):
    async with receiving() as receiver, relaying(probe, listener=receiver.address):
        async with probe.database.engine.begin() as connection:
            late = [event_row("things/late", number) for number in (1, 2)]
            owed = json.dumps({"idempotency": None, "audits": [], "events": late})
            await connection.execute(text("select record(cast(:owed as jsonb))"), {"owed": owed})
            await announce(probe, *(f"things/{number}" for number in range(10)))
            await until(probe, UNDELIVERED, 0)
            assert len(receiver.got) == 10
        await until(probe, "select count(*) from delivery where state = 'done'", 12)
    assert receiver.sequences("things/late") == [1, 2]


async def test_an_event_committed_while_its_stream_is_put_down_is_not_stranded(probe):
    await announce(probe, "things/1")
    async with receiving(hold) as receiver, relaying(probe, listener=receiver.address):
        while not receiver.got:
            await asyncio.sleep(0.005)
        async with probe.database.engine.begin() as connection:
            owed = json.dumps({"idempotency": None, "audits": [], "events": [event_row("things/1", 2)]})
            await connection.execute(text("select record(cast(:owed as jsonb))"), {"owed": owed})
            receiver.let_go.set()
            waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%stream%'"
            await until(probe, waiting, 1)
        await until(probe, UNDELIVERED, 0)
        await until(probe, AT_REST, 0)
    assert receiver.sequences("things/1") == [1, 2]


async def test_no_wake_up_is_lost_between_busy_producers_and_two_relays(probe):
    async def produce(name: str) -> None:
        for number in range(1, 41):
            await record(probe, [event_row(name, number)])

    names = [f"things/{number}" for number in range(4)]
    async with (
        receiving() as receiver,
        relaying(probe, listener=receiver.address),
        relaying(probe, listener=receiver.address),
    ):
        await asyncio.gather(*(produce(name) for name in names))
        await until(probe, UNDELIVERED, 0)
        await until(probe, AT_REST, 0)
    assert all(receiver.sequences(name) == list(range(1, 41)) for name in names)


async def test_stopping_finishes_the_delivery_under_way_and_gives_the_stream_back(probe):
    await announce(probe, "things/1", events=3)
    async with receiving(hold) as receiver:
        async with relaying(probe, listener=receiver.address):
            while not receiver.got:
                await asyncio.sleep(0.005)
            asyncio.get_running_loop().call_later(0.1, receiver.let_go.set)
        assert receiver.sequences("things/1") == [1]
        assert await rows(probe, "select state from delivery order by id") == [("done",), ("pending",), ("pending",)]
        [(lease, due)] = await rows(probe, "select lease, due_at <= clock_timestamp() from stream")
        assert (lease, due) == (None, True), "the next relay need not wait for the lease"


async def dead_letters(probe: Any) -> list[outbox_admin.DeadLetter]:
    """Two destinations, each refusing the second of three events of two aggregates."""

    async def refuse_the_second(receiver: Receiver, request: web.Request) -> web.StreamResponse:
        return web.Response(status=422 if b'"0000000002"' in receiver.got[-1][1] else 204, text="no")

    await announce(probe, "things/1", "things/2", events=3, to=("listener", "needs"))
    async with (
        receiving(refuse_the_second) as refusing,
        relaying(probe, listener=refusing.address, needs=refusing.address),
    ):
        await until(probe, UNDELIVERED, 0)
    return await outbox_admin.dead(probe.database.engine)


async def test_an_operator_sees_dead_letters_and_sends_them_again(probe):
    engine = probe.database.engine
    letters = await dead_letters(probe)
    assert [(letter.sequence, letter.attempts, letter.last_code, letter.last_error) for letter in letters] == [
        (2, 1, 422, "no")
    ] * 4
    assert [letter.destination for letter in await outbox_admin.dead(engine, 1)] == [letters[0].destination]
    status = await outbox_admin.status(engine)
    assert [(each.destination, each.pending, each.dead) for each in status] == [("listener", 0, 2), ("needs", 0, 2)]
    assert await outbox_admin.replay(engine, destination="nobody") == 0
    assert await outbox_admin.replay(engine, since=clock.now() + timedelta(hours=1)) == 0
    assert await outbox_admin.replay(engine, delivery=letters[0].id) == 1
    assert await outbox_admin.replay(engine, delivery=letters[0].id) == 0, "it is on its way already"
    assert await outbox_admin.replay(engine, destination="listener") == 2 - (letters[0].destination == "listener")
    assert await outbox_admin.replay(engine, since=clock.now() - timedelta(hours=1)) > 0
    async with receiving() as receiver, relaying(probe, listener=receiver.address, needs=receiver.address):
        await until(probe, UNDELIVERED, 0)
    assert sorted(headers["webhook-id"] for headers, _ in receiver.got) == sorted(each.event_id for each in letters)
    assert await outbox_admin.status(engine) == []
    delivered = (await rows(probe, "select min(id) from delivery where state = 'done'"))[0][0]
    assert await outbox_admin.replay(engine, delivery=delivered) == 1, "a delivered one only when it is named"
    assert await outbox_admin.replay(engine) == 0


async def prune(probe: Any) -> int:
    async with probe.database.work(worker("probe")) as work:
        return await outbox_admin.prune(work)


async def test_the_sweep_forgets_what_everybody_took_long_ago(probe, probe_addresses):
    await dead_letters(probe)
    await announce(probe, "things/3", to=("gateway",))
    assert await prune(probe) == 0
    async with probe.database.engine.begin() as connection:
        for days in (36, 34):
            await connection.execute(
                text("insert into inbox values ('/needs', :id, now() - make_interval(days => :days))"),
                {"id": str(uuid7()), "days": days},
            )
    with psycopg.connect(probe_addresses.owner) as owner:  # the runtime role may not alter events
        owner.execute("update event set created_at = now() - interval '31 days'")
    assert await prune(probe) == 4 + 1
    assert await prune(probe) == 0
    left = await rows(probe, "select (select count(*) from event), (select count(*) from inbox)")
    assert left == [(3, 1)], "events somebody has not taken are kept"
    assert await rows(probe, "select count(*) from delivery where state = 'done'") == [(0,)]
    assert await outbox_admin.replay(probe.database.engine) == 4
    async with (
        receiving() as receiver,
        relaying(probe, listener=receiver.address, needs=receiver.address, gateway=receiver.address),
    ):
        await until(probe, UNDELIVERED, 0)
    assert await prune(probe) == 3
    assert await rows(probe, "select count(*) from stream") == [(0,)]
