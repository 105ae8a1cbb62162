"""Public events sent to agencies' systems, over real HTTP: in order, signed, tried again, never behind our walls."""

import json

import pytest
import pytest_asyncio
from sqlalchemy import select
from standardwebhooks import Webhook as Oracle

from gateway.channels.webhooks import AddressNotAllowed, Walls, Webhooks
from gateway.models import Webhook
from gateway.repository import Receivers
from gateway.usecases.webhooks import ATTEMPTS, note
from tests.gateway.receiver import Receiver
from tests.gateway.test_feed_and_inbox import FOREIGN, announce
from tests.gateway.wechat import serving
from tests.harness import COMMUNITY, COUNTY
from wushe.db import uuid7
from wushe.jobs import worker

pytestmark = pytest.mark.asyncio(loop_scope="session")
SUBMITTED = "cn.wushe.needs.need.submitted.v1"


@pytest_asyncio.fixture(loop_scope="session")
async def agency(house, monkeypatch):
    """An agency's system, and a gateway that may reach it."""
    client = Webhooks(Walls(["127.0.0.1/32"]), deadline=2)
    monkeypatch.setitem(house.app.state._state, "webhooks", client)
    async with serving(Receiver()) as receiver:
        yield receiver
        await client.close()


def machine(house, scope=COUNTY, subject="agency"):
    return house.acting("integration", scope, subject=subject)


