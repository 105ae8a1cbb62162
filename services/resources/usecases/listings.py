"""Listing what providers give."""

from collections.abc import Sequence
from uuid import UUID

from services.resources.domain import booking, lifecycle
from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import ResourceState, Verb
from services.resources.domain.parties import OWNER_ROLES
from services.resources.models import Provider, Resource, Side
from services.resources.repository import Supply
from wushe import external
from wushe.db import uuid7
from wushe.errors import Refusal


class NotYourProvider(Refusal):
    """A provider's own people speak for their own organisation only."""

    status = 403
    zh = "您只能代表本机构办理。"
    en = "You may act for your own organisation only."
    toast = "非本机构"


async def list_resource(
    *,
    supply: Supply,
    provider_id: UUID,
    kind: Kind,
    title: str,
    division: str,
    quantity: int | None,
    unit: str | None,
    side: Side | None,
    skills: Sequence[str],
    external_ids: Sequence[external.Named],
) -> Resource:
    """Enter one resource of a provider; it is suggested once the provider is verified."""
    provider = await supply.get(Provider, provider_id)
    _require_owner(supply, provider.id)
    booking.check_listing(kind, quantity)
    resource = supply.add(
        Resource(
            id=uuid7(),
            division=division,
            provider_id=provider.id,
            kind=kind,
            title=title,
            skills=sorted(set(skills)),
            side=side,
            unit=unit,
            quantity=quantity,
            reserved=0,
            state=ResourceState.AVAILABLE,
        )
    )
    await external.register(supply.work, "resources", external_ids, resource.id)
    supply.work.record(resource, "list")
    return resource


async def withdraw(*, supply: Supply, resource_id: UUID, reason: str) -> Resource:
    """Take a resource off the list; what is already reserved stays reserved."""
    resource = await supply.lock(Resource, resource_id)
    _require_owner(supply, resource.provider_id)
    resource.state = lifecycle.advance(lifecycle.RESOURCE, resource.state, Verb.WITHDRAW)
    supply.work.record(resource, Verb.WITHDRAW, reason=reason)
    return resource


def _require_owner(supply: Supply, provider_id: UUID) -> None:
    caller = supply.work.caller
    if caller.role in OWNER_ROLES and caller.org != provider_id:
        raise NotYourProvider
