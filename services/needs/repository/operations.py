"""Queries of longer work."""

from uuid import UUID

from sqlalchemy import delete, select

from services.needs.models import Operation, OperationBatch, OperationRow
from services.needs.repository.residents import MACHINE
from wushe.errors import CursorInvalid, NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Operations(Repository):
    """Longer work, its batches and its report."""

    async def find(self, operation_id: UUID) -> Operation:
        """One the caller may know of: staff those of their divisions, the system of an agency its own."""
        return self._known(await self.get(Operation, operation_id))

    async def take(self, operation_id: UUID) -> Operation:
        """The same, locked."""
        return self._known(await self.lock(Operation, operation_id))

    def _known(self, operation: Operation) -> Operation:
        caller = self.work.caller
        if caller.role == MACHINE and caller.client != operation.client:
            raise NotFound
        return operation

    async def next_batch(self, operation_id: UUID) -> OperationBatch | None:
        """The first batch that has not been taken in, locked: nobody is forgotten in it meanwhile."""
        waiting = select(OperationBatch).where(OperationBatch.operation_id == operation_id)
        return await self.first(waiting.order_by(OperationBatch.position).with_for_update())

    async def waiting(self) -> list[UUID]:
        """Every batch that waits within reach; few do for long."""
        return await self.all(select(OperationBatch.id).order_by(OperationBatch.id))

    async def lock_batch(self, ident: UUID) -> tuple[OperationBatch, Operation] | None:
        """A batch that still waits, locked, and what it is of (primary keys)."""
        wanted = select(OperationBatch, Operation).join(Operation).where(OperationBatch.id == ident)
        found = (await self.session.execute(wanted.with_for_update(of=OperationBatch))).one_or_none()
        return (found[0], found[1]) if found else None

    async def forget_batches(self, operation_id: UUID) -> None:
        """Delete what will not be taken in any more."""
        await self.session.execute(delete(OperationBatch).where(OperationBatch.operation_id == operation_id))

    async def report(self, operation_id: UUID, page: PageRequest, *, refused: bool) -> Page[OperationRow]:
        """One page of what came of the rows, in the order of the file: the order of either index."""
        found = select(OperationRow).where(OperationRow.operation_id == operation_id)
        if refused:
            found = found.where(OperationRow.refused)
        if page.after is not None:
            found = found.where(OperationRow.number > _line(page.after))
        rows = await self.all(found.order_by(OperationRow.number).limit(page.limit + 1))
        return page.cut(rows, key=lambda row: str(row.number))


def _line(after: str) -> int:
    if not after.isdecimal():
        raise CursorInvalid
    return int(after)
