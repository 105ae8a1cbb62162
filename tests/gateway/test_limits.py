"""Requests a minute: counted by sender, whatever the request looks like."""

import time

import httpx
import pytest

from gateway.app import create_app
from gateway.limits import Rates
from gateway.settings import Settings
from tests.gateway.callers import Caller, token_of
from wushe.identity import ANONYMOUS

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"
LIMITS = {"requests_per_minute": 4, "integration_requests_per_minute": 6, "anonymous_requests_per_minute": 3}


@pytest.fixture
def limited():
    """A gateway with few requests to give and nothing behind it: what is admitted is answered 503."""
    app = create_app(Settings(database_url=NOWHERE, background=False, **LIMITS))

    def at(address: str = "192.0.2.7", token: str = "") -> Caller:
        transport = httpx.ASGITransport(app, client=(address, 40000))
        return Caller(httpx.AsyncClient(transport=transport, base_url="http://gateway"), token)

    at.tokens = app.state.tokens
    return at


async def statuses(caller: Caller, count: int, paths: tuple[str, ...] = ("/v1/needs",)) -> list[int]:
    return [(await caller.get(paths[number % len(paths)])).status_code for number in range(count)]


async def test_one_request_too_many_is_429(limited):
    caller = limited(token=token_of(limited.tokens, "resident"))
    assert await statuses(caller, 4) == [503] * 4
    answer = await caller.get("/v1/needs", headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.json()["retryable"]


async def test_no_spelling_opens_another_allowance(limited):
    caller = limited(token=token_of(limited.tokens, "resident"))
    variants = ("/v1/needs?x=1", "/v1/concerns", "/v1/projects/7")
    assert await statuses(caller, 4, variants) == [503] * 4
    for headers in (
        {"x-forwarded-for": "10.0.0.9"},
        {"AUTHORIZATION": f"bearer {caller.token}"},
        {"forwarded": "for=a"},
    ):
        assert (await caller.get("/v1/needs", headers=headers)).status_code == 429
    assert (await caller.post("/v1/needs", {}, headers={"x-http-method-override": "GET"})).status_code == 429
    caller.token = token_of(limited.tokens, "resident")
    assert (await caller.get("/v1/needs")).status_code == 429
    assert (await limited(token=token_of(limited.tokens, "donor")).get("/v1/needs")).status_code == 503


async def test_strangers_are_counted_by_address(limited):
    stranger = limited()
    assert await statuses(stranger, 5, ("/v1/needs", "/v1//needs", "/v1/needs/")) == [503, 404, 404, 429, 429]
    stranger.headers = {"x-forwarded-for": "10.0.0.9"}
    assert (await stranger.get("/v1/needs")).status_code == 429
    assert (await limited("192.0.2.8").get("/v1/needs")).status_code == 503


async def test_tokens_that_are_not_believed_count_for_the_address(limited):
    guesser = limited(token="guess")
    assert await statuses(guesser, 5) == [401, 401, 401, 429, 429]


async def test_systems_of_agencies_may_send_more(limited):
    caller = limited(token=token_of(limited.tokens, "integration"))
    assert await statuses(caller, 7) == [503] * 6 + [429]


async def test_no_proxy_is_believed_unless_named():
    assert Settings().trusted_proxies == ()
    assert Settings(trusted_proxies="10.0.0.0/8, 192.0.2.1,").trusted_proxies == ("10.0.0.0/8", "192.0.2.1")


async def test_ended_counts_are_forgotten(monkeypatch):
    rates = Rates(Settings())
    for number in range(3):
        rates.admit(ANONYMOUS, f"192.0.2.{number}")
    assert len(rates._counts.storage) == 3
    later = time.time() + 300
    monkeypatch.setattr("gateway.limits.time.time", lambda: later)
    monkeypatch.setattr("gateway.limits.time.monotonic", lambda: later)
    rates.admit(ANONYMOUS, "192.0.2.9")
    assert len(rates._counts.storage) == 1


async def test_health_is_not_limited(limited):
    assert await statuses(limited(), 5, ("/health/live",)) == [200] * 5
