"""Shapes of consents."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.needs.domain.codes import Channel
from services.needs.domain.consents import ConsentType, Giver, LegalBasis
from services.needs.domain.lifecycle import ConsentState
from wushe.routes import In, Out


class ConsentIn(In):
    """A yes to one purpose; residents leave ``resident_id`` out, staff write down who said it and how."""

    resident_id: UUID | None = None
    purpose: ConsentType
    policy_version: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(examples=["2026-01"])
    legal_basis: LegalBasis = LegalBasis.CONSENT
    given_by: Giver | None = None
    channel: Channel


class ConsentFilters(BaseModel):
    """What a list of consents may be narrowed by."""

    resident_id: UUID | None = None
    purpose: ConsentType | None = None
    state: ConsentState | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class ConsentOut(Out):
    """A consent and whether it still holds."""

    id: UUID
    division: str
    resident_id: UUID
    person_id: UUID
    state: ConsentState
    purpose: ConsentType
    policy_version: str
    legal_basis: LegalBasis
    given_by: Giver
    given_by_person_id: UUID | None
    channel: Channel
    given_at: datetime
    ended_at: datetime | None
    version: int
    created_at: datetime
