"""Shapes of the right to ask for somebody else."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.needs.domain.codes import ConsentMode, Outcome, ProxyRelation
from services.needs.domain.lifecycle import NeedState, ProxyState
from wushe.routes import In, Out, ShortText


class ProxyIn(In):
    """Who may ask for the resident, what they are to each other, and how the resident agreed."""

    proxy_person_id: UUID
    relation: Literal[ProxyRelation.FAMILY, ProxyRelation.NEIGHBOUR, ProxyRelation.GUARDIAN]
    consent_given: ConsentMode


class ProxyEndIn(In):
    """Why it ends, if anybody says so."""

    reason: ShortText | None = None


class ProxyOut(Out):
    """That one person may ask for another; nothing else of either."""

    id: UUID
    division: str
    state: ProxyState
    resident_id: UUID
    person_id: UUID
    proxy_person_id: UUID
    relation: ProxyRelation
    consent_given: ConsentMode
    confirmed_by: UUID | None
    ended_at: datetime | None
    end_reason: str | None
    version: int
    created_at: datetime


class ProxyFilters(BaseModel):
    """What a list may be narrowed by."""

    resident_id: UUID | None = None
    state: ProxyState | None = None

    def columns(self) -> dict[str, Any]:
        """The filters that compare a column."""
        return self.model_dump(exclude_none=True)


class ProxiedNeedOut(Out):
    """What a proxy said for somebody, and how it stands; nothing that was not theirs to begin with."""

    id: UUID
    state: NeedState
    statement: str
    submitted_at: datetime
    answer: str | None
    outcome_expected: str | None
    outcome: Outcome | None
    responded_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
