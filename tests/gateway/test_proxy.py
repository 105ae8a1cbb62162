"""Forwarding over real sockets: who is said to call, what is dropped, and what happens when a service fails."""

import asyncio
import logging
import socket
from contextlib import AsyncExitStack
from types import SimpleNamespace

import pytest
import pytest_asyncio

from gateway import proxy
from tests.gateway.callers import Caller, token_of
from tests.gateway.stage import call, gateway_to
from tests.gateway.upstream import BIG, Upstream, breaking_off, closed_address, listening
from tests.harness import COMMUNITY, TRUST
from wushe.db import uuid7
from wushe.identity import verify

pytestmark = pytest.mark.asyncio(loop_scope="session")
BALLOTS = f"/v1/evaluations/{uuid7()}/ballots"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def service():
    upstream = Upstream()
    async with listening(upstream) as address:
        upstream.address = address
        yield upstream


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def running(service):
    async with gateway_to(service.address, max_body=2048) as made:
        yield made


@pytest.fixture
def resident(running) -> Caller:
    app, client = running
    return Caller(client, token_of(app.state.tokens, "resident", person=uuid7()))


SPOOFED = {
    "wushe-identity": "v1.e30.x",
    "Wushe-Identity": "v1.e30.x",
    "x-user-id": "operator",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-host": "evil.example",
    "forwarded": "for=10.0.0.1",
    "x-real-ip": "10.0.0.1",
    "x-request-id": "chosen-by-caller",
    "x-http-method-override": "DELETE",
    "cookie": "session=1",
    "connection": "keep-alive, x-user-id",
    "te": "trailers",
    "user-agent": "mini-program/2",
}


async def test_a_service_hears_who_calls_and_nothing_the_caller_claims(service, resident):
    answer = await resident.get("/v1/needs/7?state=open&q=%E4%B8%AD", headers=SPOOFED)
    assert answer.status_code == 200
    heard = service.heard
    assert (heard["path"], heard["query"]) == ("/v1/needs/7", "state=open&q=%E4%B8%AD")
    headers = heard["headers"]
    caller = verify(headers.pop("wushe-identity"), audience="needs", trust=TRUST)
    assert (caller.role, caller.scope, caller.client) == ("resident", COMMUNITY, "development")
    assert caller.person_id
    assert len(caller.request_id) == 36
    assert set(headers) <= {"host", "accept", "user-agent"}
    assert headers["user-agent"] == "mini-program/2"


async def test_nobody_is_presented_without_a_token(service, running):
    answer = await Caller(running[1]).get("/v1/needs", headers=SPOOFED)
    assert answer.status_code == 200
    assert "wushe-identity" not in service.heard["headers"]


async def test_only_what_concerns_the_caller_comes_back(resident):
    answer = await resident.get("/v1/needs")
    assert answer.headers["etag"] == '"v7"'
    assert answer.headers["x-request-id"] == "of-the-service"
    assert not {"set-cookie", "server", "keep-alive", "wushe-applied", "transfer-encoding"} & set(answer.headers)


async def test_redirects_are_passed_on_and_never_followed(service, resident):
    before = service.calls
    assert (await resident.get("/v1/needs/moved")).status_code == 302
    assert service.calls == before + 1


async def test_writes_carry_their_key_and_condition(service, resident):
    headers = {"idempotency-key": "k-1", "if-match": '"v3"', "accept-language": "en"}
    answer = await resident.post("/v1/needs", {"statement": "路灯坏了"}, headers=headers)
    assert answer.status_code == 200
    heard = service.heard["headers"]
    assert {name: heard[name] for name in headers} == headers
    assert heard["content-type"] == "application/json"
    assert service.heard["size"] == int(heard["content-length"])


async def test_a_ballot_is_forwarded_by_nobody_and_not_written_down(service, running, resident, caplog):
    with caplog.at_level(logging.DEBUG, "wushe"):
        answer = await resident.post(BALLOTS, {"token": "t"}, headers=SPOOFED | {"traceparent": "00-1-2-3"})
        refused = await resident.post(BALLOTS, {"token": "t" * 4000}, headers=SPOOFED)
    assert answer.status_code == 200
    assert set(service.heard["headers"]) <= {"host", "accept", "content-type", "content-length"}
    assert "x-request-id" not in answer.headers
    assert refused.status_code == 413
    assert not [record for record in caplog.records if "ballots" in str(vars(record))]
    await Caller(running[1], "not a token").post(BALLOTS, {"token": "t"})
    assert service.heard["path"] == BALLOTS


