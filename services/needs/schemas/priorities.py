"""Shapes of explained priorities."""

from collections.abc import Mapping
from typing import Self
from uuid import UUID

from services.needs.domain.priority import Priority
from services.needs.models import Concern
from wushe.routes import Out


class TermOut(Out):
    """One criterion: how far it is met, 0 to 1, what it weighs, and what it adds to the hundred."""

    code: str
    zh: str
    value: float
    weight: float
    contribution: float


class PriorityOut(Out):
    """A score out of a hundred, the terms that add up to it, and the version of the formula (rule)."""

    score: float
    formula_version: int
    equity: bool
    """Whether most voices are of groups that are seldom heard: such concerns keep a share of the first places."""
    terms: list[TermOut]


class NeedPriorityOut(PriorityOut):
    """How pressing a need is by itself."""

    need_id: UUID

    @classmethod
    def of(cls, need_id: UUID, found: Priority) -> Self:
        """An explanation on the wire."""
        return cls(need_id=need_id, **_shown(found).model_dump())


class ConcernPriorityOut(PriorityOut):
    """How pressing a concern is; ``ordered_by`` is its place in the list, the floor for those seldom heard included."""

    concern_id: UUID
    ordered_by: float
    needs: list[NeedPriorityOut]

    @classmethod
    def of_concern(cls, concern: Concern, found: Priority, needs: Mapping[UUID, Priority]) -> Self:
        """An explanation on the wire."""
        each = [NeedPriorityOut.of(ident, one) for ident, one in needs.items()]
        return cls(concern_id=concern.id, ordered_by=concern.priority, needs=each, **_shown(found).model_dump())


def _shown(found: Priority) -> PriorityOut:
    return PriorityOut.model_validate(found)
