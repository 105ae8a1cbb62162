"""What the repositories of this service share."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.exc import IntegrityError

from wushe import repository
from wushe.errors import Refusal

Row = TypeVar("Row", bound=Any)


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

    async def lock_aside(self, model: type[Row], ident: UUID) -> Row:
        """Lock a row that is not the one the caller named: If-Match and the ETag stay with that one.

        Parents are locked before their children everywhere, so that no two transactions wait for each other.
        """
        expected, lead = self.work.expected, self.work.lead
        self.work.expected = None
        row = await self.lock(model, ident)
        self.work.expected, self.work.lead = expected, lead
        return row

    async def lock_all(self, statement: Select[Row]) -> list[Row]:
        """Lock every row of an ordered query in one statement; If-Match and the ETag stay with the one named."""
        expected, lead = self.work.expected, self.work.lead
        self.work.expected = None
        locking = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
        rows = await self.all(locking)
        for row in rows:
            self.work.note(row)
        self.work.expected, self.work.lead = expected, lead
        return rows
