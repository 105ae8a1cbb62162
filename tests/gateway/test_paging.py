"""Pages to telephones: asked for by a service, sent through a provider over HTTP, reported on afterwards."""

import json
from types import SimpleNamespace

import pytest

from gateway.models import PageState
from gateway.usecases.paging import wait
from tests.gateway.provider import KEY, signed
from tests.harness import COMMUNITY
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
NUMBER = "19900000001"


def wanted(**more: object) -> dict[str, object]:
    body = {"division": COMMUNITY, "person_id": str(uuid7()), "kind": "sms", "template": "duty_call", "key": "k-1"}
    return {**body, "params": {"code": "A17"}, "number": NUMBER, **more}


async def asked(house, **more: object) -> dict[str, object]:
    answer = await house.sibling("needs").post("/internal/pages", wanted(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def page(house, made: dict[str, object]) -> dict[str, object]:
    answer = await house.sibling("needs").get(f"/internal/pages/{made['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def hurry(house) -> None:
    """What waits for its next attempt has waited long enough."""
    await house.sql("update telephone_pages set next_at = now() - interval '1 second'")
    await house.sweep()


async def test_a_page_is_sent_and_arrives(house, provider, stranger):
    made = await asked(house)
    assert made["state"] == "queued"
    await house.sweep()
    (sent,) = provider.sent.values()
    assert sent == {"kind": "sms", "number": NUMBER, "template": "duty_call", "params": {"code": "A17"}}
    assert (await page(house, made))["state"] == "sent"
    report = json.dumps({"provider_id": "m-1", "result": "delivered"})
    answer = await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report))
    assert answer.status_code == 200, answer.text
    found = await page(house, made)
    assert (found["state"], found["attempts"]) == ("delivered", 1) and found["delivered_at"]


async def test_a_job_sends_at_once_what_was_asked_for(house, provider):
    await asked(house)
    jobs = await house.sql("select task_name from procrastinate_jobs where status = 'todo'")
    assert [job[0] for job in jobs] == ["send_pages_now"]
    await house.app.state.sweeps.tasks["send_pages_now"](house.database)
    assert len(provider.sent) == 1


async def test_the_same_key_is_the_same_page_whoever_repeats_it(house, provider):
    made, again = await asked(house), await asked(house, template="other")
    assert made["id"] == again["id"]
    other = await house.sibling("projects").post("/internal/pages", wanted())
    assert other.json()["id"] != made["id"]
    await house.sweep()
    assert len(provider.sent) == 2


async def test_the_number_is_asked_of_needs_and_never_kept(bench, house, provider):
    bench.services["needs"] = SimpleNamespace(app=contacts({"phone": NUMBER, "call": True, "text": False}))
    made = await asked(house, number=None, kind="voice")
    await house.sweep()
    assert [each["number"] for each in provider.sent.values()] == [NUMBER]
    assert (await page(house, made))["state"] == "sent"
    given = await asked(house, key="k-2")
    await house.sweep()
    assert (await page(house, given))["state"] == "sent"
    for table in ("telephone_pages", "audit", "idempotency", "event"):
        stored = await house.sql(f"select row_to_json(t)::text from {table} t")
        assert not [row for row in stored if NUMBER in row[0]], table


def contacts(found: dict[str, object], status: int = 200):
    """Needs, knowing how to reach everybody."""

    async def app(scope, receive, send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(found).encode()})

    return app


async def test_somebody_without_a_number_is_not_reached_and_it_is_said(bench, house, provider):
    bench.services["needs"] = SimpleNamespace(app=contacts({"code": "NOT_FOUND"}, 404))
    made = await asked(house, number=None)
    await house.sweep()
    found = await page(house, made)
    assert (found["state"], found["reason"]) == ("failed", "no_number")


@pytest.mark.parametrize(("kind", "way"), [("sms", "call"), ("voice", "text")])
async def test_who_may_be_reached_in_one_way_is_not_reached_in_another(bench, house, provider, kind, way):
    found = {"phone": NUMBER, "call": False, "text": False, way: True}
    bench.services["needs"] = SimpleNamespace(app=contacts(found))
    made = await asked(house, number=None, kind=kind)
    await house.sweep()
    assert not provider.sent
    assert (await page(house, made))["reason"] == "no_number"


