"""Requests a minute: counted by sender, whatever the request looks like."""

import time
from types import SimpleNamespace

import httpx
import pytest

from gateway.app import create_app
from gateway.identity import Grant
from gateway.limits import Rates
from gateway.settings import Settings
from tests.gateway.callers import Caller, token_of
from tests.gateway.stage import NOWHERE, call
from tests.harness import COMMUNITY, STREET

pytestmark = pytest.mark.asyncio(loop_scope="session")
LIMITS = {"requests_per_minute": 4, "integration_requests_per_minute": 6, "anonymous_requests_per_minute": 3}


@pytest.fixture
def limited(monkeypatch):
    """A gateway with few requests to give and nothing behind it: what is admitted is answered 503."""
    # Counts stand still, for a minute that ends within a test would give a little more.
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: 1_800_000_030.0))
    app = create_app(Settings(database_url=NOWHERE, background=False, **LIMITS))

    def at(address: str = "192.0.2.7", token: str = "") -> Caller:
        transport = httpx.ASGITransport(app, client=(address, 40000))
        return Caller(httpx.AsyncClient(transport=transport, base_url="http://gateway"), token)

    at.app, at.tokens = app, app.state.tokens
    return at


async def test_needs_without_a_name_are_counted_apart(limited, monkeypatch):
    rates = Rates(
        Settings(database_url=NOWHERE, **LIMITS | {"anonymous_requests_per_minute": 9, "anonymous_needs_per_minute": 2})
    )
    monkeypatch.setattr(limited.app, "_rates", rates)
    caller = limited()
    sent = [(await caller.post("/v1/needs/anonymous", {})).status_code for _ in range(3)]
    assert sent == [503, 503, 429]
    assert (await caller.post("/v1/needs/track", {})).status_code == 503, "whoever follows a need is not held up"
    assert (await limited("192.0.2.8").post("/v1/needs/anonymous", {})).status_code == 503


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


async def test_the_grant_a_request_acts_under_opens_no_other_allowance(limited):
    grants = [Grant("integration", COMMUNITY), Grant("donor", STREET)]
    caller = limited(token=token_of(limited.tokens, "integration", grants=grants))
    found = []
    for number in range(7):
        caller.headers = {"wushe-as": grants[number % 2].name}
        found += await statuses(caller, 1)
    assert found == [503] * 6 + [429]


@pytest.mark.parametrize(
    "grants", [[Grant("committee", COMMUNITY), Grant("donor", STREET)], [Grant("donor", STREET, until=1)]]
)
async def test_whom_no_grant_admits_is_counted_all_the_same(limited, grants):
    caller = limited(token=token_of(limited.tokens, "committee", grants=grants))
    assert await statuses(caller, 6) == [403] * 4 + [429] * 2


async def test_methods_we_do_not_speak_count_for_the_address(limited):
    stranger = limited()
    found = [(await stranger._send("BREW", "/v1/needs")).status_code for _ in range(5)]
    assert found == [405] * 3 + [429] * 2


async def test_another_spelling_of_the_api_is_no_way_round(limited):
    raw = [b"/%76%31/oauth/token", b"/v%31/oauth/token", b"/%76%31/me", b"/%761/oauth/token", b"/v1/me"]
    found = [(await call(limited.app, [], raw_path=each))[0]["status"] for each in raw]
    assert found == [404] * 3 + [429] * 2


async def test_what_is_not_the_api_counts_for_the_address(limited):
    paths = ("/docs", "/nothing", "/health/startup", "/docs", "/metrics", "/health/ready", "/v1/codes")
    assert await statuses(limited(), 7, paths) == [200, 404, 503, *[429] * 4]


async def test_events_are_delivered_under_their_own_allowance(limited):
    sender = limited()
    found = [(await sender.post("/internal/events", {})).status_code for _ in range(8)]
    assert found == [401] * 6 + [429] * 2
    assert (await sender.get("/docs")).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("", {}, 404),
        ("not an address", {}, 404),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, 404),
    ],
)
async def test_metrics_are_for_listed_addresses(limited, address, headers, status):
    assert (await limited(address).get("/metrics", headers=headers)).status_code == status


async def test_metrics_may_be_read_from_a_network():
    app = create_app(Settings(database_url=NOWHERE, background=False, metrics_readers="10.0.0.0/8, fd00::/8"))
    for address, status in (("10.9.8.7", 200), ("fd00::7", 200), ("127.0.0.1", 404)):
        sent = await call(app, [], raw_path=b"/metrics", method="GET", client=(address, 1))
        assert sent[0]["status"] == status
    with pytest.raises(ValueError, match="metrics_readers"):
        Settings(metrics_readers="somewhere")


async def test_no_proxy_is_believed_unless_named():
    assert Settings().trusted_proxies == ()
    assert Settings(trusted_proxies="10.0.0.0/8, 192.0.2.1,").trusted_proxies == ("10.0.0.0/8", "192.0.2.1")


async def test_ended_counts_are_forgotten(monkeypatch):
    rates = Rates(Settings())
    for number in range(3):
        rates.admit_address(f"192.0.2.{number}")
    assert len(rates._counts.storage) == 3
    later = time.time() + 300
    monkeypatch.setattr("gateway.limits.time.time", lambda: later)
    monkeypatch.setattr("gateway.limits.time.monotonic", lambda: later)
    rates.admit_address("192.0.2.9")
    assert len(rates._counts.storage) == 1


async def test_health_is_not_limited(limited):
    assert await statuses(limited(), 5, ("/health/live",)) == [200] * 5
