"""Shapes of merges and of their trace."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.needs.domain.lifecycle import NeedState
from services.needs.usecases.merging import Trace
from wushe.routes import In, Out, ShortText


class MergeIn(In):
    """Which need this one becomes part of, and why."""

    into_id: UUID
    reason: ShortText = Field(examples=["同一盏路灯"])


class StepOut(Out):
    """A merge (``merged``), its end (``split`` ``left`` ``withdrawn`` ``released``) or a co-signer who left."""

    kind: str
    at: datetime
    role: str
    need_id: UUID
    into_id: UUID
    reason: str | None
    opt_out_until: datetime | None


class TraceOut(Out):
    """What was merged and split around a need, and how many different people stand behind it now."""

    need_id: UUID
    state: NeedState
    merged_into_id: UUID | None
    supporter_count: int
    steps: list[StepOut]

    @classmethod
    def of(cls, trace: Trace) -> Self:
        """The trace on the wire."""
        need = trace.need
        shown = [StepOut.model_validate(step) for step in trace.steps]
        return cls(
            need_id=need.id,
            state=need.state,
            merged_into_id=need.merged_into_id,
            supporter_count=trace.supporter_count,
            steps=shown,
        )
