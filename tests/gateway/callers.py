"""Callers of the gateway as the outside sees them: with a bearer token and nothing else."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from gateway.identity import DEVELOPMENT, Grant, TokenIssuer, development_subject
from tests.harness import COMMUNITY
from wushe.db import uuid7


@dataclass
class Caller:
    """Somebody with a token; keys are made automatically."""

    client: httpx.AsyncClient
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self._send("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        body = {} if json is None else {"json": json}
        return await self._send("POST", path, **body, **more)

    async def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = self.headers | more.pop("headers", {})
        if self.token:
            headers.setdefault("authorization", f"Bearer {self.token}")
        if method == "POST":
            headers.setdefault("idempotency-key", str(uuid7()))
        return await self.client.request(method, path, headers=headers, **more)


def token_of(
    issuer: TokenIssuer,
    role: str,
    scope: str = COMMUNITY,
    *,
    person: UUID | None = None,
    name: str = "",
    grants: list[Grant] | None = None,
) -> str:
    return issuer.issue(
        subject=development_subject(role, scope, person, None, name),
        client=DEVELOPMENT,
        grants=grants or [Grant(role, scope)],
        person_id=person,
    )
