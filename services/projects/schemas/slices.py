"""Shapes of this service's part of a lifecycle."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from services.projects.domain.lifecycle import (
    ActivityState,
    ContractState,
    DeliberationState,
    ProjectKind,
    ProjectState,
    RecordState,
)
from services.projects.schemas.shared import PlannedOut, StepOut
from services.projects.usecases.slices import Signed, Slice
from wushe.routes import Out


class SliceProject(Out):
    """The project's part of its lifecycle."""

    id: UUID
    division: str
    title: str
    kind: ProjectKind
    state: ProjectState
    concern_ids: list[UUID]
    budget_fen: int
    planned: PlannedOut
    scheme_id: UUID | None
    scheme_hash: str | None
    created_at: datetime
    steps: list[StepOut]


class SliceDeliberation(Out):
    """The last decision of the residents about a project."""

    id: UUID
    state: DeliberationState
    rule_code: str
    held_on: date
    participating: dict[str, int]
    yes: dict[str, int]
    publicity_ends_at: datetime | None


class SliceContract(Out):
    """A contract's part of the lifecycle."""

    id: UUID
    state: ContractState
    amount_fen: int
    signed_at: datetime | None
    paid_fen: int


class SliceActivity(Out):
    """An activity's part of the lifecycle."""

    id: UUID
    title: str
    state: ActivityState
    starts_at: datetime
    ends_at: datetime


class SliceService(Out):
    """Who was served, in numbers."""

    records: int
    confirmed: int
    disputed: int
    persons: int


class SliceOut(Out):
    """What this service knows of a project's lifecycle."""

    project: SliceProject
    deliberation: SliceDeliberation | None
    contracts: list[SliceContract]
    activities: list[SliceActivity]
    service: SliceService

    @classmethod
    def of(cls, found: Slice) -> Self:
        """The slice as the gateway joins it."""
        columns = {name: getattr(found.project, name) for name in SliceProject.model_fields if name != "steps"}
        return cls(
            project=SliceProject.model_validate({**columns, "steps": found.steps}, from_attributes=True),
            deliberation=SliceDeliberation.model_validate(found.deliberation) if found.deliberation else None,
            contracts=[_contract(signed) for signed in found.contracts],
            activities=[SliceActivity.model_validate(activity) for activity in found.activities],
            service=SliceService(
                records=len(found.records),
                confirmed=found.counted(RecordState.CONFIRMED),
                disputed=found.counted(RecordState.DISPUTED),
                persons=found.persons,
            ),
        )


def _contract(signed: Signed) -> SliceContract:
    contract = signed.contract
    return SliceContract(
        id=contract.id,
        state=contract.state,
        amount_fen=contract.amount_fen,
        signed_at=contract.signed_at,
        paid_fen=signed.paid_fen,
    )
