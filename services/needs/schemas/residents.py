"""Shapes of residents, slips and persons."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.domain.codes import (
    AgeBand,
    GuardianRelation,
    TargetGroup,
)
from services.needs.domain.identity import masked
from services.needs.domain.lifecycle import ResidentState
from services.needs.schemas.identities import (
    GuardianIn,
    IdentityIn,
    IdentityOut,
    PeriodIn,
    PeriodOut,
    SafeContactIn,
    SafeContactOut,
)
from services.needs.schemas.shared import ExternalIds
from services.needs.usecases.residents import Particulars, Seen
from wushe.routes import DivisionCode, Flag, In, Out, ShortText


class ResidentChange(In):
    """What staff may correct of a resident; an identity or a safe contact left out stays as it is."""

    age_band: AgeBand | None = None
    target_groups: Annotated[list[TargetGroup], Field(default_factory=list, max_length=26)]
    target_group_periods: Annotated[list[PeriodIn], Field(default_factory=list, max_length=52)]
    guardian_person_id: UUID | None = None
    guardian: GuardianIn | None = None
    safe_contact: SafeContactIn | None = None
    identity: IdentityIn | None = None

    def particulars(self) -> Particulars:
        """As the use cases take it."""
        return Particulars(
            age_band=self.age_band,
            target_groups=self.target_groups,
            periods=[each.period() for each in self.target_group_periods],
            guardian_person_id=self.guardian.person_id if self.guardian else self.guardian_person_id,
            guardian_relation=self.guardian.relation if self.guardian else None,
            safe_contact=self.safe_contact.wish() if self.safe_contact else None,
            identity=self.identity.identity() if self.identity else None,
        )


class ResidentIn(ResidentChange):
    """A resident to register; who it is may be left out, what services must know may not."""

    division: DivisionCode
    synthetic: Flag = False
    external_ids: ExternalIds


class ResidentOut(Out):
    """A registered resident, masked; the groups are those of today, the periods the whole history."""

    id: UUID
    person_id: UUID
    division: str
    state: ResidentState
    age_band: AgeBand
    target_groups: list[TargetGroup]
    target_group_periods: list[PeriodOut]
    guardian_person_id: UUID | None
    guardian_relation: GuardianRelation | None
    safe_contact: SafeContactOut | None
    identity: IdentityOut | None
    possible_duplicates: list[UUID]
    synthetic: bool
    household_id: UUID | None
    version: int
    created_at: datetime

    @classmethod
    def of(cls, seen: Seen, *, listed: bool = False) -> Self:
        """A resident as the registry shows it."""
        row = seen.resident
        shown = masked(seen.identity, listed=listed) if seen.identity else None
        names = ("id", "person_id", "division", "state", "household_id", "guardian_person_id", "guardian_relation")
        return cls(
            **{name: getattr(row, name) for name in (*names, "synthetic", "version", "created_at")},
            age_band=seen.age_band,
            target_groups=seen.groups,
            target_group_periods=[PeriodOut.model_validate(each) for each in seen.periods],
            safe_contact=SafeContactOut.model_validate(seen.safe_contact) if row.safe_contact else None,
            identity=IdentityOut.model_validate(shown) if shown else None,
            possible_duplicates=seen.possible_duplicates,
        )


class ResidentsOut(Out):
    """The residents in scope who have a telephone or an ID, masked."""

    items: list[ResidentOut]


class LinkCodeOut(Out):
    """A code to print; it is shown once and stored only as a fingerprint."""

    code: str
    expires_at: datetime


class PersonIn(In):
    """A person of another registry who needs an id; ``label`` gives the same person the same id again."""

    label: ShortText | None = None
    division: DivisionCode | None = None


class PersonOut(Out):
    """One human, known everywhere by this id."""

    person_id: UUID


class ResidencyIn(In):
    """A slip somebody presents."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ResidencyOut(Out):
    """The resident an account now speaks for."""

    resident_id: UUID
    person_id: UUID
    division: str
