"""What a service announces: CloudEvents serialised once, stored as text, signed byte for byte."""

import base64
import hmac
import json
from hashlib import sha256
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from wushe import clock
from wushe.db import subject_of, uuid7

GATEWAY = "gateway"


class Event(BaseModel):
    """Base of announced events; ``type`` is ``cn.wushe.<service>.<noun>.<past participle>.v1``.

    Public events reach the feed and webhooks, so they are thin and carry no personal data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    public: ClassVar[bool] = False
    subscribers: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def destinations(cls) -> list[str]:
        """Who is told; the gateway keeps the feed of public events."""
        return sorted({*cls.subscribers, GATEWAY} if cls.public else {*cls.subscribers})


def envelope(event: Event, *, row: Any, source: str, request_id: str) -> dict[str, Any]:
    """The event of one aggregate as the row to store: body as text, one destination per subscriber."""
    ident, subject = str(uuid7()), subject_of(row)
    body = {
        "specversion": "1.0",
        "id": ident,
        "source": f"/{source}",
        "type": event.type,
        "subject": subject,
        "time": clock.now().isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": f"{row.event_seq:010d}",
        "division": row.division,
        "public": event.public,
        "requestid": request_id,
        "data": event.model_dump(mode="json"),
    }
    return {
        "id": ident,
        "aggregate": subject,
        "sequence": row.event_seq,
        "type": event.type,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "destinations": event.destinations(),
    }


def signature_headers(body: str, *, event_id: str, key: bytes, at: int) -> dict[str, str]:
    """The Standard Webhooks 1.0 headers of one attempt."""
    signed = hmac.digest(key, f"{event_id}.{at}.{body}".encode(), sha256)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(signed).decode(),
    }
