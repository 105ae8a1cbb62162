"""Who is calling: pair keys between processes and the signed identity header the services trust."""

import base64
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wushe import clock
from wushe.errors import NotAuthenticated

HEADER = "wushe-identity"
LIFETIME = 30
WHOLE = "000000000000"
_LEVELS = (2, 4, 6, 9, 12)
_NAME = re.compile(r"[a-z]{1,32}")
_KEY_BYTES = 32
_JSON = json.JSONEncoder(separators=(",", ":"))  # made once: json.dumps would make one for each header
_LONGEST = 4096  # characters; a payload of ours has about 400


@lru_cache(4096)
def scope_range(code: str) -> tuple[str, str]:
    """The lowest and highest 12-digit division code under ``code`` (levels at 2, 4, 6, 9 and 12 digits)."""
    if code == WHOLE:
        return WHOLE, "9" * 12
    prefix = next(code[:level] for level in _LEVELS if set(code[level:]) <= {"0"})
    return prefix.ljust(12, "0"), prefix.ljust(12, "9")


def county(division: str) -> str:
    """The 12-digit code of the county, which is the tenant."""
    return division[:6].ljust(12, "0")


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller acting in one role over one range of divisions."""

    subject: str = ""
    client: str = ""
    person_id: UUID | None = None
    role: str = ""
    scope: str = ""
    org: UUID | None = None
    request_id: str = ""
    issuer: str = ""

    @property
    def lo(self) -> str:
        """Lowest division the caller may touch; empty when there is none."""
        return scope_range(self.scope)[0] if self.scope else ""

    @property
    def hi(self) -> str:
        """Highest division the caller may touch; empty when there is none."""
        return scope_range(self.scope)[1] if self.scope else ""

    def covers(self, division: str) -> bool:
        """Whether the division lies in the caller's scope."""
        return bool(self.scope) and self.lo <= division <= self.hi


ANONYMOUS = Caller()


def derive(root: str, purpose: str) -> bytes:
    """A 32-byte development key for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(root.encode())


class KeyMissing(NotAuthenticated):
    """There is no usable key of at least 32 bytes with which one process may speak to another."""

    def __init__(self, issuer: str, audience: str, path: Path | None = None) -> None:
        super().__init__()
        self.sentence_for_operators = (
            f"{path or f'{issuer}-{audience}.key'} must hold a key of at least {_KEY_BYTES} bytes"
        )


class Trust:
    """The pair keys this process holds: derived in development, one file per ordered pair in production."""

    def __init__(self, *, root: str, folder: Path | None) -> None:
        self._root, self._folder = root, folder
        self._keys: dict[tuple[str, str], bytes] = {}

    def key(self, issuer: str, audience: str) -> bytes:
        """The key with which ``issuer`` speaks to ``audience``."""
        pair = (issuer, audience)
        if pair not in self._keys:
            self._keys[pair] = self._load(*pair)
        return self._keys[pair]

    def _load(self, issuer: str, audience: str) -> bytes:
        if _NAME.fullmatch(issuer) is None:  # a name from the wire must not become a path
            raise KeyMissing(issuer, audience)
        if self._folder is None:
            return derive(self._root, f"{issuer}>{audience}")
        path = self._folder / f"{issuer}-{audience}.key"
        key = path.read_bytes().strip() if path.is_file() else b""
        if len(key) < _KEY_BYTES:
            raise KeyMissing(issuer, audience, path)
        return key


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _seal(key: bytes, payload: str) -> str:
    return _encode(hmac.digest(key, payload.encode(), sha256))


def sign(caller: Caller, *, issuer: str, audience: str, trust: Trust, now: Callable[[], int] = clock.timestamp) -> str:
    """The identity header with which ``issuer`` presents a caller to ``audience``, valid for 30 seconds."""
    issued = now()
    claims: dict[str, Any] = {
        "aud": audience,
        "iss": issuer,
        "sub": caller.subject,
        "cid": caller.client,
        "pid": str(caller.person_id) if caller.person_id else None,
        "role": caller.role,
        "scope": caller.scope,
        "org": str(caller.org) if caller.org else None,
        "rid": caller.request_id,
        "iat": issued,
        "exp": issued + LIFETIME,
    }
    payload = _encode(_JSON.encode(claims).encode())
    return f"v1.{payload}.{_seal(trust.key(issuer, audience), payload)}"


def verify(header: str, *, audience: str, trust: Trust, now: Callable[[], int] = clock.timestamp) -> Caller:
    """The caller a genuine, fresh header speaks for; NOT_AUTHENTICATED otherwise."""
    try:
        version, payload, seal = header.split(".")
        if len(payload) > _LONGEST:
            raise NotAuthenticated
        claims = json.loads(_decode(payload))
        genuine = version == "v1" and claims["aud"] == audience and claims["iat"] - 5 <= now() <= claims["exp"]
        if not genuine or not hmac.compare_digest(seal, _seal(trust.key(claims["iss"], audience), payload)):
            raise NotAuthenticated
        return Caller(
            subject=claims["sub"],
            client=claims["cid"],
            person_id=UUID(claims["pid"]) if claims["pid"] else None,
            role=claims["role"],
            scope=claims["scope"],
            org=UUID(claims["org"]) if claims["org"] else None,
            request_id=claims["rid"],
            issuer=claims["iss"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise NotAuthenticated from fault
