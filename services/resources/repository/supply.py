"""Queries over providers, volunteers, social workers and listed resources."""

from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import Standing, VolunteerState
from services.resources.models import Provider, Resource, SocialWorker, Volunteer
from services.resources.repository.rows import Repository
from wushe.pages import Page, PageRequest


class Supply(Repository):
    """Who and what can be linked to projects."""

    async def providers(self, page: PageRequest, *, state: Standing | None) -> Page[Provider]:
        """One page of providers."""
        return await self.page(Provider, page, state=state)

    async def volunteers(self, page: PageRequest, *, state: VolunteerState | None) -> Page[Volunteer]:
        """One page of volunteers."""
        return await self.page(Volunteer, page, state=state)

    async def social_workers(self, page: PageRequest, *, state: Standing | None) -> Page[SocialWorker]:
        """One page of social workers."""
        return await self.page(SocialWorker, page, state=state)

    async def resources(self, page: PageRequest, *, kind: Kind | None) -> Page[Resource]:
        """One page of listed resources."""
        return await self.page(Resource, page, kind=kind)
