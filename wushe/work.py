"""One unit of work: a transaction in a caller's scope, with the audit rows and events it owes."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from wushe import clock, driver, hot
from wushe.db import digest, subject_of
from wushe.errors import OutOfScope, StaleVersion
from wushe.identity import Caller, county
from wushe.outbox import Event, envelope
from wushe.pii import Vault

Row = TypeVar("Row", bound=Any)
_OPEN = (
    "select set_config('wushe.lo', $1, true), set_config('wushe.hi', $2, true), business_now($1),"
    " case when $3 = '' then true else pg_try_advisory_xact_lock(hashtextextended($3, 0)) end"
)
_SCOPE = "select set_config('wushe.lo', $1, true), set_config('wushe.hi', $2, true)"
_RECORD = "select record($1)"
_within: ContextVar[bool] = ContextVar("within", default=False)
_NOWHERE = AsyncSession()
"""Bound to no database: asking it anything raises UnboundExecutionError."""


@contextmanager
def among_ourselves() -> Iterator[None]:
    """While a unit of work is open nobody else is asked: they could be waiting for a connection this one holds."""
    token = _within.set(True)
    try:
        yield
    finally:
        _within.reset(token)


def is_within_work() -> bool:
    """Whether this task has a unit of work open."""
    return _within.get()


class Work:
    """What a use case changes and announces, written together or not at all."""

    def __init__(
        self,
        session: AsyncSession,
        raw: Any,
        caller: Caller,
        *,
        source: str,
        bare: bool = False,
        expected: int | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.session = session
        self._vault = vault
        self._raw = raw
        self.caller = caller
        self.expected = expected
        self.now: datetime = clock.now()
        self.headers: dict[str, str] = {}
        self.ahead: Any = None
        self.after: list[Callable[[Database], Awaitable[None]]] = []
        """What to do once the transaction is committed; lost with the process, so only for haste."""
        self.lead: Any = None
        """The row the answer is about; its version becomes the ETag."""
        self._source, self._bare, self._granted = source, bare, caller.scope
        self._before: dict[UUID, str] = {}
        self._audits: list[dict[str, Any]] = []
        self._seen: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []

    async def open(self, key: str = "") -> bool:
        """Set the scope, read the business clock and, given a key, try to own it: False when another request does.

        A bare database carries none of the kit's tables, so only the scope is set there.
        """
        if self._bare:
            await self._scope()
            return True
        ((_, _, self.now, obtained),) = await self.fetch(_OPEN, self.caller.lo, self.caller.hi, key)
        return bool(obtained)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """The records of a statement of the kit's own, in this transaction: a quarter of what the session takes."""
        records: list[Any] = await self._raw.fetch(statement, *values)
        return records

    @property
    def vault(self) -> Vault:
        """The keys with which this database's sealed fields are read and written."""
        assert self._vault is not None, "this service seals nothing: its application opens no vault"
        return self._vault

    async def get(self, model: type[Row], ident: UUID) -> Row | None:
        """The row, or None when it does not exist for this caller."""
        return await self.session.get(model, ident)

    async def rows(
        self,
        statement: Select[Row],
        model: type[Row],  # noqa: ARG002 -- read below
        given: Mapping[str, Any] = {},
    ) -> list[Row]:
        """The rows of a page of one model; ``given`` are the values of the statement's own names."""
        return list((await self.session.scalars(statement, given)).all())

    def note(self, row: Any) -> None:
        """Remember a locked row as it was, and refuse it when If-Match named another version."""
        expected, self.expected = self.expected, None
        if expected is not None and row.version != expected:
            raise StaleVersion(current=row.version)
        self._before.setdefault(row.id, digest(row))
        self.lead = self.lead or row

    async def widen(self) -> None:
        """Reach the caller's whole county, for rows that name the caller as a person.

        Not the place but the row admits them: someone served next door is on the roster there. The use case must
        then filter by person.
        """
        tenant = county(self.caller.scope)
        if self.caller.scope and tenant < self.caller.scope:
            self.caller = replace(self.caller, scope=tenant)
            await self._scope()

    async def within(self, caller: Caller) -> None:
        """Go on in another scope: back to the caller's own, or to wherever the rows name a person."""
        if self.caller.scope != caller.scope:
            self.caller = caller
            await self._scope()

    async def enter(self, division: str, caller: Caller) -> None:
        """Act within one division as somebody the route knows by what they brought: a code, or nothing at all.

        For public routes only, which admit nobody by name; the division's business time holds from here on.
        """
        assert not self.caller.issuer, "whoever has a name acts within their own scope"
        self.caller = replace(caller, scope=division, request_id=self.caller.request_id)
        self._granted = division
        await self.open()

    async def _scope(self) -> None:
        await self.fetch(_SCOPE, self.caller.lo, self.caller.hi)

    def claim(self, division: str) -> None:
        """Refuse a division the caller is not responsible for."""
        if not self.caller.covers(division):
            raise OutOfScope(division=division)

    def record(self, row: Any, verb: str, *events: Event, reason: str | None = None) -> None:
        """One verb on one aggregate: next version, an audit row, its events in order."""
        row.version = (row.version or 0) + 1
        row.updated_at = clock.now()
        row.event_seq = row.event_seq or 0
        self.lead = self.lead or row
        for event in events:
            row.event_seq += 1
            self._events.append(envelope(event, row=row, source=self._source, request_id=self.caller.request_id))
        self._audits.append({"row": row, "verb": verb, "reason": reason})

    @asynccontextmanager
    async def attempt(self, *, keep: bool = True) -> AsyncIterator[None]:
        """A part that may be refused without the rest: what it wrote and owes is taken back when it raises.

        With ``keep`` false it is taken back in any case: a trial.
        """
        caller, owed = self.caller, (self._audits, self._seen, self._events)
        counts = [len(each) for each in owed]
        part = await self.session.begin_nested()
        try:
            yield
            await self.session.flush()
        except BaseException:
            await part.rollback()
            keep = False
            raise
        else:
            await (part.commit() if keep else part.rollback())
        finally:
            for each, count in zip(owed, counts, strict=True):
                del each[count if not keep else len(each) :]
            if self.caller is not caller:  # it was widened for this part only
                self.caller = caller
                await self._scope()

    def witness(self, verb: str, *, subject: str, division: str, **facts: str | None) -> None:
        """An audit row for what is no aggregate: rule data, a look at personal data (before, after, reason)."""
        self._seen.append({"verb": verb, "subject": subject, "division": division, **facts})

    async def finish(self, idempotency: dict[str, Any] | None = None) -> None:
        """Flush the rows, then write everything else the use case owes in one round trip."""
        await self.session.flush()
        if not (idempotency or self._audits or self._seen or self._events):
            return
        rows = {
            "idempotency": idempotency,
            "audits": [self._of(**entry) for entry in self._audits] + [self._signed(**entry) for entry in self._seen],
            "events": self._events,
        }
        self._audits, self._seen, self._events = [], [], []
        await self.fetch(_RECORD, json.dumps(rows, ensure_ascii=False))

    def _of(self, *, row: Any, verb: str, reason: str | None) -> dict[str, Any]:
        before = self._before.get(row.id)
        facts = {"before": before, "after": digest(row), "reason": reason}
        return self._signed(verb=verb, subject=subject_of(row), division=row.division, **facts)

    def _signed(
        self,
        *,
        verb: str,
        subject: str,
        division: str,
        before: str | None = None,
        after: str | None = None,
        reason: str | None = None,
    ) -> dict[str, Any]:
        caller = self.caller
        return {
            "division": division,
            "actor": caller.subject,
            "person_id": str(caller.person_id) if caller.person_id else None,
            "role": caller.role,
            "scope": self._granted,
            "verb": verb,
            "subject": subject,
            "reason": reason,
            "before_hash": before,
            "after_hash": after,
            "request_id": caller.request_id,
        }


