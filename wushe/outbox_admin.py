"""What operators see of the outbox and do to it, and the sweep that keeps it small."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from wushe.work import Work

KEPT_DAYS, INBOX_KEPT_DAYS = 30, 35
"""A receiver remembers longer than a sender repeats, so a late repetition is still recognised."""
BATCH = 500

# Two arms, so that each is read through its partial index however many delivered rows there are.
_STATUS = text("""
    with owed as (
        select stream_id, event_id, state from delivery where state = 'pending'
        union all select stream_id, event_id, state from delivery where state = 'dead')
    select stream.destination,
           count(*) filter (where owed.state = 'pending') as pending,
           count(*) filter (where owed.state = 'dead') as dead,
           count(distinct stream.id) filter (where stream.attempts > 0) as failing,
           coalesce(extract(epoch from clock_timestamp()
               - min(event.created_at) filter (where owed.state = 'pending')), 0)::float as oldest_seconds
    from owed join stream on stream.id = owed.stream_id join event on event.id = owed.event_id
    group by stream.destination order by stream.destination""")
_DEAD = text("""
    select delivery.id, stream.destination, stream.aggregate, event.sequence, event.type, event.id as event_id,
           event.created_at, delivery.done_at as given_up_at, delivery.attempts, delivery.last_code,
           delivery.last_error
    from delivery join stream on stream.id = delivery.stream_id join event on event.id = delivery.event_id
    where delivery.state = 'dead' order by delivery.id limit :limit""")
# Streams first and in the order every writer takes them, then their deliveries: no deadlock, no lost wake-up.
_MATCH = """
    select delivery.id, delivery.stream_id from delivery join stream on stream.id = delivery.stream_id
    where (delivery.state = 'dead' or delivery.id = cast(:delivery as bigint) and delivery.state = 'done')
      and delivery.id = coalesce(cast(:delivery as bigint), delivery.id)
      and stream.destination = coalesce(cast(:destination as text), stream.destination)
      and delivery.done_at >= coalesce(cast(:since as timestamptz), '-infinity')"""
_LOCK = text(f"""
    select id from stream where id in (select stream_id from ({_MATCH}) as wanted)
    order by destination, aggregate for no key update""")  # noqa: S608 -- constants
_REVIVE = text(f"""
    update delivery set state = 'pending', attempts = 0, done_at = null
    where id in (select id from ({_MATCH}) as wanted where stream_id = any(cast(:streams as bigint[])))
    returning id""")  # noqa: S608 -- constants
_ARM = text("""
    update stream set attempts = 0, due_at = case when lease is null then clock_timestamp() else due_at end
    where id = any(cast(:streams as bigint[]))""")

_FORGET = text("""
    with old as (
        select id from event where created_at < now() - make_interval(days => :days)
          and not exists (select from delivery where event_id = event.id and state <> 'done')
        order by created_at limit :batch),
    sent as (delete from delivery using old where delivery.event_id = old.id returning delivery.stream_id),
    gone as (delete from event using old where event.id = old.id returning event.id)
    select (select count(*) from gone), array(select distinct stream_id from sent)""")
# A producer that takes up an idle stream meanwhile arms it, and an armed one is left alone.
_FORGET_STREAMS = text("""
    delete from stream where id = any(cast(:streams as bigint[])) and due_at is null
    and not exists (select from delivery where stream_id = stream.id)""")
_FORGET_HEARD = text("""
    delete from inbox using (
        select source, event_id from inbox where received_at < now() - make_interval(days => :days)
        order by received_at limit :batch) as old
    where inbox.source = old.source and inbox.event_id = old.event_id""")


@dataclass(frozen=True, slots=True)
class Destination:
    """How far one destination is behind; the age of its oldest undelivered event is the alarm."""

    destination: str
    pending: int
    dead: int
    failing: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event one destination did not take, and why."""

    id: int
    destination: str
    aggregate: str
    sequence: int
    type: str
    event_id: str
    created_at: datetime
    given_up_at: datetime
    attempts: int
    last_code: int | None
    last_error: str | None


async def status(engine: AsyncEngine) -> list[Destination]:
    """What is undelivered, by destination; empty when everything arrived."""
    async with engine.connect() as connection:
        return [Destination(*row) for row in await connection.execute(_STATUS)]


async def dead(engine: AsyncEngine, limit: int = 100) -> list[DeadLetter]:
    """The oldest dead letters."""
    async with engine.connect() as connection:
        return [DeadLetter(*row) for row in await connection.execute(_DEAD, {"limit": limit})]


async def replay(
    engine: AsyncEngine, delivery: int | None = None, destination: str | None = None, since: datetime | None = None
) -> int:
    """Send dead letters again under their own ids, which receivers recognise; answers how many.

    Limited to one delivery (which may also be a delivered one), one destination, those given up since an instant, or
    all of these; without a limit every dead letter is sent.
    """
    wanted = {"delivery": delivery, "destination": destination, "since": since}
    async with engine.begin() as connection:
        streams = list((await connection.scalars(_LOCK, wanted)).all())
        revived = (await connection.execute(_REVIVE, {**wanted, "streams": streams})).all()
        await connection.execute(_ARM, {"streams": streams})
        return len(revived)


async def prune(work: Work) -> int:
    """One batch of the sweep: forget events everybody took 30 days ago and inbox rows of 35; answers how many."""
    run = work.session.execute
    forgotten, streams = (await run(_FORGET, {"days": KEPT_DAYS, "batch": BATCH})).one()
    if streams:
        await run(_FORGET_STREAMS, {"streams": streams})
    heard = await run(_FORGET_HEARD, {"days": INBOX_KEPT_DAYS, "batch": BATCH})
    return int(forgotten) + int(heard.rowcount)  # type: ignore[attr-defined]  # a delete's result counts rows
