"""Queries over schemes."""

from uuid import UUID

from sqlalchemy import select

from services.evaluation.domain.lifecycle import SchemeState
from services.evaluation.models import Evaluation, Scheme
from wushe.errors import NotFound
from wushe.pages import Page, PageRequest
from wushe.repository import Repository


class Schemes(Repository):
    """The schemes within the caller's divisions."""

    async def frozen_for(self, project_id: UUID) -> Scheme | None:
        """The scheme a project is judged by, once its goalposts stand."""
        frozen = select(Scheme).where(Scheme.project_id == project_id, Scheme.state == SchemeState.FROZEN)
        return await self.first(frozen)

    async def of_evaluation(self, evaluation: Evaluation) -> Scheme:
        """The scheme an evaluation was prepared with; NOT_FOUND before that."""
        if evaluation.scheme_id is None:
            raise NotFound
        return await self.get(Scheme, evaluation.scheme_id)

    async def latest_for(self, project_id: UUID) -> Scheme | None:
        """The frozen scheme of a project, or else its newest draft."""
        order = (Scheme.state == SchemeState.FROZEN).desc(), Scheme.id.desc()
        return await self.first(select(Scheme).where(Scheme.project_id == project_id).order_by(*order))

    async def listed(self, page: PageRequest, *, project_id: UUID | None, state: SchemeState | None) -> Page[Scheme]:
        """One page of schemes."""
        return await self.page(Scheme, page, project_id=project_id, state=state)
