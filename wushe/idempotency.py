"""Repeatable writes: one effect per key, the first answer given again (72 hours)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from wushe.errors import IdempotencyKeyMissing, IdempotencyKeyReused, Refusal, RequestInProgress
from wushe.identity import Caller
from wushe.work import Work

HEADER = "idempotency-key"
RETENTION_HOURS = 72
_FIND = "select body_hash, status, body, etag from idempotency where key_hash = $1"

# What somebody did is in the audit log, and an answer names the object it is about.
_FORGET = text(
    "delete from idempotency where body like any(:patterns) or body like any(array("
    "select '%' || split_part(subject, '/', 2) || '%' from audit where person_id = :person and subject like '%/_%'"
    " and at > clock_timestamp() - make_interval(hours => :hours)))"
)


class AnswerShownOnce(Refusal):
    """The write was done, but its answer held a secret that is not kept."""

    status = 409
    zh = "操作已经完成；其中的密码只显示一次，如未记下请重新生成。"
    en = "This was done before; its secret is shown only once, so create a new one if it was lost."
    toast = "只显示一次"


@dataclass(frozen=True, slots=True)
class Key:
    """A key in its scope (client, subject, method, address), and a fingerprint of the body it came with."""

    value: str
    body_hash: str
    raw: str

    def row(self, response: Response, *, secret: bool = False) -> dict[str, Any] | None:
        """What to store of an answer: only 2xx, since refusals are evaluated again, and never a secret."""
        if not 200 <= response.status_code < 300:
            return None
        return {
            "key_hash": self.value,
            "body_hash": self.body_hash,
            "status": response.status_code,
            "body": "" if secret else bytes(response.body).decode(),
            "etag": response.headers.get("etag"),
        }


def read_key(request: Request, caller: Caller, body: bytes) -> Key:
    """The request's key, quoted or bare, 1 to 255 characters."""
    raw = request.headers.get(HEADER, "").strip().removeprefix('"').removesuffix('"')
    if not 1 <= len(raw) <= 255:
        raise IdempotencyKeyMissing
    scope = json.dumps([caller.client, caller.subject, request.method, request.url.path, raw])
    return Key(sha256(scope.encode()).hexdigest(), sha256(body).hexdigest(), raw)


async def claim(work: Work, key: Key) -> Response | None:
    """Own the key for this transaction; the stored answer when there is one.

    Two statements on purpose: the second takes its snapshot after the lock, so it sees a first request that committed
    while this one was waiting for its turn.
    """
    if not await work.open(key.value):
        raise RequestInProgress(retry_after=1)
    stored = await work.fetch(_FIND, key.value)
    if not stored:
        return None
    body_hash, status, body, etag = stored[0]
    if body_hash != key.body_hash:
        raise IdempotencyKeyReused
    if not body:
        raise AnswerShownOnce
    headers = {"idempotency-replayed": "true"} | ({"etag": etag} if etag else {})
    return Response(body, status, headers, media_type="application/json")


async def forget(work: Work, person_id: UUID, ids: Sequence[str]) -> int:
    """Let go of the answers that name a person, what they did, or one of these ids; how many there were.

    It reads both tables whole, which takes seconds where they are long: nobody is forgotten often.
    """
    given = {"patterns": [f"%{ident}%" for ident in (person_id, *ids)], "person": str(person_id)}
    gone = await work.session.execute(_FORGET, {**given, "hours": RETENTION_HOURS})
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a delete's result counts rows
