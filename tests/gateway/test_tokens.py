"""Tokens that must not be believed, and the grant a request acts under."""

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from gateway.identity import Grant, TokenIssuer, development_token, signing_key
from gateway.settings import Settings
from tests.gateway.callers import Caller
from tests.harness import COMMUNITY, STREET
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEY = signing_key(Settings())
ISSUER = TokenIssuer(KEY, seconds=7200)


def claims(**changed: Any) -> dict[str, Any]:
    now = clock.timestamp()
    return {
        "iss": "wushe",
        "aud": "wushe",
        "sub": str(uuid7()),
        "cid": "development",
        "grants": [["resident", COMMUNITY, None, None]],
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    } | changed


def header(**changed: Any) -> dict[str, Any]:
    return {"typ": "at+jwt", "alg": "Ed25519", "kid": KEY.thumbprint()} | changed


def signed(key: Any = KEY, *, head: dict[str, Any] | None = None, **changed: Any) -> str:
    head = head or header()
    return jwt.encode(head, claims(**changed), key, algorithms=[head["alg"]])


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned() -> str:
    return f"{part(header(alg='none'))}.{part(claims())}."


def with_public_key_as_secret() -> str:
    spoken = f"{part(header(alg='HS256'))}.{part(claims())}"
    seal = hmac.digest(KEY.as_pem(private=False), spoken.encode(), "sha256")
    return f"{spoken}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def with_foreign_key() -> str:
    foreign = OKPKey.import_key(OKPKey.generate_key("Ed25519").as_pem(private=True))
    return signed(foreign)


def with_embedded_key() -> str:
    foreign = OKPKey.generate_key("Ed25519")
    head = header(jwk=foreign.as_dict(private=False))
    return f"{part(head)}.{signed(foreign).split('.', 1)[1]}"


def with_elliptic_curve() -> str:
    return signed(ECKey.generate_key("P-256"), head=header(alg="ES256"))


def changed_after_signing() -> str:
    first, _, seal = signed().split(".")
    return f"{first}.{part(claims(grants=[['operator', '000000000000', None, None]]))}.{seal}"


def relabelled(**changed: Any) -> str:
    return f"{part(header(**changed))}.{signed().split('.', 1)[1]}"


MISUSED = {
    "nothing": lambda: "",
    "not a token": lambda: "hello",
    "three dots": lambda: "a.b.c",
    "algorithm none": unsigned,
    "HS256 with our public key as secret": with_public_key_as_secret,
    "ES256": with_elliptic_curve,
    "a foreign key": with_foreign_key,
    "a key inside the header": with_embedded_key,
    "a key address in the header": lambda: relabelled(jku="https://evil.example/keys"),
    "a certificate address in the header": lambda: relabelled(x5u="https://evil.example/keys"),
    "kid as a path": lambda: relabelled(kid="../../dev/null"),
    "kid as SQL": lambda: relabelled(kid="' union select '"),
    "an id token": lambda: signed(head=header(typ="JWT")),
    "critical extension": lambda: relabelled(crit=["exp"]),
    "another audience": lambda: signed(aud="other"),
    "several audiences": lambda: signed(aud=["wushe", "other"]),
    "another issuer": lambda: signed(iss="https://evil.example"),
    "expired": lambda: signed(exp=clock.timestamp() - 1),
    "not yet valid": lambda: signed(nbf=clock.timestamp() + 60),
    "no end": lambda: signed(exp=None),
    "a person that is none": lambda: signed(pid="1"),
    "role service": lambda: signed(grants=[["service", "000000000000", None, None]]),
    "grants as text": lambda: signed(grants="operator"),
    "changed after signing": changed_after_signing,
    "one megabyte": lambda: signed(jti="x" * 1_000_000),
}


@pytest.mark.parametrize("misuse", MISUSED)
async def test_a_misused_token_is_401(stranger, misuse):
    stranger.token = MISUSED[misuse]() or " "
    answer = await stranger.get("/v1/me")
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "NOT_AUTHENTICATED"
    assert (problem["detail"], problem["errors"], problem["allowed"]) == ("请先登录。", [], [])


async def test_the_same_claims_rightly_signed_are_believed(stranger):
    stranger.token = signed()
    assert (await stranger.get("/v1/me")).status_code == 200


async def test_a_token_ends_while_it_is_remembered():
    now = clock.timestamp()
    issuer = TokenIssuer(KEY, seconds=60, now=lambda: now)
    token = issuer.issue(subject="a", client="b", grants=[Grant("resident", COMMUNITY)])
    assert issuer.verify(token).subject == "a"
    now += 60
    with pytest.raises(Exception, match="NOT_AUTHENTICATED"):
        issuer.verify(token)


async def test_tokens_from_the_command_line_are_the_accounts_of_the_login(house, stranger):
    person = uuid7()
    token = development_token(role="resident", scope=COMMUNITY, person_id=person)
    me = (await Caller(house.client, token).get("/v1/me")).json()
    wish = {"role": "resident", "scope": COMMUNITY, "person_id": str(person)}
    assert (await stranger.post("/v1/auth/development", wish)).json()["account_id"] == me["account_id"]


async def test_keys_come_from_a_file_or_from_the_root(tmp_path):
    path = tmp_path / "signing.pem"
    path.write_bytes(KEY.as_pem(private=True))
    assert signing_key(Settings(signing_key_file=path)).thumbprint() == KEY.thumbprint()
    assert signing_key(Settings(WUSHE_DEVELOPMENT_ROOT="another")).thumbprint() != KEY.thumbprint()
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    with pytest.raises(ValueError, match="Ed25519"):
        signing_key(Settings(signing_key_file=path))
    assert isinstance(KEY.private_key, Ed25519PrivateKey)


SEVERAL = [Grant("committee", COMMUNITY), Grant("donor", STREET), Grant("expert", STREET, until=1)]


@pytest.mark.parametrize(
    ("wanted", "status", "role"),
    [
        ("", 403, None),
        (f"donor@{COMMUNITY}", 403, None),
        (f"expert@{STREET}", 403, None),
        ("operator@000000000000", 403, None),
        (f"donor@{STREET}", 200, "donor"),
        (f"committee@{COMMUNITY}", 200, "committee"),
    ],
)
async def test_several_grants_need_a_choice(signed_in, wanted, status, role):
    caller = signed_in("committee", grants=SEVERAL)
    answer = await caller.get("/v1/me", headers={"wushe-as": wanted} if wanted else {})
    assert answer.status_code == status
    if role:
        assert answer.json()["role"] == role
    else:
        assert answer.json()["code"] == "SCOPE_REQUIRED"
        assert answer.json()["allowed"] == [f"committee@{COMMUNITY}", f"donor@{STREET}"]


async def test_ended_grants_open_nothing(signed_in):
    answer = await signed_in("expert", grants=[Grant("expert", STREET, until=1)]).get("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "NO_ACTIVE_GRANT")