@pytest.mark.parametrize("word", ["%62allots", "ball%6Fts", "%42ALLOTS", "ballots/", "ballots%2f", "./ballots"])
async def test_a_ballot_has_no_second_address(service, running, resident, word):
    before = service.calls
    path = BALLOTS.replace("ballots", word).encode()
    headers = {"authorization": f"Bearer {resident.token}", "content-length": "2"}
    sent = await call(running[0], [{"type": "http.request", "body": b"{}"}], raw_path=path, headers=headers)
    assert (sent[0]["status"], service.calls) == (404, before)


async def test_other_refusals_are_written_down(running, caplog):
    with caplog.at_level(logging.INFO, "wushe.access"):
        answer = await Caller(running[1], "not a token").get("/v1/evaluations")
    record = next(record for record in caplog.records if record.message == "refused")
    assert (record.code, record.status, record.path) == ("NOT_AUTHENTICATED", 401, "/v1/evaluations")
    assert record.request_id == answer.headers["x-request-id"] == answer.json()["request_id"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/operations/needs.0198", "/v1/operations/needs.0198"),
        ("/v1/service-records", "/v1/service-records"),
        ("/v1/needs/by-external/x%E4%B8%AD/1", "/v1/needs/by-external/x%E4%B8%AD/1"),
        ("/v1/needs/by-external/a%20b%3Ac/1", "/v1/needs/by-external/a%20b%3Ac/1"),
    ],
)
async def test_paths_arrive_as_they_were_sent(service, resident, path, expected):
    assert (await resident.get(path)).status_code == 200
    assert service.heard["path"] == expected


VARIANTS = [
    "/v1//needs",
    "/v1/needs/",
    "/v1/needs/%2e%2e/residents",
    "/v1/needs/..%2fresidents",
    "/v1/needs%2f1",
    "/v1/needs/%5c..",
    "/v1/needs/%00",
    "/v1/NEEDS",
    "/v1/%6eeeds",
    "/v1/need%73/1",
    "/v1/needs/%41",
    "/v1/needs/1%2D2",
    "/%76%31/oauth/token",
    "/%761/needs",
    "/v1%2fneeds",
    "/v1/oauth/%74oken",
    "//v1/oauth/token",
    "/%64ocs",
    "/health/%6cive",
    "/internal/event%73",
    "/v1/unknown",
    "/v1/operations/unknown.1",
    "/internal/persons",
    "/v1/needs;x=1/..;/residents",
]


@pytest.mark.parametrize("path", VARIANTS)
async def test_an_address_has_one_spelling(service, running, path):
    app, _ = running
    before = service.calls
    sent = await call(app, [{"type": "http.request", "body": b""}], raw_path=path.encode(), method="GET")
    assert sent[0]["status"] == 404
    assert b"NOT_FOUND" in sent[1]["body"]
    assert service.calls == before


async def test_a_large_body_is_refused_before_it_is_read(service, running):
    before = service.calls
    sent = await call(running[0], [], headers={"content-length": "2049"})
    assert (sent[0]["status"], service.calls) == (413, before)
    assert dict(sent[0]["headers"])[b"content-type"] == b"application/problem+json"


async def test_a_large_body_of_unknown_length_is_refused_while_it_arrives(running):
    part = {"type": "http.request", "body": b"x" * 1000, "more_body": True}
    sent = await call(running[0], [part] * 3, headers={"transfer-encoding": "chunked"})
    assert sent[0]["status"] == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "9" * 30])
async def test_a_length_that_is_none_is_refused(running, length):
    assert (await call(running[0], [], headers={"content-length": length}))[0]["status"] == 400


async def test_own_routes_have_the_same_limits(running):
    sent = await call(running[0], [], headers={"content-length": "4000"}, raw_path=b"/v1/oauth/token")
    assert sent[0]["status"] == 413


async def test_a_file_may_be_larger_than_json_whoever_answers(service):
    async with gateway_to(service.address, max_body=2048, max_upload=4096) as (app, _):
        for path in (b"/v1/needs/imports", b"/v1/oauth/token"):
            for kind, length, status in (("text/csv", 4097, 413), ("application/json; charset=utf-8", 2049, 413)):
                headers = {"content-type": kind, "content-length": str(length)}
                assert (await call(app, [], headers=headers, raw_path=path))[0]["status"] == status
        headers = {"content-type": "text/csv", "content-length": "4000"}
        sent = await call(app, [{"type": "http.request", "body": b"x" * 4000}], headers=headers)
    assert (sent[0]["status"], service.heard["size"]) == (200, 4000)


