"""What projects ask for, and who could give it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.resources.domain import booking, lifecycle, matching, rulings
from services.resources.domain.booking import Kind
from services.resources.domain.lifecycle import ProjectState, RequestState, ReservationState, Verb
from services.resources.domain.matching import Ranking
from services.resources.events import RequestOpened
from services.resources.models import Reservation, ResourceRequest
from services.resources.repository import Linking
from services.resources.usecases import holds
from services.resources.usecases.demand import require_project, wanted_by
from wushe import rules
from wushe.db import uuid7
from wushe.errors import FieldError, InvalidInput, Refusal
from wushe.identity import county, scope_range


class ProjectEnded(Refusal):
    """Nothing more is asked for once a project is completed or given up."""

    zh = "项目已完成、取消或终止，不能再提出资源需求。"
    en = "The project is completed or was given up; nothing more can be asked for."
    toast = "项目已结束"


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
    _require_same_county(division, project.division)
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


def _require_same_county(division: str, home: str) -> None:
    """A start confirms everything at once by an event of the project's county, which reaches no further."""
    low, high = scope_range(county(home))
    if not low <= division <= high:
        message = ("请填写项目所在区县内的地区。", "Name a division within the project's own county.")
        raise InvalidInput(errors=[FieldError("/division", "OTHER_COUNTY", *message)])


async def cancel(*, linking: Linking, request_id: UUID, reason: str) -> ResourceRequest:
    """Withdraw a request: pending offers end and everything reserved for it is free again."""
    request = await linking.lock(ResourceRequest, request_id)
    await give_up(linking=linking, request=request, reason=reason)
    return request


async def give_up(*, linking: Linking, request: ResourceRequest, reason: str) -> None:
    """End a locked request and whatever was offered or reserved for it; what has taken place stays as used."""
    request.state = lifecycle.advance(lifecycle.REQUEST, request.state, Verb.CANCEL)
    for offer in await linking.pending_offers(request.id):
        offer.state = lifecycle.advance(lifecycle.OFFER, offer.state, Verb.EXPIRE)
        linking.work.record(offer, Verb.EXPIRE, reason=reason)
    held = await linking.reservations_of(request.id, ReservationState.HELD, ReservationState.CONFIRMED)
    for reservation in held:
        if _is_over(reservation, linking.work.now):
            holds.use(linking=linking, reservation=reservation)
        else:
            await holds.let_go(linking=linking, reservation=reservation, verb=Verb.RELEASE, reason=reason)
    linking.work.record(request, Verb.CANCEL, reason=reason)


def _is_over(reservation: Reservation, now: datetime) -> bool:
    is_firm, period = reservation.state is ReservationState.CONFIRMED, reservation.period
    return is_firm and period is not None and period.end <= now


async def suggest(*, linking: Linking, request_id: UUID) -> tuple[ResourceRequest, Ranking]:
    """The ten best candidates with reasons, and what each rule removed."""
    request = await linking.get(ResourceRequest, request_id)
    weights = rulings.weights("match_weights", await rules.value(linking.work, "match_weights", request.division))
    wanted = await wanted_by(linking, request)
    return request, matching.rank(wanted, await linking.candidates(request), weights=weights)
