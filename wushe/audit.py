"""The audit log: rows written with each verb, chained by SHA-256 every second, verified by anyone with the rows."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger("wushe.audit")
GENESIS = "0" * 64
BATCH = 500
_FIELDS = "id, at, division, actor, person_id, role, scope, verb, subject, reason, before_hash, after_hash, request_id"
_LOCK = text("select pg_try_advisory_xact_lock(hashtextextended('wushe-audit', 0))")
_HEAD = text("select position, hash from audit_head where id = 1")
_UNSEALED = text(f"select {_FIELDS} from audit where position is null order by id limit {BATCH}")  # noqa: S608 -- constants
_SEALED = text(f"select {_FIELDS}, position, hash from audit where position > :after order by position limit {BATCH}")  # noqa: S608 -- constants
_SEAL = text("update audit set position = :position, hash = :hash where id = :id")
_ADVANCE = text("update audit_head set position = :position, hash = :hash where id = 1")


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many rows are chained, and the first that does not fit."""

    checked: int
    broken_at: int | None = None
    why: str = ""


def link(previous: str, row: Row[Any]) -> str:
    """The hash that chains one row to its predecessor."""
    values = [str(value) if value is not None else None for value in row[:13]]
    return sha256((previous + json.dumps(values, ensure_ascii=False)).encode()).hexdigest()


async def seal(engine: AsyncEngine) -> int:
    """Chain one batch of unsealed rows; answers how many."""
    async with engine.begin() as connection:
        if not await connection.scalar(_LOCK):
            return 0
        position, previous = (await connection.execute(_HEAD)).one()
        sealed = []
        for row in await connection.execute(_UNSEALED):
            position, previous = position + 1, link(previous, row)
            sealed.append({"id": row.id, "position": position, "hash": previous})
        if sealed:
            await connection.execute(_SEAL, sealed)
            await connection.execute(_ADVANCE, {"position": position, "hash": previous})
        return len(sealed)


async def run(engine: AsyncEngine, stopping: asyncio.Event, *, beat: Callable[[], None]) -> None:
    """Seal every second until told to stop; a database that is away is waited for."""
    while not stopping.is_set():
        try:
            while await seal(engine) == BATCH:
                pass
            beat()
        except Exception:
            log.exception("sealing failed")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 1)


async def verify(engine: AsyncEngine) -> Verdict:
    """Recompute the chain from its first row; names the first position that was altered, removed or moved."""
    async with engine.connect() as connection:
        head = (await connection.execute(_HEAD)).one()
        checked, previous = 0, GENESIS
        while rows := await _batch(connection, checked):
            for row in rows:
                expected = link(previous, row)
                if row.position != checked + 1 or row.hash != expected:
                    return Verdict(checked, checked + 1, "row altered, removed or moved")
                checked, previous = checked + 1, expected
        if (checked, previous) != (head.position, head.hash):
            return Verdict(checked, checked + 1, "rows removed from the end")
        return Verdict(checked)


async def _batch(connection: AsyncConnection, after: int) -> Sequence[Row[Any]]:
    return (await connection.execute(_SEALED, {"after": after})).all()
