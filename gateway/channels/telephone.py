"""Text messages and voice calls through a provider's JSON interface; without one nothing is ever "sent"."""

import asyncio
import hmac
import json
from collections.abc import Mapping
from typing import Protocol

import httpx

from gateway.channels import Receipt, Verdict
from wushe import clock
from wushe.breaker import Breaker
from wushe.errors import NotAuthenticated, Unavailable
from wushe.http import FAULTS
from wushe.inbox import TOLERANCE_SECONDS
from wushe.outbox import signature_headers


class Telephone(Protocol):
    """Sends a text message or rings somebody up."""

    async def send(self, *, kind: str, number: str, template: str, params: dict[str, str], key: str) -> Receipt:
        """One message; the same key again has one effect at the provider."""


class NoTelephone:
    """No provider: every page fails and says so, for a page believed to be sent is worse than none."""

    async def send(self, *, kind: str, number: str, template: str, params: dict[str, str], key: str) -> Receipt:  # noqa: ARG002 -- as it is declared above
        """Nothing is sent."""
        return Receipt(Verdict.DEAD, "not_configured")


class HttpTelephone:
    """A provider that takes ``POST /messages`` and answers ``{"id"}``; what became of it, it reports afterwards."""

    def __init__(self, client: httpx.AsyncClient, *, url: str, key: str, deadline: float) -> None:
        self._client, self._url, self._key, self._deadline = client, url.rstrip("/"), key, deadline
        self._breaker = Breaker()

    async def send(self, *, kind: str, number: str, template: str, params: dict[str, str], key: str) -> Receipt:
        """One message through the provider."""
        body = {"kind": kind, "number": number, "template": template, "params": params}
        headers = {
            "authorization": f"Bearer {self._key}",
            "content-type": "application/json",
            "idempotency-key": key,
        }
        try:
            self._breaker.admit()
            answer = await self._post(json.dumps(body, ensure_ascii=False).encode(), headers)
        except Unavailable:
            return Receipt(Verdict.LATER, "unreachable")
        return _receipt(answer)

    async def _post(self, content: bytes, headers: dict[str, str]) -> httpx.Response:
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.post(f"{self._url}/messages", content=content, headers=headers)
        except FAULTS:
            self._breaker.hear(answered=False)
            raise Unavailable(retry_after=5) from None
        self._breaker.hear(answered=True)
        return answer


def _receipt(answer: httpx.Response) -> Receipt:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        return Receipt(Verdict.LATER, f"http_{answer.status_code}")
    if not answer.is_success:
        return Receipt(Verdict.DEAD, f"http_{answer.status_code}")
    try:
        return Receipt(Verdict.SENT, provider_id=str(answer.json()["id"]))
    except (ValueError, LookupError, TypeError):
        return Receipt(Verdict.LATER, "answer_unreadable")


def require_signed(raw: bytes, headers: Mapping[str, str], *, key: str) -> None:
    """Refuse a report the provider did not sign within the last five minutes; without a key there is no provider."""
    ident, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    fresh = stamp.isdecimal() and abs(clock.timestamp() - int(stamp[:12])) <= TOLERANCE_SECONDS
    if not (key and fresh):
        raise NotAuthenticated
    body = raw.decode(errors="replace")
    expected = signature_headers(body, event_id=ident, key=key.encode(), at=int(stamp))["webhook-signature"]
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(expected.encode(), part.encode()) for part in given):
        raise NotAuthenticated
