"""Keyset pages: an opaque signed cursor bound to the filter and the caller, no totals, every page costs the same."""

import base64
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from wushe.errors import CursorInvalid
from wushe.identity import Caller

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a collection; ``next_cursor`` is null on the last."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True)
class PageRequest:
    """How much to read, from where, and how to sign where the next page starts."""

    limit: int
    after: str | None
    binding: bytes
    key: bytes
    next_link: Callable[[str], None]

    def cut(self, rows: Sequence[Any], *, key: Callable[[Any], str]) -> Page[Any]:
        """A page from one row more than the limit."""
        shown = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return Page[Any](items=shown)
        cursor = seal_cursor(key(shown[-1]), binding=self.binding, key=self.key)
        self.next_link(cursor)
        return Page[Any](items=shown, next_cursor=cursor)


def seal_cursor(after: str, *, binding: bytes, key: bytes) -> str:
    """A cursor only this service can make, good only for the same list and caller."""
    payload = json.dumps(after).encode()
    seal = hmac.digest(key, binding + payload, sha256)[:16]
    return base64.urlsafe_b64encode(seal + payload).decode().rstrip("=")


def open_cursor(cursor: str, *, binding: bytes, key: bytes) -> str:
    """Where the page starts; CURSOR_INVALID for anything we did not make for this list and caller."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        seal, payload = raw[:16], raw[16:]
        if hmac.compare_digest(seal, hmac.digest(key, binding + payload, sha256)[:16]):
            return str(json.loads(payload))
    except ValueError as fault:
        raise CursorInvalid from fault
    raise CursorInvalid


async def page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="每页条数 · items per page")] = 20,
    cursor: Annotated[str | None, Query(max_length=500, description="翻页标记 · where the last page ended")] = None,
) -> PageRequest:
    """Read ``limit`` and ``cursor``; a cursor of another filter, sort or caller is refused."""
    caller: Caller = request.state.work.caller
    filters = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _OURS)
    binding = repr((request.url.path, filters, caller.subject, caller.role, caller.scope)).encode()
    key = request.app.state.cursor_key
    after = open_cursor(cursor, binding=binding, key=key) if cursor else None

    def next_link(following: str) -> None:
        query = urlencode([*filters, ("limit", limit), ("cursor", following)])
        request.state.work.headers["link"] = f'<{request.url.path}?{query}>; rel="next"'

    return PageRequest(limit, after, binding, key, next_link)


_OURS = {"limit", "cursor"}


Paging = Annotated[PageRequest, Depends(page_request)]
