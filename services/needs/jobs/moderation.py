"""Having new needs looked at; asked again, ever more slowly, until whoever looks has answered."""

from uuid import UUID

from services.needs.clients.moderation import Moderator
from services.needs.repository import Needs
from services.needs.usecases import moderation as cases
from wushe.jobs import Sweeps, worker
from wushe.work import Database


def add_moderation(sweeps: Sweeps, moderator: Moderator) -> Sweeps:
    """Add to a service's sweeps what has needs looked at, through a moderator of its own."""

    @sweeps.task(cases.TASK)
    async def moderate_need(database: Database, *, need_id: str) -> None:
        """Ask about one need outside any transaction, and note the answer unless a person was faster."""
        caller, ident = worker(database.source), UUID(need_id)
        async with database.work(caller) as work:
            words = await cases.words(needs=Needs(work), need_id=ident)
        if words is None:
            return
        verdict, reason = await moderator.look(
            words.need_id, text=words.text, person_id=words.person_id, file_ids=words.file_ids
        )
        async with database.work(caller) as work:
            await cases.settle(needs=Needs(work), need_id=ident, verdict=verdict, reason=reason)

    return sweeps