async def test_bodies_are_streamed_both_ways(service):
    async with gateway_to(service.address) as (app, _):
        service.gate.clear()
        parts = [{"type": "http.request", "body": b"y" * 50_000, "more_body": number < 7} for number in range(8)]
        headers = {"content-length": "400000", "content-type": "image/jpeg"}
        running = asyncio.create_task(call(app, parts, headers=headers, raw_path=b"/v1/needs/stream"))
        while service.heard.get("size") != 400_000:
            await asyncio.sleep(0.005)
        assert not running.done()
        service.gate.set()
        sent = await running
    assert sent[1]["body"] == b"first"
    assert sum(len(message["body"]) for message in sent[1:]) == BIG + 5
    assert len(sent) > 3


async def test_a_sender_that_goes_away_is_no_fault(running):
    part = {"type": "http.request", "body": b"x", "more_body": True}
    assert await call(running[0], [part, {"type": "http.disconnect"}], headers={"content-length": "9"}) == []


async def test_a_service_that_hangs_is_504(service):
    async with gateway_to(service.address, deadline=0.1) as (_, client):
        answer = await Caller(client).post("/v1/needs/hang", {})
    assert (answer.status_code, answer.json()["code"]) == (504, "DEADLINE_EXCEEDED")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("method", "keyed", "attempts"), [("GET", False, 2), ("POST", True, 2), ("POST", False, 1), ("DELETE", False, 1)]
)
async def test_a_refused_connection_is_tried_again_only_when_that_is_safe(monkeypatch, method, keyed, attempts):
    monkeypatch.setattr(proxy, "_PAUSE", 0)
    async with gateway_to(closed_address()) as (app, client):
        tried, send = [], app.proxy._send
        monkeypatch.setattr(app.proxy, "_send", lambda *each: tried.append(each) or send(*each))
        headers = {"idempotency-key": "k"} if keyed else {}
        answer = await client.request(method, "/v1/needs", headers=headers, content=b"{}" if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"], len(tried)) == (503, "UNAVAILABLE", attempts)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("size", [10, 400_000])
async def test_a_service_that_starts_again_is_waited_for(monkeypatch, service, size):
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    async with gateway_to(f"http://127.0.0.1:{bound.getsockname()[1]}") as (_, client), AsyncExitStack() as started:

        async def start(_seconds: float) -> None:
            await started.enter_async_context(listening(service, bound))

        monkeypatch.setattr(proxy, "asyncio", SimpleNamespace(sleep=start))
        answer = await client.post("/v1/needs", content=b"x" * size, headers={"idempotency-key": "k"})
    assert (answer.status_code, service.heard["size"]) == (200, size)


async def test_a_service_without_address_is_503(monkeypatch):
    async with gateway_to("http://127.0.0.1:1") as (app, client):
        app.proxy._peers.clear()
        assert (await client.get("/v1/needs")).status_code == 503


async def test_a_service_that_hangs_up_is_502():
    async with breaking_off(b"") as address, gateway_to(address) as (_, client):
        answer = await client.post("/v1/needs", json={}, headers={"idempotency-key": "k", "accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (502, "UPSTREAM_FAULT")
    assert "broke off" in answer.json()["detail"]


@pytest.mark.parametrize(("named", "status"), [(b"x-request-id: of-the-service\r\n", 200), (b"", 502)])
async def test_a_page_is_passed_on_if_a_service_wrote_it(named, status):
    page = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n" + named + b"content-length: 9\r\n\r\n<p>ok</p>"
    async with breaking_off(page) as address, gateway_to(address) as (_, client):
        answer = await client.get("/v1/needs")
    assert answer.status_code == status


async def test_half_an_answer_is_not_passed_off_as_whole():
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\nhalf"
    async with breaking_off(half) as address, gateway_to(address) as (app, _):
        with pytest.raises(proxy.UpstreamFault):
            await call(app, [{"type": "http.request", "body": b""}], method="GET")


async def test_a_short_answer_cut_short_is_502():
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nhalf"
    async with breaking_off(half) as address, gateway_to(address) as (_, client):
        assert (await client.get("/v1/needs")).status_code == 502


async def test_methods_and_protocols_we_do_not_speak(running):
    app, client = running
    answer = await client.request("BREW", "/v1/needs")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, POST, PUT")
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    await app({"type": "websocket"}, None, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_forwarded_requests_are_counted(running, resident):
    app, _ = running
    await resident.get("/v1/needs")
    labels = {"method": "GET", "route": "/v1/needs", "status": "200"}
    assert app.state.metrics.registry.get_sample_value("wushe_requests_total", labels) >= 1
