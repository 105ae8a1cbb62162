"""Signing in: systems of agencies, development, the caller's account, and the person it belongs to."""

import base64
import json
from types import SimpleNamespace
from uuid import UUID

import pytest

from gateway.app import create_app
from gateway.identity import Grant
from gateway.settings import Settings
from tests.gateway.callers import Caller
from tests.gateway.stage import NOWHERE
from tests.harness import COMMUNITY, COUNTY, STREET
from wushe.commands import reference
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
MACHINE = {"role": "integration", "scope": COUNTY}


async def make_client(operator: Caller, name: str = "民政平台", **more: object) -> dict[str, str]:
    body = {"name": name, "grants": [{"role": "integration", "scope": STREET}], **more}
    answer = await operator.post("/v1/clients", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_client_exchanges_its_secret_for_a_token(house, signed_in, stranger):
    org = str(uuid7())
    client = await make_client(signed_in("operator", COUNTY), org=org)
    wish = {"grant_type": "client_credentials", "client_id": client["client_id"]}
    answer = await stranger.post("/v1/oauth/token", {**wish, "client_secret": client["client_secret"]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 7200)
    me = (await Caller(house.client, token["access_token"]).get("/v1/me")).json()
    assert (me["role"], me["scope"], me["org"], me["client"]) == ("integration", STREET, org, client["client_id"])


async def test_forms_and_basic_credentials_are_read(signed_in, stranger):
    client = await make_client(signed_in("operator", COUNTY))
    pair = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    form = await stranger._send("POST", "/v1/oauth/token", data={"grant_type": "client_credentials", **pair})
    assert form.status_code == 200, form.text
    basic = base64.b64encode(":".join(pair.values()).encode()).decode()
    wish = {"grant_type": "client_credentials"}
    answer = await stranger.post("/v1/oauth/token", wish, headers={"authorization": f"Basic {basic}"})
    assert answer.status_code == 200, answer.text
    twice = "grant_type=client_credentials&grant_type=client_credentials"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await stranger._send("POST", "/v1/oauth/token", content=twice, headers=headers)).status_code == 400


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": str(uuid7())}, {"client_id": "' or 1=1"}])
async def test_wrong_credentials_are_one_answer(signed_in, stranger, wrong):
    client = await make_client(signed_in("operator", COUNTY))
    right = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    answer = await stranger.post("/v1/oauth/token", {"grant_type": "client_credentials", **right, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_CLIENT")


async def test_a_secret_is_shown_once_and_kept_nowhere(house, signed_in):
    operator, body = signed_in("operator", COUNTY), {"name": "一次", "grants": [MACHINE]}
    first = await operator.post("/v1/clients", body, headers={"idempotency-key": "once"})
    again = await operator.post("/v1/clients", body, headers={"idempotency-key": "once"})
    assert (again.status_code, again.json()["code"]) == (409, "ANSWER_SHOWN_ONCE")
    renew = f"/v1/clients/{first.json()['client_id']}/renew-secret"
    headers = {"if-match": first.headers["etag"], "idempotency-key": "anew"}
    renewed = await operator.post(renew, headers=headers)
    assert renewed.status_code == 200, renewed.text
    assert (renewed.headers["etag"], renewed.json()["version"]) == ('"v2"', 2)
    again = await operator.post(renew, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "ANSWER_SHOWN_ONCE")
    secrets = {first.json()["client_secret"], renewed.json()["client_secret"]}
    assert len(secrets) == 2 and all(len(secret) == 43 for secret in secrets)
    stored = await house.sql("select body from idempotency union all select secret_hash from clients")
    assert not [row for row in stored for secret in secrets if secret in row[0]]


async def test_every_grant_of_a_client_stands_in_the_audit_log(house, signed_in):
    grants = [
        {"role": "integration", "scope": STREET},
        {**MACHINE, "valid_from": "2026-01-01T00:00:00Z", "valid_to": "2027-01-01T00:00:00Z"},
        MACHINE,
    ]
    made = await make_client(signed_in("operator", COUNTY), grants=grants)
    account, client = f"accounts/{made['account_id']}", f"clients/{made['client_id']}"
    assert await audited(house) == {
        ("create", client, COUNTY, None),
        ("create", account, COUNTY, None),
        ("grant", account, STREET, "integration"),
        ("grant", account, COUNTY, "integration from 2026-01-01T00:00:00+00:00 to 2027-01-01T00:00:00+00:00"),
    }
    actors = await house.sql("select distinct role, scope from audit")
    assert [tuple(row) for row in actors] == [("operator", COUNTY)]


async def audited(house) -> set[tuple[str, ...]]:
    return {tuple(row) for row in await house.sql("select verb, subject, division, reason from audit")}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"grants": [{"role": "integration", "scope": "350503000000"}]}, 403, "OUT_OF_SCOPE"),
        ({"grants": [{"role": "integration", "scope": "350000000000"}]}, 403, "OUT_OF_SCOPE"),
        ({"grants": [{"role": "integration", "scope": "000000000000"}]}, 403, "OUT_OF_SCOPE"),
        ({"grants": [{"role": "operator", "scope": COUNTY}]}, 403, "ROLE_NOT_GRANTABLE"),
        ({"grants": [{"role": "community_worker", "scope": COMMUNITY}]}, 403, "ROLE_NOT_GRANTABLE"),
        ({"grants": [{"role": "service", "scope": COUNTY}]}, 422, "INVALID_INPUT"),
        ({"grants": []}, 422, "INVALID_INPUT"),
        ({"grants": [{**MACHINE, "valid_to": 1_900_000_000}]}, 422, "INVALID_INPUT"),
        ({"grants": [{**MACHINE, "valid_to": "1900000000"}]}, 422, "INVALID_INPUT"),
        ({"grants": [{**MACHINE, "valid_to": "9999-12-31T23:59:59-14:00"}]}, 422, "INVALID_INPUT"),
        ({"grants": [{**MACHINE, "valid_to": "2030-01-01T00:00:00"}]}, 422, "INVALID_INPUT"),
        ({"state": "active"}, 422, "INVALID_INPUT"),
    ],
)
async def test_an_operator_gives_no_more_than_is_theirs(signed_in, change, status, code):
    body = {"name": "越权", "grants": [MACHINE], **change}
    answer = await signed_in("operator", COUNTY).post("/v1/clients", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_two_clients_have_two_names(signed_in):
    operator = signed_in("operator", COUNTY)
    await make_client(operator)
    answer = await operator.post("/v1/clients", {"name": "民政平台", "grants": [MACHINE]})
    assert (answer.status_code, answer.json()["code"]) == (409, "CLIENT_NAME_TAKEN")


async def test_the_development_login_is_the_same_account_each_time(house, stranger):
    person = str(uuid7())
    wish = {"role": "resident", "scope": COMMUNITY, "person_id": person}
    first, again = [(await stranger.post("/v1/auth/development", wish)).json() for _ in range(2)]
    assert first["account_id"] == again["account_id"]
    me = (await Caller(house.client, first["access_token"]).get("/v1/me")).json()
    assert (me["account_id"], me["person_id"], me["role"]) == (first["account_id"], person, "resident")
    assert me["grants"] == [{"role": "resident", "scope": COMMUNITY, "valid_from": None, "valid_to": None}]
    account = f"accounts/{first['account_id']}"
    assert await audited(house) == {
        ("register", account, COMMUNITY, None),
        ("grant", account, COMMUNITY, "resident"),
    }


@pytest.mark.parametrize(
    "change", [{"role": "service"}, {"role": "root"}, {"scope": "35"}, {"grants": []}, {"person": "R" * 129}]
)
async def test_the_development_login_gives_roles_that_exist(stranger, change):
    answer = await stranger.post("/v1/auth/development", {"role": "resident", "scope": COMMUNITY, **change})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/v1/auth/development", "/v1/me/residency", "/v1/oauth/token"])
@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'{"code": 1, "person": []}', b"{", b'{"code": "\xff"}'])
async def test_bodies_that_make_no_sense_are_refused(signed_in, path, body):
    headers = {"content-type": "application/json"}
    answer = await signed_in("resident")._send("POST", path, content=body, headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_production_has_no_development_login_and_no_sandbox_clock(tmp_path):
    for issuer in ("gateway", *reference.SERVICES):
        (tmp_path / f"{issuer}-gateway.key").write_bytes(b"k" * 32)
    key = tmp_path / "signing.pem"
    key.write_bytes(PEM)
    production = {"WUSHE_PROFILE": "production", "trust_dir": tmp_path, "database_url": NOWHERE, "background": False}
    app = create_app(Settings(**production, signing_key_file=key))
    paths = set(app.openapi()["paths"])
    assert {"/v1/me", "/v1/oauth/token"} <= paths
    assert not {path for path in paths if "development" in path or "sandbox" in path}
    assert "/v1/auth/development" in create_app(Settings(database_url=NOWHERE, background=False)).openapi()["paths"]
    with pytest.raises(ValueError, match="SIGNING_KEY_FILE"):
        Settings(**production)


async def test_a_slip_ties_an_account_to_a_resident_once(bench):
    needs, gateway = await bench.open("needs"), await bench.open("gateway")
    worker = needs.acting("community_worker", COMMUNITY)
    registered = await worker.post(
        "/v1/residents",
        {"division": COMMUNITY, "target_groups": [], "age_band": "60-79", "external_ids": [], "synthetic": True},
    )
    resident = registered.json()
    code = (await worker.post(f"/v1/residents/{resident['id']}/link-code", {})).json()["code"]
    wish = {"role": "resident", "scope": COMMUNITY, "name": "林阿姨"}
    stranger = Caller(gateway.client)
    token = (await stranger.post("/v1/auth/development", wish)).json()
    lin = Caller(gateway.client, token["access_token"])
    wrong = await lin.post("/v1/me/residency", {"code": "2222-3333-4444"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "SLIP_INVALID")
    linked = await lin.post("/v1/me/residency", {"code": code}, headers={"idempotency-key": "slip"})
    assert linked.status_code == 201, linked.text
    assert linked.json()["person_id"] == resident["person_id"]
    replayed = await lin.post("/v1/me/residency", {"code": code}, headers={"idempotency-key": "slip"})
    assert replayed.json() == linked.json()
    again = await lin.post("/v1/me/residency", {"code": code})
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_LINKED")
    renewed = (await stranger.post("/v1/auth/development", wish)).json()
    assert UUID(renewed["person_id"]) == UUID(resident["person_id"])
    me = (await Caller(gateway.client, renewed["access_token"]).get("/v1/me")).json()
    assert me["residency"]["resident_id"] == resident["id"]


async def test_an_account_made_by_linking_stands_in_the_audit_log(bench, house):
    account, person, resident = str(uuid7()), str(uuid7()), str(uuid7())
    bench.services["needs"] = SimpleNamespace(app=answering({"resident_id": resident, "person_id": person}))
    token = house.app.state.tokens.issue(subject=account, client="x", grants=[Grant("resident", COMMUNITY)])
    linked = await Caller(house.client, token).post("/v1/me/residency", {"code": "2222-3333-4444"})
    assert linked.status_code == 201, linked.text
    found = await audited(house)
    assert ("register", f"accounts/{account}", COMMUNITY, None) in found
    assert {verb for verb, *_ in found} == {"register", "link"}


def answering(named: dict[str, str]):
    """Needs, knowing one slip."""

    async def app(scope, receive, send) -> None:
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({**named, "division": COMMUNITY}).encode()})

    return app


PEM = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
-----END PRIVATE KEY-----
"""
