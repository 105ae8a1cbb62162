"""Queries of our copies of projects."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, func, select

from services.needs.models import (
    AdoptedProject,
)
from wushe.repository import Repository


class Projects(Repository):
    """Our copies of projects."""

    async def adopted(self, project_id: UUID) -> AdoptedProject | None:
        """Our copy, or None before the project was designed."""
        return await self.session.get(AdoptedProject, project_id)

    async def approved_for(self, concern_ids: Sequence[UUID], *, besides: UUID) -> list[AdoptedProject]:
        """The other approved projects that answer any of some concerns, oldest first."""
        named = cast([str(concern_id) for concern_id in concern_ids], ARRAY(Text))
        answers = func.jsonb_exists_any(AdoptedProject.concern_ids, named)
        wanted = select(AdoptedProject).where(AdoptedProject.approved, AdoptedProject.id != besides, answers)
        return await self.all(wanted.order_by(AdoptedProject.id))