async def registered(house, agency, **more):
    body = {"url": f"{agency.url}/events", **more}
    answer = await machine(house).post("/v1/webhooks", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def log(house, webhook):
    found = (await machine(house).get(f"/v1/webhooks/{webhook['id']}/deliveries")).json()["items"]
    return [(each["event_id"], each["state"], each["status"], each["attempts"]) for each in reversed(found)]


async def hurry(house):
    await house.sql("update webhooks set next_at = now() - interval '1 second'")
    await house.sweep()


async def test_events_arrive_in_order_signed_and_within_the_division(house, agency):
    await announce(house)
    webhook = await registered(house, agency)
    sent = [await announce(house, number) for number in range(1, 26)]
    await announce(house, division=FOREIGN)
    await announce(house, public=False)
    await house.sweep()
    assert [json.loads(body)["id"] for _, body in agency.heard] == [event["id"] for event in sent]
    for headers, body in agency.heard:
        assert Oracle(webhook["secret"]).verify(body, {k.lower(): v for k, v in headers.items()})["type"] == SUBMITTED
    first = json.loads(agency.heard[0][1])
    assert (first["specversion"], first["division"], first["data"]) == ("1.0", COMMUNITY, sent[0]["data"])
    await house.sweep()
    assert len(agency.heard) == 25
    assert await log(house, webhook) == [(event["id"], "delivered", 204, 1) for event in sent[5:]]


async def test_only_the_events_asked_for_are_sent(house, agency):
    await registered(house, agency, types=["cn.wushe.needs.need.closed.v1"])
    await announce(house)
    await house.sweep()
    assert agency.heard == []
    (row,) = await house.sql("select cursor, (select max(cursor) from feed_entries) as latest from webhooks")
    assert row.cursor == row.latest, "and it is not looked for again"


async def test_an_event_that_comes_while_there_was_nothing_to_hear_is_not_passed_over(house, agency):
    await registered(house, agency, types=[SUBMITTED])
    await house.hear("cn.wushe.needs.need.closed.v1", {"need_id": str(uuid7()), "state": "closed"})
    await announce(house, 1)
    await house.sweep()
    heard = len(agency.heard)
    async with house.database.work(worker("gateway")) as work:
        receivers = Receivers(work)
        end = await receivers.end()
        (hook,) = await receivers.all(select(Webhook))
        assert await receivers.news(hook) == []
    event = await announce(house, 2)
    async with house.database.work(worker("gateway")) as work:
        await note(receivers=Receivers(work), sent=hook, tried=[], end=end)
    await hurry(house)
    assert [json.loads(body)["id"] for _, body in agency.heard[heard:]] == [event["id"]]


async def test_what_is_not_taken_is_tried_again_later_and_keeps_its_place(house, agency):
    webhook = await registered(house, agency)
    first, second = await announce(house, 1), await announce(house, 2)
    agency.statuses = [500]
    await house.sweep()
    await house.sweep()
    assert agency.heard == [] and await log(house, webhook) == [(first["id"], "failed", 500, 1)]
    agency.is_down = True
    await hurry(house)
    assert await log(house, webhook) == [(first["id"], "failed", 0, 2)]
    agency.is_down = False
    await hurry(house)
    assert [json.loads(body)["id"] for _, body in agency.heard] == [first["id"], second["id"]]
    assert await log(house, webhook) == [(first["id"], "delivered", 204, 3), (second["id"], "delivered", 204, 1)]


async def test_after_a_day_an_event_is_dead_and_the_next_one_goes_on(house, agency):
    webhook = await registered(house, agency)
    first, second = await announce(house, 1), await announce(house, 2)
    await house.sql("update webhooks set attempts = :n", n=ATTEMPTS - 1)
    agency.statuses = [500]
    await house.sweep()
    await hurry(house)
    assert await log(house, webhook) == [(first["id"], "dead", 500, ATTEMPTS), (second["id"], "delivered", 204, 1)]


async def test_410_disables_and_playing_again_begins_anew(house, agency):
    webhook = await registered(house, agency)
    sent = [await announce(house, number) for number in (1, 2)]
    agency.statuses = [410]
    await house.sweep()
    await hurry(house)
    path = f"/v1/webhooks/{webhook['id']}"
    found = (await machine(house).get(path)).json()
    assert (found["state"], agency.heard) == ("disabled", [])
    answer = await machine(house).post(f"{path}/replay", {"after": 0}, if_match=found["version"])
    assert (answer.status_code, answer.json()["state"]) == (200, "active")
    await house.sweep()
    assert [json.loads(body)["id"] for _, body in agency.heard] == [event["id"] for event in sent]
    found = (await machine(house).get(path)).json()
    await machine(house).post(f"{path}/withdraw", if_match=found["version"])
    await announce(house, 3)
    await hurry(house)
    assert len(agency.heard) == 2


async def test_a_redirect_is_not_followed(house, agency):
    webhook = await registered(house, agency)
    event = await announce(house)
    agency.statuses = [307]
    await house.sweep()
    assert agency.heard == [] and await log(house, webhook) == [(event["id"], "failed", 307, 1)]


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/x",
        "https://127.0.0.1/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fd00::1]/x",
        "https://0.0.0.0/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://localhost/x",
        "https://user:pass@8.8.8.8/x",
        "https://8.8.8.8:99999/x",
    ],
)
async def test_an_address_behind_the_walls_is_refused(house, url):
    answer = await machine(house).post("/v1/webhooks", {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "ADDRESS_NOT_ALLOWED"), answer.text


async def test_a_name_that_leads_elsewhere_later_is_not_connected_to(house, agency, monkeypatch):
    """Registered while its name was public, it leads inside by the time an event is sent."""
    webhook = await registered(house, agency)
    await announce(house)
    client = Webhooks(Walls([]), deadline=2)
    monkeypatch.setitem(house.app.state._state, "webhooks", client)
    await house.sweep()
    assert agency.heard == [] and [status for _, _, status, _ in await log(house, webhook)] == [0]
    monkeypatch.setattr(client.walls, "require", lambda _: _nothing())
    await hurry(house)
    by_name = agency.url.replace("127.0.0.1", "localhost")
    assert await client.deliver(f"{by_name}/events", body="{}", event_id="e", key=b"k") == 0, "the resolver refuses it"
    await client.close()


async def _nothing():
    return None


async def test_public_addresses_are_admitted():
    walls = Walls(["10.9.0.0/16"])
    await walls.require("https://8.8.8.8/wushe")
    await walls.require("http://10.9.1.1:8080/wushe")
    for url in ("http://8.8.8.8/wushe", "https://10.8.0.1/wushe"):
        with pytest.raises(AddressNotAllowed):
            await walls.require(url)


async def test_a_webhook_is_its_clients_own_and_its_secret_is_kept_nowhere(house, agency, signed_in):
    webhook = await registered(house, agency)
    other, path = machine(house, subject="other"), f"/v1/webhooks/{webhook['id']}"
    assert (await other.get(path)).status_code == (await other.get(f"{path}/deliveries")).status_code == 404
    assert (await other.post(f"{path}/withdraw", if_match=1)).status_code == 404
    assert (await other.get("/v1/webhooks")).json()["items"] == []
    (mine,) = (await machine(house).get("/v1/webhooks")).json()["items"]
    assert "secret" not in mine and mine["id"] == webhook["id"]
    for table in ("webhooks", "idempotency", "audit"):
        rows = await house.sql(f"select row_to_json(t)::text from {table} t")
        assert not [row for row in rows if webhook["secret"].removeprefix("whsec_") in row[0]], table
    assert (await signed_in("operator", COUNTY).get("/v1/webhooks")).status_code == 403
    assert (await other.get(f"/v1/webhooks/{uuid7()}")).status_code == 404