async def test_when_needs_is_away_the_page_waits(house, provider):
    made = await asked(house, number=None)
    await house.sweep()
    found = await page(house, made)
    assert (found["state"], found["reason"], found["attempts"]) == ("queued", "contacts_unavailable", 1)


async def test_without_a_provider_a_page_is_never_believed_to_be_sent(house):
    made = await asked(house)
    await house.sweep()
    found = await page(house, made)
    assert (found["state"], found["reason"], found["sent_at"]) == ("failed", "not_configured", None)


async def test_a_provider_that_is_away_is_asked_again_later(house, provider):
    provider.is_down = True
    made = await asked(house)
    await house.sweep()
    found = await page(house, made)
    assert (found["state"], found["reason"]) == ("queued", "unreachable")
    await house.sweep()
    assert provider.calls == 1, "not before its time"
    provider.is_down, provider.statuses = False, [503]
    await hurry(house)
    assert (await page(house, made))["reason"] == "http_503"
    await hurry(house)
    assert (await page(house, made))["state"] == "sent"


async def test_what_the_provider_does_not_take_is_not_tried_again(house, provider):
    provider.statuses = [422]
    made = await asked(house)
    await house.sweep()
    await hurry(house)
    found = await page(house, made)
    assert (found["state"], found["reason"], found["attempts"]) == ("failed", "http_422", 1)


async def test_attempts_end(house, provider, monkeypatch):
    monkeypatch.setattr(house.app.state.settings, "delivery_attempts", 2)
    provider.statuses = [500, 500, 500]
    made = await asked(house)
    for _ in range(3):
        await hurry(house)
    found = await page(house, made)
    assert (found["state"], found["reason"], found["attempts"]) == ("failed", "http_500", 2)


async def test_who_died_after_sending_has_sent_it_twice_at_most_under_one_key(house, provider, monkeypatch):
    """The answer was never written down: the lease ends, and the provider hears the same key again."""
    made = await asked(house)
    provider.statuses = []
    from gateway.usecases import paging  # noqa: PLC0415 -- the moment after the message left

    with monkeypatch.context() as patched:
        patched.setattr(paging, "settle", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            await house.sweep()
    assert (await page(house, made))["state"] == "queued" and provider.calls == 1
    await house.sweep()
    assert provider.calls == 1, "the lease holds"
    await hurry(house)
    assert (await page(house, made))["state"] == "sent"
    assert (provider.calls, len(provider.sent)) == (2, 1)


@pytest.mark.parametrize("wrong", [{"key": "other"}, {"at": 1_700_000_000}])
async def test_a_report_nobody_signed_is_not_believed(house, provider, stranger, wrong):
    made = await asked(house)
    await house.sweep()
    report = json.dumps({"provider_id": "m-1", "result": "delivered"})
    answer = await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")
    assert (await page(house, made))["state"] == "sent"


async def test_without_a_provider_no_report_is_believed(house, stranger):
    report = json.dumps({"provider_id": "m-1", "result": "delivered"})
    for key in (KEY, ""):
        answer = await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report, key=key))
        assert answer.status_code == 401


async def test_a_report_that_overtakes_us_is_sent_again_and_arrived_stays_arrived(house, provider, stranger):
    made = await asked(house)

    async def told(state: str) -> int:
        report = json.dumps({"provider_id": "m-1", "result": state})
        return (await stranger._send("POST", "/v1/page-receipts", content=report, headers=signed(report))).status_code

    assert await told("delivered") == 404
    await house.sweep()
    assert [await told("delivered"), await told("failed")] == [200, 200]
    assert (await page(house, made))["state"] == PageState.DELIVERED


async def test_only_services_page_people_through_the_front(house, signed_in, stranger):
    for caller in (stranger, signed_in("operator")):
        answer = await caller.post("/internal/pages", wanted())
        assert (answer.status_code, answer.json()["code"]) == (401, "NOT_AUTHENTICATED")


async def test_each_attempt_waits_longer_up_to_an_hour():
    waits = [wait(attempt).total_seconds() for attempt in range(1, 14)]
    assert waits[:4] == [5, 10, 20, 40] and waits == sorted(waits) and waits[-1] == 3600
