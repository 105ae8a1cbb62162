"""The resources part of a project's whole chain, read by the gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.resources.models import AdoptedProject, Delivery, Disbursement, Reservation, ResourceRequest
from services.resources.repository import Linking, Money


@dataclass(frozen=True)
class Chain:
    """What was asked for, reserved, delivered and paid."""

    project: AdoptedProject | None
    requests: Sequence[ResourceRequest]
    reservations: Sequence[Reservation]
    deliveries: Sequence[Delivery]
    disbursements: Sequence[Disbursement]


async def of_project(*, linking: Linking, money: Money, project_id: UUID) -> Chain:
    """The chain of one project; empty where nothing happened yet."""
    requests, reservations, deliveries = await linking.chain(project_id)
    return Chain(
        project=await linking.project(project_id),
        requests=requests,
        reservations=reservations,
        deliveries=deliveries,
        disbursements=await money.disbursements_of(project_id),
    )
