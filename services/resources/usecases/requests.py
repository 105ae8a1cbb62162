"""What projects ask for, and who could give it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.resources.domain import booking, lifecycle, matching
from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import ProjectState, RequestState, ReservationState, Verb
from services.resources.domain.matching import Ranking
from services.resources.events import RequestOpened
from services.resources.models import ResourceRequest
from services.resources.repository import Linking
from services.resources.usecases import holds
from services.resources.usecases.demand import require_project, wanted_by
from wushe import rules
from wushe.db import uuid7
from wushe.errors import Refusal


class ProjectEnded(Refusal):
    """Nothing more is asked for once a project is completed."""

    zh = "项目已完成，不能再提出资源需求。"
    en = "The project is completed; nothing more can be asked for."
    toast = "项目已完成"


async def open_request(
    *,
    linking: Linking,
    project_id: UUID,
    kind: Kind,
    title: str,
    skills: Sequence[str],
    quantity: int,
    starts_at: datetime | None,
    ends_at: datetime | None,
    division: str,
) -> ResourceRequest:
    """Ask for something on behalf of a project that is designed and not yet completed."""
    period = booking.check_times(kind, starts_at, ends_at)
    linking.work.claim(division)
    project = await require_project(linking, project_id)
    if project.state is not ProjectState.DESIGNED:
        raise ProjectEnded
    request = linking.add(
        ResourceRequest(
            id=uuid7(),
            division=division,
            project_id=project.id,
            kind=kind,
            title=title,
            skills=sorted(set(skills)),
            quantity=quantity,
            starts_at=period.start if period else None,
            ends_at=period.end if period else None,
            state=RequestState.OPEN,
        )
    )
    opened = RequestOpened(request_id=request.id, project_id=project.id, kind=kind, state=request.state)
    linking.work.record(request, Verb.OPEN, opened)
    return request


async def cancel(*, linking: Linking, request_id: UUID, reason: str) -> ResourceRequest:
    """Withdraw a request: pending offers end and everything reserved for it is free again."""
    request = await linking.lock(ResourceRequest, request_id)
    await give_up(linking=linking, request=request, reason=reason)
    return request


async def give_up(*, linking: Linking, request: ResourceRequest, reason: str) -> None:
    """End a locked request and whatever was offered or reserved for it."""
    request.state = lifecycle.advance(lifecycle.REQUEST, request.state, Verb.CANCEL)
    for offer in await linking.pending_offers(request.id):
        offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.EXPIRE)
        linking.work.record(offer, Verb.EXPIRE, reason=reason)
    held = await linking.reservations_of(request.id, ReservationState.HELD, ReservationState.CONFIRMED)
    for reservation in held:
        await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=reason)
    linking.work.record(request, Verb.CANCEL, reason=reason)


async def suggest(*, linking: Linking, request_id: UUID) -> tuple[ResourceRequest, Ranking]:
    """The ten best candidates with reasons, and what each rule removed."""
    request = await linking.get(ResourceRequest, request_id)
    weights = await rules.value(linking.work, "match_weights", request.division)
    wanted = await wanted_by(linking, request)
    return request, matching.rank(wanted, await linking.candidates(request), weights=weights)
