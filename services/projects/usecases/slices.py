"""What this service knows of a project's lifecycle, read in one go."""

from dataclasses import dataclass
from uuid import UUID

from services.projects.domain.lifecycle import RecordState
from services.projects.models import Activity, Contract, Deliberation, Project, ServiceRecord, Step, Tranche
from services.projects.repository import Activities, Contracts, Deliberations, Projects, Records


@dataclass(frozen=True)
class Signed:
    """A contract with its tranches and what was paid of each."""

    contract: Contract
    tranches: list[Tranche]
    paid: dict[UUID, int]

    @property
    def paid_fen(self) -> int:
        """What was paid of the contract in all."""
        return sum(self.paid.get(tranche.id, 0) for tranche in self.tranches)


@dataclass(frozen=True)
class Slice:
    """A project with everything this service keeps about it."""

    project: Project
    steps: list[Step]
    deliberation: Deliberation | None
    contracts: list[Signed]
    activities: list[Activity]
    records: list[ServiceRecord]

    def counted(self, state: RecordState) -> int:
        """How many records are in a state."""
        return sum(record.state is state for record in self.records)

    @property
    def persons(self) -> int:
        """How many distinct persons confirmed that they were served."""
        return len({record.person_id for record in self.records if record.state is RecordState.CONFIRMED})


async def slice_of(*, repo: Projects, project_id: UUID) -> Slice:
    """The project's lifecycle as far as this service knows it."""
    work = repo.work
    project = await repo.get(Project, project_id)
    contracts = Contracts(work)
    return Slice(
        project=project,
        steps=await repo.steps(project_id),
        deliberation=await Deliberations(work).latest(project_id),
        contracts=await with_tranches(repo=contracts, found=await contracts.of_project(project_id)),
        activities=await Activities(work).of_project(project_id),
        records=await Records(work).of_project(project_id),
    )


async def with_tranches(*, repo: Contracts, found: list[Contract]) -> list[Signed]:
    """Contracts with their tranches and payments, in two queries however many there are."""
    tranches = await repo.tranches([contract.id for contract in found])
    paid = await repo.paid([contract.project_id for contract in found])
    return [
        Signed(contract, [tranche for tranche in tranches if tranche.contract_id == contract.id], paid)
        for contract in found
    ]
