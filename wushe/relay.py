"""Delivery of announced events over HTTP: at least once, in order per destination and aggregate, through every crash.

A stream is one aggregate on its way to one destination. It is due while it has undelivered events; whoever claims it
holds a token and a lease, and every later write names that token, so a worker that was frozen cannot undo what its
successor did. No transaction is open while a receiver is waited for. All due times are the database's clock.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from uuid import uuid4

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from wushe import clock
from wushe.identity import Trust
from wushe.outbox import signature_headers
from wushe.settings import Settings

log = logging.getLogger("wushe.relay")

LANE_WIDTH = 8
"""Deliveries under way to one destination, so that a slow one leaves the others their slots."""
REFUSERS = 4 * LANE_WIDTH
"""Streams one destination refuses in a row, none accepted, before it counts as silent: not an event, it is unwell."""
BATCH = 20
POLL_SECONDS, IDLE_SECONDS = 0.05, 0.5
FIRST_DELAY, DELAY_FACTOR, LONGEST_DELAY = 0.5, 4, 21_600
"""Back-off of a stream in seconds: 0.5, 2, 8, 32 … 6 hours; twelve attempts take most of a day."""
LONGEST_PAUSE, RETRY_SECONDS = 30, 0.2
DRAIN_SECONDS = 15
REPLY_BYTES = 2048
HOPELESS = frozenset({400, 409, 410, 413, 415, 422})
"""Answers after which the same bytes will never be accepted, unless Retry-After says otherwise; followers go on."""
AWAY = frozenset({429, 502, 503, 504})
"""Answers about the receiver; any other refusal is about the event, and tells nothing of its neighbours."""

# A lane's share is claimed by state, never by position: a neighbour that commits late is not skipped.
_CLAIM = text("""
    with room as (select key as destination, value::int as free from jsonb_each_text(cast(:room as jsonb))),
    mine as materialized (
        select due.id from room cross join lateral (
            select id from stream where stream.destination = room.destination and due_at <= now()
            order by due_at limit room.free for no key update skip locked) as due)
    update stream set lease = :token, due_at = clock_timestamp() + make_interval(secs => :lease)
    from mine where stream.id = mine.id
    returning stream.id, stream.destination, stream.aggregate, stream.attempts""")
_PENDING = text("""
    select held.id as stream_id, next.id, next.attempts, event.id as event_id, event.type, event.body
    from unnest(cast(:streams as bigint[])) as held(id)
    cross join lateral (
        select id, event_id, attempts from delivery where stream_id = held.id and state = 'pending'
        order by id limit :batch) as next
    join event on event.id = next.event_id
    order by next.id""")
# Counts the stream, not the delivery: repeated after a lost acknowledgement it tells the same.
_SETTLE = text("""
    with mine as (
        update stream
        set due_at = clock_timestamp() + make_interval(secs => :seconds),
            lease = case when cast(:again as boolean) then null else lease end,
            attempts = case when cast(:again as boolean) then attempts + 1 else 0 end
        where id = :stream and lease = :token returning id),
    settled as (
        update delivery
        set state = :state, attempts = attempts + 1, last_code = cast(:code as integer), last_error = :error,
            done_at = case when cast(:again as boolean) then null else clock_timestamp() end
        where id = :delivery and state = 'pending' and exists (select from mine))
    select count(*) from mine""")
_LOCK = text("select id from stream where id = :stream and lease = :token for no key update")
# Only after the row is locked, as a statement of its own: an event committed while we waited for the lock is seen.
_FINISH = text("""
    update stream
    set lease = null, due_at = case when exists (
        select from delivery where stream_id = :stream and state = 'pending') then now() end
    where id = :stream""")
# After an outage nobody waits for the back-off it caused.
_HASTEN = text("""
    update stream set due_at = now() where id in (
        select id from stream where destination = :destination and due_at > now() and lease is null
        for no key update skip locked)""")


@dataclass(frozen=True, slots=True)
class Pending:
    """One event that one destination has not acknowledged."""

    id: int
    attempts: int
    event_id: str
    type: str
    body: str


@dataclass(slots=True)
class Held:
    """A claimed stream: ours until the lease ends, which every settled delivery renews."""

    token: str
    expires: float
    id: int
    destination: str
    aggregate: str
    failures: int
    pending: list[Pending] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; ``code`` is None when there was no answer at all."""

    code: int | None
    error: str | None = None
    retry_after: float = 0

    @property
    def delivered(self) -> bool:
        """Only 2xx is success; a redirect is a wrong address."""
        return self.code is not None and httpx.codes.is_success(self.code)

    @property
    def final(self) -> bool:
        """Whether the receiver has made up its mind about this event."""
        return self.delivered or (self.code in HOPELESS and not self.retry_after)

    def state(self, attempt: int, limit: int) -> str:
        """What becomes of the delivery after its ``attempt``-th try."""
        if self.delivered:
            return "done"
        return "dead" if self.final or attempt >= limit else "pending"

    def delay(self, failures: int) -> float:
        """Seconds until the next attempt, given the failures in a row before this one."""
        grown: float = min(LONGEST_DELAY, FIRST_DELAY * DELAY_FACTOR ** min(failures, 20))
        return max(self.retry_after, grown * random.uniform(0.75, 1.25))  # noqa: S311 -- jitter is no secret


