"""Queries over providers, volunteers, social workers and listed resources."""

from sqlalchemy import select

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import Standing, VolunteerState
from services.resources.models import Provider, Resource, SocialWorker, Volunteer
from services.resources.repository.rows import Repository
from wushe.pages import Page, PageRequest


class Supply(Repository):
    """Who and what can be linked to projects."""

    async def providers(self, page: PageRequest, *, state: Standing | None) -> Page[Provider]:
        """One page of providers."""
        statement = select(Provider)
        return await self.page(statement.where(Provider.state == state) if state else statement, Provider, page)

    async def volunteers(self, page: PageRequest, *, state: VolunteerState | None) -> Page[Volunteer]:
        """One page of volunteers."""
        statement = select(Volunteer)
        return await self.page(statement.where(Volunteer.state == state) if state else statement, Volunteer, page)

    async def social_workers(self, page: PageRequest, *, state: Standing | None) -> Page[SocialWorker]:
        """One page of social workers."""
        statement = select(SocialWorker)
        return await self.page(statement.where(SocialWorker.state == state) if state else statement, SocialWorker, page)

    async def resources(self, page: PageRequest, *, kind: Kind | None) -> Page[Resource]:
        """One page of listed resources."""
        statement = select(Resource)
        return await self.page(statement.where(Resource.kind == kind) if kind else statement, Resource, page)
