"""Only the gateway speaks for people, only siblings for services, and a header lives thirty seconds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness import COMMUNITY, TRUST, Actor
from wushe.errors import NotAuthenticated
from wushe.identity import HEADER, Caller, KeyMissing, Trust, scope_range, sign, verify

CALLER = Caller(subject="a", client="c", role="worker", scope=COMMUNITY, request_id="r", issuer="gateway")


def test_a_header_round_trips():
    header = sign(CALLER, issuer="gateway", audience="probe", trust=TRUST)
    assert verify(header, audience="probe", trust=TRUST) == CALLER


@pytest.mark.parametrize("seconds", [-60, 31, 3600])
def test_a_header_is_valid_for_thirty_seconds(seconds):
    header = sign(CALLER, issuer="gateway", audience="probe", trust=TRUST, now=lambda: 1_000_000)
    with pytest.raises(NotAuthenticated):
        verify(header, audience="probe", trust=TRUST, now=lambda: 1_000_000 + seconds)


def test_a_header_is_good_for_one_service_only():
    header = sign(CALLER, issuer="gateway", audience="needs", trust=TRUST)
    with pytest.raises(NotAuthenticated):
        verify(header, audience="probe", trust=TRUST)


def test_one_service_cannot_speak_for_the_gateway_to_another():
    forged = sign(CALLER, issuer="projects", audience="probe", trust=TRUST)
    version, payload, _ = sign(CALLER, issuer="gateway", audience="probe", trust=TRUST).split(".")
    with pytest.raises(NotAuthenticated):
        verify(f"{version}.{payload}.{forged.split('.')[2]}", audience="probe", trust=TRUST)


def test_a_deep_or_long_payload_is_refused_before_it_is_read():
    for payload in ("W1tb" * 900, "W1tb" * 9000):
        with pytest.raises(NotAuthenticated):
            verify(f"v1.{payload}.x", audience="probe", trust=TRUST)


@pytest.mark.parametrize("issuer", ["../../tmp/x", "Gateway", "", "a" * 99])
def test_a_name_from_the_wire_never_becomes_a_path(tmp_path, issuer):
    with pytest.raises(KeyMissing):
        Trust(root="", folder=tmp_path).key(issuer, "probe")


def test_a_key_file_must_hold_a_key(tmp_path):
    (tmp_path / "gateway-probe.key").write_bytes(b"short")
    with pytest.raises(KeyMissing) as missing:
        Trust(root="", folder=tmp_path).key("gateway", "probe")
    assert "gateway-probe.key" in missing.value.sentence_for_operators
    (tmp_path / "gateway-probe.key").write_bytes(b"k" * 32)
    assert Trust(root="", folder=tmp_path).key("gateway", "probe") == b"k" * 32


@given(st.text(max_size=80))
def test_nonsense_is_refused(header):
    with pytest.raises(NotAuthenticated):
        verify(header, audience="probe", trust=TRUST)


@pytest.mark.parametrize(
    ("code", "lo", "hi"),
    [
        ("000000000000", "000000000000", "999999999999"),
        ("350000000000", "350000000000", "359999999999"),
        ("350502000000", "350502000000", "350502999999"),
        ("350502001000", "350502001000", "350502001999"),
        ("350502001001", "350502001001", "350502001001"),
        ("350502010000", "350502010000", "350502010999"),
    ],
)
def test_scope_is_a_range_of_codes(code, lo, hi):
    assert scope_range(code) == (lo, hi)


@pytest.mark.asyncio(loop_scope="session")
async def test_who_may_call(probe):
    worker, sibling = probe.acting("worker"), probe.sibling("needs")
    stranger, visitor = probe.anonymous(), probe.acting("resident")
    posing = Actor(probe, replace(worker.caller, issuer="needs"))
    table = [
        (worker, "/v1/things", 200),
        (visitor, "/v1/things", 403),
        (stranger, "/v1/things", 401),
        (sibling, "/v1/things", 403),
        (posing, "/v1/things", 403),
        (sibling, "/internal/things", 200),
        (worker, "/internal/things", 403),
        (stranger, "/internal/things", 401),
        (stranger, "/v1/hello", 200),
    ]
    assert [(await who.get(path)).status_code for who, path, _ in table] == [status for *_, status in table]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_forged_header_is_401_with_a_challenge(probe):
    answer = await probe.client.get("/v1/things", headers={HEADER: "v1.e30.x"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