@dataclass(slots=True)
class Lane:
    """What this process knows of one destination; forgotten with the process, and that is harmless."""

    running: int = 0
    silences: int = 0
    opens: float = 0
    held_back: bool = True
    refused: set[int] = field(default_factory=set)
    """Streams put off since it last accepted anything."""

    def room(self, now: float) -> int:
        """How many more streams may be claimed; a silent destination is probed by one."""
        width = 1 if self.silences else LANE_WIDTH
        return max(0, width - self.running) if now >= self.opens else 0

    def hear(self, stream: int, outcome: Outcome, now: float) -> bool:
        """Learn from an attempt; True when deliveries held back by an outage should be hastened."""
        if outcome.final:
            self.refused.clear()
        elif outcome.code in AWAY:
            self.refused.add(stream)
        if outcome.code is None or len(self.refused) >= REFUSERS:
            if now >= self.opens:
                self.silences += 1
                self.opens = now + min(LONGEST_PAUSE, FIRST_DELAY * 2 ** min(self.silences - 1, 10))
                self.held_back |= self.silences > 1
            return False
        self.silences, self.opens = 0, 0
        hasten = self.held_back and outcome.delivered
        self.held_back &= not hasten
        return hasten


def retry_after(header: str) -> float:
    """Seconds a receiver asks us to wait, given as a number or a date; at most an hour, 0 when unreadable."""
    try:
        if header.strip().isdecimal():
            return min(3600.0, float(header))
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return 0
    return min(3600.0, max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - clock.now()).total_seconds()))


