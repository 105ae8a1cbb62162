"""Shapes of proposals for shared concerns."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.needs.domain.codes import ServiceField
from services.needs.domain.lifecycle import ProposalRunState
from services.needs.models import ConcernProposal
from services.needs.schemas.shared import ReasonOut, reasons_out
from services.needs.usecases.proposals import Proposed
from wushe.routes import DivisionCode, In, Out, ShortText


class ProposalOut(Out):
    """Needs that may share a concern, and why; a person decides. Theme and field are what the words are about."""

    id: UUID
    division: str
    title: str
    named: bool
    need_ids: list[UUID]
    theme: str | None
    field: ServiceField | None
    need_count: int
    person_count: int
    likeness: float
    first_at: datetime
    last_at: datetime
    reasons: list[ReasonOut]
    version: int

    @classmethod
    def of(cls, found: Proposed) -> Self:
        """A proposal on the wire."""
        row = found.row
        return cls(
            id=row.id,
            division=row.division,
            title=row.title,
            named=row.named,
            need_ids=list(found.need_ids),
            theme=row.anchor,
            field=found.field,
            need_count=len(found.need_ids),
            person_count=row.person_count,
            likeness=row.likeness,
            first_at=row.first_at,
            last_at=row.last_at,
            reasons=reasons_out(found.reasons),
            version=row.version,
        )


class ProposalsOut(Out):
    """The proposals for a division, widest first."""

    items: list[ProposalOut]


class RunIn(In):
    """Where needs are looked at anew: the street of a community, a street or a county."""

    division: DivisionCode


class NameIn(In):
    """What people call it."""

    title: ShortText = Field(examples=["老旧小区夜间照明不足"])


class NamedOut(Out):
    """A proposal and the name a person gave it."""

    id: UUID
    title: str
    named: bool
    version: int

    @classmethod
    def of(cls, row: ConcernProposal) -> Self:
        """The name on the wire."""
        return cls.model_validate(row)


class DriftOut(Out):
    """What changed since the run before; ``moved_share`` of the needs grouped both times stand elsewhere now."""

    born: int
    died: int
    merged: int
    split: int
    moved_share: float


class ProposalRunOut(Out):
    """One run of clustering; counts and report once it is done."""

    id: UUID
    division: str
    state: ProposalRunState
    need_count: int
    proposal_count: int
    report: DriftOut | None
    state_at: datetime
    version: int
    created_at: datetime
