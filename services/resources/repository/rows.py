"""What the repositories of this service share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, text
from sqlalchemy.exc import IntegrityError

from wushe import repository
from wushe.errors import NotFound, Refusal
from wushe.identity import WHOLE, scope_range

Row = TypeVar("Row", bound=Any)

_LIMIT = text("select set_config('wushe.lo', :lo, true), set_config('wushe.hi', :hi, true)")


class Repository(repository.Repository):
    """Queries of one unit of work, with the locks this service takes."""

    async def insert(self, row: Row, *, clash: type[Refusal]) -> Row:
        """Add a row whose uniqueness the database decides; ``clash`` is raised when another one is there."""
        self.work.claim(row.division)
        try:
            async with self.session.begin_nested():
                self.session.add(row)
                await self.session.flush()
        except IntegrityError as fault:
            raise clash from fault
        return row

    @asynccontextmanager
    async def everywhere(self) -> AsyncIterator[None]:
        """Lift the limit by division for the statements inside, each of which names its rows by id, and set it again.

        A fault inside ends the transaction, and with it the lifted limit.
        """
        await self._limit(*scope_range(WHOLE))
        yield
        await self.session.flush()
        await self._limit(self.work.caller.lo, self.work.caller.hi)

    async def _limit(self, lo: str, hi: str) -> None:
        await self.session.execute(_LIMIT, {"lo": lo, "hi": hi})

    async def get_aside(self, model: type[Row], ident: UUID) -> Row:
        """A row that is not the one the answer is about, or NOT_FOUND; the ETag stays with that one."""
        row: Row | None = await self.session.get(model, ident)
        if row is None:
            raise NotFound
        return row

    async def lock_aside(self, model: type[Row], ident: UUID) -> Row:
        """Lock a row that is not the one the caller named: If-Match and the ETag stay with that one.

        Parents are locked before their children everywhere, so that no two transactions wait for each other.
        """
        expected, lead = self.work.expected, self.work.lead
        self.work.expected = None
        row = await self.lock(model, ident)
        self.work.expected, self.work.lead = expected, lead
        return row

    async def lock_all(self, statement: Select[Row], *, skip_locked: bool = False) -> list[Row]:
        """Lock every row of an ordered query in one statement; If-Match and the ETag stay with the one named.

        What another transaction changed meanwhile is looked at again, and left out when it no longer fits the query.
        """
        expected, lead = self.work.expected, self.work.lead
        self.work.expected = None
        locking = statement.with_for_update(key_share=True, skip_locked=skip_locked).execution_options(
            populate_existing=True
        )
        rows = await self.all(locking)
        for row in rows:
            self.work.note(row)
        self.work.expected, self.work.lead = expected, lead
        return rows
