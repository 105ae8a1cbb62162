"""Carries what the services of one test announce to those who listen, as their relays would, until nobody has news."""

import json

from sqlalchemy import text

from tests import directly
from tests.harness import TRUST, Bench, Service
from wushe import clock
from wushe.outbox import signature_headers

_PENDING = text(
    "select event.id, event.body, stream.destination from delivery join stream on stream.id = delivery.stream_id"
    " join event on event.id = delivery.event_id where delivery.state = 'pending' order by delivery.id"
)
_DONE = text("update delivery set state = 'done', done_at = now() where event_id = :event")


async def carry(bench: Bench) -> int:
    """Every event to every listener, in order; answers how many were taken."""
    taken = 0
    while moved := sum([await _empty(bench, service) for service in list(bench.services.values())]):
        taken += moved
    return taken


async def _empty(bench: Bench, sender: Service) -> int:
    connection = sender.database.connection
    waiting = list(await connection.execute(_PENDING))
    for event_id, body, destination in waiting:
        if destination in bench.services:
            await _deliver(sender.name, bench.services[destination], event_id, body)
        await connection.execute(_DONE, {"event": event_id})
    return len(waiting)


async def _deliver(sender: str, receiver: Service, event_id: str, body: str) -> None:
    key = TRUST.key(sender, receiver.name)
    headers = signature_headers(body, event_id=event_id, key=key, at=clock.timestamp())
    headers["content-type"] = "application/cloudevents+json; charset=utf-8"
    answer = await directly.request(receiver.app, "POST", "/internal/events", headers=headers, body=body)
    assert answer.status_code == 204, (json.loads(body)["type"], receiver.name, answer.text)
