"""What callers hand in at the gateway, asked about before a unit of work that keeps it."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any
from uuid import UUID

from fastapi import Request

from services.needs.domain.codes import FileKind
from services.needs.domain.intake import Handed
from wushe.errors import Unavailable
from wushe.http import understanding
from wushe.identity import Caller

MOST = 2000
"""More than a batch can name and be taken in; what stands behind them is refused as unknown."""
_NAMED_IN = frozenset({"files", "answers"})


async def handed(request: Request, caller: Caller, key: str) -> Handed:
    """Which of all the files a request names are the caller's own: one question, and none where none is named.

    A gateway that does not answer is told from inside: what was done before is answered all the same.
    """
    body = await request.json() if await request.body() else None
    wanted = sorted(set(islice(_files(body), MOST)))
    if not wanted:
        return Handed({})
    siblings = request.app.state.siblings.acting(caller, key)
    try:
        found = await siblings.post("gateway", "/internal/files/own", {"file_ids": wanted}, step="files")
    except Unavailable:
        return Handed(None)
    with understanding():
        return Handed({UUID(each["id"]): FileKind(each["kind"]) for each in found["items"]})


def _files(said: Any, *, within: bool = False) -> Iterator[str]:
    """Every id that may be a file's: those of files named, and answers that look like one."""
    if isinstance(said, dict):
        for name, value in said.items():
            yield from _files(value, within=within or name in _NAMED_IN)
    elif isinstance(said, list):
        for value in said:
            yield from _files(value, within=within)
    elif within and isinstance(said, str):
        with suppress(ValueError):
            yield str(UUID(said))