class Glance(Work):
    """A unit of work that reads single rows and pages, each in one round trip, and can do nothing else."""

    def __init__(self, database: "Database", caller: Caller) -> None:
        super().__init__(_NOWHERE, None, caller, source=database.source, vault=database.vault)
        self._database = database

    async def open(self, key: str = "") -> bool:  # noqa: ARG002 -- as it is declared above
        """Nothing: every read brings the scope along."""
        return True

    async def _scope(self) -> None:
        """Nothing, as above."""

    async def fetch(self, statement: str, *values: Any) -> list[Any]:  # noqa: ARG002 -- as it is declared above
        """Nothing: a statement of the kit belongs into a transaction."""
        raise AssertionError("declare this route without hot=True")

    async def get(self, model: type[Row], ident: UUID) -> Row | None:
        """The row, or None when it does not exist for this caller."""
        reading = hot.reading(model)  # type: ignore[arg-type]  # a class is hashable
        records = await self._database.fetch(reading.by_id, ident, self.caller.lo, self.caller.hi)
        return reading.row(records[0]) if records else None

    async def rows(self, statement: Select[Row], model: type[Row], given: Mapping[str, Any] = {}) -> list[Row]:
        """The rows of a page."""
        reading = hot.reading(model)  # type: ignore[arg-type]  # as above
        text, values = hot.scoped(statement, {**given, "lo": self.caller.lo, "hi": self.caller.hi})
        return [reading.row(record) for record in await self._database.fetch(text, *values)]

    async def finish(self, idempotency: dict[str, Any] | None = None) -> None:
        """Nothing, for a look that owes an audit row or an event is no glance."""
        owed = [idempotency, *self._audits, *self._seen, *self._events]
        assert owed == [None], "declare this route without hot=True"


class Database:
    """The engine of one database and the units of work made from it."""

    vault: Vault | None = None
    """The keys of its sealed fields, where it has any."""

    def __init__(self, engine: AsyncEngine, *, source: str, bare: bool = False) -> None:
        self.engine = engine
        self._own = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.source = source
        self.bare = bare
        """A database without the kit's tables: no audit, events or idempotency are written there."""

    @asynccontextmanager
    async def begin(self, caller: Caller, *, expected: int | None = None) -> AsyncIterator[Work]:
        """A unit of work not yet opened; commits when the block ends, rolls back when it raises."""
        with among_ourselves():
            async with (
                self.transaction() as (connection, raw),
                AsyncSession(connection, expire_on_commit=False) as session,
            ):
                yield Work(
                    session, raw, caller, source=self.source, bare=self.bare, expected=expected, vault=self.vault
                )
                await session.flush()

    def transaction(self) -> AbstractAsyncContextManager[tuple[AsyncConnection, Any]]:
        """A transaction, and asyncpg's own connection in it."""
        return driver.transaction(self._own)

    @asynccontextmanager
    async def work(self, caller: Caller) -> AsyncIterator[Work]:
        """An opened unit of work for consumers, sweeps and commands."""
        async with self.begin(caller) as work:
            await work.open()
            yield work
            await work.finish()
        for step in work.after:
            await step(self)

    def glance(self, caller: Caller) -> Glance:
        """A look at single rows or a page, outside any transaction."""
        return Glance(self, caller)

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """The records of a statement that brings its own scope."""
        return await driver.fetch(self.engine, statement, *values)

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()
