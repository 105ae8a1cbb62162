"""Access tokens: issued and verified here only, so what is accepted is exactly what was issued."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.identity.grants import Grant
from wushe import clock
from wushe.db import uuid7
from wushe.errors import NotAuthenticated

ALGORITHM = "Ed25519"  # RFC 9864: EdDSA with the curve said
ISSUER = AUDIENCE = "wushe"
DEVELOPMENT = "development"
MAX_TOKEN = 8192
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says."""

    subject: str
    client: str
    person_id: UUID | None
    org: UUID | None
    grants: tuple[Grant, ...]
    since: int
    until: int


def development_subject(role: str, scope: str, person_id: UUID | None, org: UUID | None, name: str = "") -> str:
    """The account of a development caller: the same caller is always the same account."""
    return str(uuid5(NAMESPACE_URL, f"wushe:development:{role}@{scope}:{person_id or ''}:{org or ''}:{name}"))


def _optional(value: Any) -> UUID | None:
    return None if value is None else UUID(value)


def _read(claims: dict[str, Any]) -> Claims:
    if claims["iss"] != ISSUER or claims["aud"] != AUDIENCE:
        raise NotAuthenticated
    grants = tuple(Grant(role, scope, since, until) for role, scope, since, until in claims["grants"])
    if any(grant.role == "service" for grant in grants):
        raise NotAuthenticated  # only processes are services, and they carry no token
    return Claims(
        subject=claims["sub"],
        client=claims["cid"],
        person_id=_optional(claims.get("pid")),
        org=_optional(claims.get("org")),
        grants=grants,
        since=int(claims["nbf"]),
        until=int(claims["exp"]),
    )


class TokenIssuer:
    """Signs access tokens, and believes only those it could have signed."""

    def __init__(self, key: OKPKey, *, seconds: int, now: Callable[[], int] = clock.timestamp) -> None:
        self._key, self.seconds, self._now = key, seconds, now
        self._header = {"typ": "at+jwt", "alg": ALGORITHM, "kid": key.thumbprint()}
        # The only issuer writes one header; a token with any other (none, HS256, jku, another kid) is not ours.
        encoded = json.dumps(self._header, separators=(",", ":")).encode()
        self._first_part = base64.urlsafe_b64encode(encoded).decode().rstrip("=")
        self._verified: dict[str, Claims] = {}

    def issue(
        self,
        *,
        subject: str,
        client: str,
        grants: Sequence[Grant],
        person_id: UUID | None = None,
        org: UUID | None = None,
    ) -> str:
        """A token for an account with its grants."""
        issued = self._now()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "cid": client,
            "grants": [[grant.role, grant.scope, grant.since, grant.until] for grant in grants],
            "iat": issued,
            "nbf": issued,
            "exp": issued + self.seconds,
            "jti": str(uuid7()),
        }
        named = {"pid": person_id, "org": org}
        claims |= {name: str(value) for name, value in named.items() if value is not None}
        return jwt.encode(self._header, claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str) -> Claims:
        """The claims of a genuine token in its time; NOT_AUTHENTICATED otherwise, whatever is wrong with it."""
        claims = self._verified.get(token) or self._check(token)
        if not claims.since <= self._now() < claims.until:
            self._verified.pop(token, None)
            raise NotAuthenticated
        return claims

    def _check(self, token: str) -> Claims:
        if len(token) > MAX_TOKEN or token.partition(".")[0] != self._first_part:
            raise NotAuthenticated
        try:
            claims = _read(jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise NotAuthenticated from fault
        if len(self._verified) >= _REMEMBERED:
            del self._verified[next(iter(self._verified))]
        self._verified[token] = claims
        return claims
