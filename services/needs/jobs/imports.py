"""Tables taken in by themselves."""

from uuid import UUID

from services.needs.jobs.schedule import sweeps
from services.needs.models import Operation
from services.needs.repository import Operations
from services.needs.schemas.importers import IMPORTERS
from services.needs.usecases import imports as cases
from wushe.jobs import worker
from wushe.work import Database


@sweeps.task(cases.TASK)
async def take_in_rows(database: Database, *, operation_id: str) -> None:
    """Take in what is left of a table, batch by batch, in the name of whoever sent it."""
    ident = UUID(operation_id)
    async with database.work(worker(database.source)) as work:
        operation = await Operations(work).get(Operation, ident)
        importer = IMPORTERS.get(operation.collection)
        if importer is None:
            await cases.fail(operations=Operations(work), operation_id=ident)
            return
    more = True
    while more:
        async with database.work(operation.caller) as work:
            more = await cases.take_in(operations=Operations(work), importer=importer, operation_id=ident)
