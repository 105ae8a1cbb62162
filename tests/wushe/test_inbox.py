"""Events: genuine, once each, in the transaction of their handler."""

import asyncio
import base64
import json

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook
from starlette.requests import Request

from tests.harness import COMMUNITY, TRUST
from tests.wushe.test_writes import body, rows
from wushe import clock
from wushe.db import uuid7
from wushe.outbox import signature_headers
from wushe.problems import ConflictingWrite, render
from wushe.relay import Outcome

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOLD = "cn.wushe.listener.name.told.v1"


async def thing(probe):
    return (await probe.acting("worker").post("/v1/things", body())).json()["id"]


async def test_an_event_is_applied_once_however_often_it_comes(probe):
    ident, event_id = await thing(probe), str(uuid7())
    data = {"thing_id": ident, "name": "新", "unknown": {"ignored": True}}
    answers = await asyncio.gather(*(probe.hear(TOLD, data, event_id=event_id) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {204}
    assert sum(answer.headers["wushe-applied"] == "true" for answer in answers) == 1
    [(name, count)] = await rows(probe, "select name, count from things")
    assert (name, count) == ("新", 1)


async def test_a_failing_handler_leaves_no_inbox_row(probe):
    event_id = str(uuid7())
    missing = await probe.hear(TOLD, {"thing_id": str(uuid7()), "name": "x"}, event_id=event_id)
    assert missing.status_code == 404
    assert await rows(probe, "select * from inbox") == []


async def test_an_event_of_another_county_finds_nothing(probe):
    ident = await thing(probe)
    answer = await probe.hear(TOLD, {"thing_id": ident, "name": "x"}, division="310110001001")
    assert answer.status_code == 404


async def test_unknown_types_are_acknowledged(probe):
    answer = await probe.hear("cn.wushe.listener.other.told.v9", {})
    assert (answer.status_code, answer.headers["wushe-applied"]) == (204, "false")


async def test_wrong_data_is_refused_for_good(probe):
    assert (await probe.hear(TOLD, {"thing_id": "no"})).status_code == 422


@pytest.mark.parametrize("fault", ["signature", "old", "body", "sender", "id", "none"])
async def test_forged_events_are_refused(probe, fault):
    ident, event_id, at = await thing(probe), str(uuid7()), clock.timestamp()
    event = {"id": event_id, "source": "/listener", "type": TOLD, "subject": "s", "time": "t", "sequence": "1"}
    raw = json.dumps(event | {"division": COMMUNITY, "data": {"thing_id": ident, "name": "x"}})
    at = at - 400 if fault == "old" else at
    issuer = "needs" if fault == "sender" else "listener"
    named = str(uuid7()) if fault == "id" else event_id
    headers = signature_headers(raw, event_id=named, key=TRUST.key(issuer, "probe"), at=at)
    if fault == "signature":
        headers["webhook-signature"] = "v1,AAAA"
    if fault == "none":
        headers = {}
    content = raw + " " if fault == "body" else raw
    answer = await probe.client.post("/internal/events", content=content, headers=headers)
    assert answer.status_code == 401
    assert await rows(probe, "select * from inbox") == []


@pytest.mark.parametrize("kind", [TOLD, "cn.wushe.gateway.clock.moved.v1", "nonsense", None, 7])
async def test_a_service_speaks_only_of_what_is_its_own(probe, kind):
    ident, event_id, at = await thing(probe), str(uuid7()), clock.timestamp()
    event = {"id": event_id, "source": "/needs", "type": kind, "subject": "s", "time": "t", "sequence": "1"}
    raw = json.dumps(event | {"division": COMMUNITY, "data": {"thing_id": ident, "name": "x", "offset_seconds": 9}})
    headers = signature_headers(raw, event_id=event_id, key=TRUST.key("needs", "probe"), at=at)
    assert (await probe.client.post("/internal/events", content=raw, headers=headers)).status_code == 401
    assert await rows(probe, "select * from sandbox_clock") == []


async def test_a_lost_race_is_worth_another_try(probe):
    """The relay gives up on 409 only when no Retry-After comes with it."""
    problem = render(ConflictingWrite(), Request({"type": "http", "headers": [], "path": "/"}))
    assert (problem.status_code, problem.headers["retry-after"]) == (409, "2")
    assert Outcome(409, retry_after=2).state(1, 12) == "pending"
    assert Outcome(409).state(1, 12) == "dead"


async def test_signature_and_envelope_follow_the_standards(probe):
    made = await thing(probe)
    [(event_id, raw)] = await rows(probe, "select id, body from event")
    key = TRUST.key("probe", "needs")
    headers = signature_headers(raw, event_id=event_id, key=key, at=clock.timestamp())
    assert Webhook("whsec_" + base64.b64encode(key).decode()).verify(raw, headers) == json.loads(raw)
    message = HTTPMessage({"content-type": "application/cloudevents+json"}, raw.encode())
    event = from_structured(message, JSONFormat(), CloudEvent)
    assert (event.get_id(), event.get_source()) == (event_id, "/probe")
    assert event.get_data()["thing_id"] == made
    assert event.get_extension("division") == COMMUNITY