class Relay:
    """Delivers what one service announced; any number of them may work on one database."""

    def __init__(
        self, engine: AsyncEngine, *, name: str, settings: Settings, trust: Trust, client: httpx.AsyncClient
    ) -> None:
        self._engine, self._name, self._trust, self._client = engine, name, trust, client
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._peers, self._limit, self._lease = settings.peers, settings.delivery_attempts, settings.lease_seconds
        self._deadline = min(settings.delivery_timeout, 0.8 * settings.lease_seconds)
        self._lanes = {destination: Lane() for destination in self._peers}
        self._connections = asyncio.Semaphore(max(1, settings.pool_size // 2))
        self._pumps: set[asyncio.Task[None]] = set()
        self._hint = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Look now: something was committed. A hint only; the loop looks anyway."""
        self._hint.set()

    async def run(self, stopping: asyncio.Event, *, beat: Callable[[], None]) -> None:
        """Deliver until told to stop, then finish what is under way; a database that is away is waited for."""
        self._stopping = stopping
        watcher = asyncio.create_task(stopping.wait())
        watcher.add_done_callback(lambda _: self.wake())
        pause = POLL_SECONDS
        while not stopping.is_set():
            self._hint.clear()
            pause = POLL_SECONDS if await self._dispatch(beat) else min(IDLE_SECONDS, pause * 1.5)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._hint.wait()
        await self._drain()
        watcher.cancel()

    async def _dispatch(self, beat: Callable[[], None]) -> bool:
        """Claim what there is room for and start delivering it; False when nothing was due."""
        try:
            claimed = await self._claim()
        except Exception:
            log.exception("claiming failed")
            return False
        beat()
        for held in claimed:
            self._lanes[held.destination].running += 1
            pump = asyncio.create_task(self._pump(held))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)
        return bool(claimed)

    async def _drain(self) -> None:
        """Let deliveries under way end; what is cut off is delivered again when its lease ends."""
        if self._pumps:
            _, late = await asyncio.wait(self._pumps, timeout=DRAIN_SECONDS)
            for pump in late:
                pump.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self) -> list[Held]:
        now = time.monotonic()
        room = {destination: lane.room(now) for destination, lane in self._lanes.items()}
        if not any(room.values()):
            return []
        token = uuid4().hex
        # One transaction: what is claimed but could not be read is not held.
        async with self._connections, self._engine.begin() as connection:
            values = {"room": json.dumps(room), "token": token, "lease": self._lease}
            rows = await connection.execute(_CLAIM, values)
            found = {row.id: Held(token, now + self._lease, *row) for row in rows}
            if found:
                rows = await connection.execute(_PENDING, {"streams": list(found), "batch": BATCH})
                for stream_id, *delivery in rows:
                    found[stream_id].pending.append(Pending(*delivery))
        return list(found.values())

    async def _pump(self, held: Held) -> None:
        """Deliver one stream's events in order, until it is empty, fails, or is no longer ours."""
        try:
            for delivery in held.pending:
                if self._stopping.is_set() or time.monotonic() > held.expires:
                    break
                outcome = await self._post(held, delivery)
                if not await self._settle(held, delivery, outcome):
                    return
            await self._release(held)
        except Exception:
            log.exception("delivery failed", extra={"destination": held.destination, "aggregate": held.aggregate})
        finally:
            self._lanes[held.destination].running -= 1
            self.wake()

    async def _post(self, held: Held, delivery: Pending) -> Outcome:
        """One attempt. Every fault is worth another: the transport reports even a refused connection as a timeout."""
        try:
            signed = signature_headers(
                delivery.body,
                event_id=delivery.event_id,
                key=self._trust.key(self._name, held.destination),
                at=clock.timestamp(),
            )
            async with (
                asyncio.timeout(self._deadline),
                self._client.stream(
                    "POST",
                    f"{self._peers[held.destination]}/internal/events",
                    content=delivery.body.encode(),
                    headers={"content-type": "application/cloudevents+json; charset=utf-8", **signed},
                    follow_redirects=False,
                ) as answer,
            ):
                outcome = await _read(answer)
        except Exception as fault:
            outcome = Outcome(None, f"{type(fault).__name__}: {fault}"[:REPLY_BYTES])
        await self._learn(held, outcome)
        return outcome

    async def _learn(self, held: Held, outcome: Outcome) -> None:
        destination = held.destination
        if not self._lanes[destination].hear(held.id, outcome, time.monotonic()):
            return
        try:
            async with self._connections, self._single.connect() as connection:
                await connection.execute(_HASTEN, {"destination": destination})
        except Exception:
            log.exception("hastening failed", extra={"destination": destination})

    async def _settle(self, held: Held, delivery: Pending, outcome: Outcome) -> bool:
        """Write down what came of an attempt; False when the stream is no longer ours to go on with."""
        began = time.monotonic()
        state = outcome.state(delivery.attempts + 1, self._limit)
        again, last = state == "pending", delivery is held.pending[-1]
        values = {
            "stream": held.id,
            "token": held.token,
            "delivery": delivery.id,
            "state": state,
            "again": again,
            "code": outcome.code,
            "error": outcome.error,
            "seconds": outcome.delay(held.failures) if again else self._lease,
        }

        async def write(connection: AsyncConnection) -> bool:
            ours = await connection.scalar(_SETTLE, values)
            if ours and last and not again:
                await self._finish(connection, held)
            return bool(ours)

        ours = await self._insist(held, write, engine=self._engine if last else self._single)
        held.failures, held.expires = 0, began + self._lease
        _report(held, delivery, outcome, state if ours else "lost")
        return ours and not again and not last

    async def _release(self, held: Held) -> None:
        """Give a stream back before its lease ends."""

        async def write(connection: AsyncConnection) -> bool:
            ours = await connection.scalar(_LOCK, {"stream": held.id, "token": held.token})
            if ours:
                await self._finish(connection, held)
            return bool(ours)

        await self._insist(held, write, engine=self._engine)

    async def _finish(self, connection: AsyncConnection, held: Held) -> None:
        """Disarm the stream this transaction has locked, unless more is waiting in it."""
        await connection.execute(_FINISH, {"stream": held.id})

    async def _insist(
        self, held: Held, write: Callable[[AsyncConnection], Awaitable[bool]], *, engine: AsyncEngine
    ) -> bool:
        """Write while the lease lasts, however often the database goes away meanwhile."""
        while True:
            try:
                async with self._connections, engine.begin() as connection:
                    return await write(connection)
            except Exception:
                if time.monotonic() > held.expires:
                    raise
                log.warning("write failed, trying again", exc_info=True, extra={"destination": held.destination})
            await asyncio.sleep(RETRY_SECONDS)


async def _read(answer: httpx.Response) -> Outcome:
    """What a receiver said; of a refusal its first words, for the operator."""
    if answer.is_success:
        return Outcome(answer.status_code)
    reply = b""
    async for chunk in answer.aiter_raw():
        reply += chunk
        if len(reply) >= REPLY_BYTES:
            break
    said = reply[:REPLY_BYTES].decode(errors="replace").replace("\0", "")
    return Outcome(answer.status_code, said, retry_after(answer.headers.get("retry-after", "")))


def _report(held: Held, delivery: Pending, outcome: Outcome, state: str) -> None:
    if state == "done":
        return
    facts = {"destination": held.destination, "event_id": delivery.event_id, "type": delivery.type}
    level = logging.ERROR if state == "dead" else logging.WARNING
    log.log(level, "not delivered", extra={**facts, "state": state, "code": outcome.code, "reason": outcome.error})
