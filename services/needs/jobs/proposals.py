"""Clustering as work of its own: nightly, and when somebody asks."""

from uuid import UUID

from services.needs.clients.apart import apart
from services.needs.domain.clustering import Group, Limits, Utterance, cluster
from services.needs.domain.triage import unpack
from services.needs.jobs.schedule import sweeps
from services.needs.repository import Concerns, Proposals
from services.needs.repository.triage import SHIPPED
from services.needs.usecases import priorities
from services.needs.usecases import proposals as cases
from wushe.jobs import worker
from wushe.work import Database, Work

MANY = 500
"""From how many needs on the work is done in a process: below, starting one takes longer than the work."""


@sweeps.every(seconds=60)
async def propose_nightly(work: Work) -> int:
    """Begin runs that are due (rule ``proposal_hours``); once begun, the next look finds none."""
    return await cases.start_due(proposals=Proposals(work))


@sweeps.task(cases.TASK)
async def run_clustering(database: Database, run_id: str) -> None:
    """Cluster outside any transaction, then keep what was found; done twice it has one effect."""
    ident = UUID(run_id)
    async with database.work(worker(database.source)) as work:
        given = await cases.material(proposals=Proposals(work), run_id=ident)
    if given is None:
        return
    groups = await apart(found, given.said, given.limits, small=len(given.said) < MANY)
    async with database.work(worker(database.source)) as work:
        await cases.keep(proposals=Proposals(work), run_id=ident, said=given.said, groups=groups)
        await priorities.order(concerns=Concerns(work), division=given.division)


def found(said: list[Utterance], limits: Limits) -> list[Group]:
    """The groups of some needs, as the model the product comes with reads them: nobody's label has a say."""
    return cluster(said, unpack(SHIPPED.read_bytes()), limits)
