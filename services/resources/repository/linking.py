"""Queries over requests, candidates, offers, reservations and deliveries."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import Range, insert

from services.resources.domain.booking import Kind, Period, Slot
from services.resources.domain.lifecycle import (
    OCCUPYING,
    DeliveryState,
    OfferState,
    RequestState,
    ReservationState,
    ResourceState,
    Standing,
    VolunteerState,
)
from services.resources.domain.matching import Candidate
from services.resources.domain.parties import DONOR, SELF_ROLES
from services.resources.models import (
    AdoptedProject,
    Delivery,
    Offer,
    Provider,
    Reservation,
    Resource,
    ResourceRequest,
    Volunteer,
)
from services.resources.repository.rows import Repository
from wushe.db import uuid7
from wushe.errors import NotFound
from wushe.identity import county, scope_range
from wushe.pages import Page, PageRequest

Linked = TypeVar("Linked", Offer, Reservation, Delivery)

BATCH = 100
"""How many due rows one sweep handles in one transaction."""

_HELD = Reservation.state.in_(OCCUPYING)
_CARRIED = Reservation.state.in_((ReservationState.HELD, ReservationState.CONFIRMED))
_WAITING = Offer.state.in_((OfferState.PROPOSED, OfferState.OFFERED))
_READY = (VolunteerState.VERIFIED, VolunteerState.ACTIVE)


def span(period: Period | None) -> Range[datetime] | None:
    """A period as PostgreSQL stores it."""
    return Range(period.start, period.end, bounds="[)") if period else None


class Linking(Repository):
    """From what a project asks for to what it received."""

    async def project(self, project_id: UUID) -> AdoptedProject | None:
        """Our copy of a project, when its design has reached us and the caller covers it."""
        return await self.session.get(AdoptedProject, project_id)

    async def active_requests(self, project_id: UUID) -> list[ResourceRequest]:
        """The requests of a project that still count, locked in a fixed order."""
        active = (RequestState.OPEN, RequestState.MET)
        statement = select(ResourceRequest).where(
            ResourceRequest.project_id == project_id, ResourceRequest.state.in_(active)
        )
        return await self.lock_all(statement.order_by(ResourceRequest.id))

    async def reservations_of(self, request_id: UUID, *states: ReservationState) -> list[Reservation]:
        """The reservations of one request in some states, locked in a fixed order."""
        statement = select(Reservation).where(Reservation.request_id == request_id, Reservation.state.in_(states))
        return await self.lock_all(statement.order_by(Reservation.id))

    async def booked(self, project_id: UUID) -> list[Reservation]:
        """What is held or confirmed for a project, locked in a fixed order."""
        statement = select(Reservation).where(Reservation.project_id == project_id, _CARRIED)
        return await self.lock_all(statement.order_by(Reservation.id))

    async def owed(
        self, *, volunteer_id: UUID | None = None, provider_id: UUID | None = None
    ) -> list[tuple[Reservation, ResourceRequest]]:
        """What one volunteer or provider is still booked for, in whichever division, locked behind its requests."""
        things = select(Resource.id).where(Resource.provider_id == provider_id)
        mine = Reservation.volunteer_id == volunteer_id if volunteer_id else Reservation.resource_id.in_(things)
        ahead = or_(Reservation.during.is_(None), func.upper(Reservation.during) > self.work.now)
        wanted = select(Reservation).where(mine, ahead, _CARRIED)
        behind = wanted.with_only_columns(Reservation.request_id)
        asked = select(ResourceRequest).where(ResourceRequest.id.in_(behind)).order_by(ResourceRequest.id)
        async with self.everywhere():
            requests = {request.id: request for request in await self.lock_all(asked)}
            found = await self.lock_all(
                wanted.where(Reservation.request_id.in_(list(requests))).order_by(Reservation.id)
            )
        return [(reservation, requests[reservation.request_id]) for reservation in found]

    async def unfit(self, reservations: Collection[Reservation]) -> set[UUID]:
        """Which of some reservations are of somebody suspended, gone or unverified, wherever they are registered."""
        fit = or_(Volunteer.state.in_(_READY), Provider.state == Standing.VERIFIED)
        statement = (
            select(Reservation.id)
            .outerjoin(Volunteer, Volunteer.id == Reservation.volunteer_id)
            .outerjoin(Resource, Resource.id == Reservation.resource_id)
            .outerjoin(Provider, Provider.id == Resource.provider_id)
            .where(Reservation.id.in_({reservation.id for reservation in reservations}), fit.is_not(true()))
        )
        async with self.everywhere():
            return set(await self.all(statement))

    async def provider_of(self, resource_id: UUID) -> UUID | None:
        """Whose a reserved thing is, wherever it is listed."""
        async with self.everywhere():
            return await self.first(select(Resource.provider_id).where(Resource.id == resource_id))

    async def covered(self, request_id: UUID) -> int:
        """How much of a request is reserved."""
        statement = select(func.coalesce(func.sum(Reservation.quantity), 0))
        found = await self.session.scalar(statement.where(Reservation.request_id == request_id, _HELD))
        return int(found or 0)

    async def book(self, **values: Any) -> Reservation | None:
        """Insert a reservation, or None when its person, place or thing is taken at that time.

        The exclusion constraint decides; waiting for a competitor and losing to it is no error, so nothing is retried.
        """
        statement = insert(Reservation).values(id=uuid7(), **values).on_conflict_do_nothing().returning(Reservation)
        return (await self.session.scalars(statement)).one_or_none()

    async def taken(self, bookable: UUID, since: datetime) -> list[Period]:
        """When a person, place or thing is occupied from an instant on, as far as the caller may know."""
        statement = select(Reservation).where(
            Reservation.bookable == bookable, _HELD, Reservation.during.op("&&")(Range(since, None))
        )
        rows = await self.all(statement.limit(BATCH))
        return sorted(row.period for row in rows if row.period)

    async def lapsed_holds(self) -> Sequence[tuple[UUID, UUID]]:
        """Reservation and request of holds whose time has run out on the business clock of their county."""
        due = func.business_now(Reservation.division) >= Reservation.hold_expires_at
        statement = select(Reservation.id, Reservation.request_id).where(
            Reservation.state == ReservationState.HELD, due
        )
        found = await self.session.execute(statement.order_by(Reservation.request_id, Reservation.id).limit(BATCH))
        return [(ident, request_id) for ident, request_id in found]

    async def lapsed_offers(self) -> list[Offer]:
        """Offers nobody answered in time, locked; one being answered at this moment is left alone."""
        due = func.business_now(Offer.division) >= Offer.expires_at
        statement = select(Offer).where(_WAITING, due).order_by(Offer.id).limit(BATCH)
        return await self.lock_all(statement, skip_locked=True)

    async def pending_offers(self, request_id: UUID) -> list[Offer]:
        """The offers of a request still waiting for an answer, locked."""
        return await self.lock_all(select(Offer).where(Offer.request_id == request_id, _WAITING).order_by(Offer.id))

    async def delivered(self, reservation_id: UUID, *, only_confirmed: bool) -> int:
        """How much of a reservation was handed over, as the giver says or as the receiver confirmed."""
        states = (DeliveryState.CONFIRMED,) if only_confirmed else (DeliveryState.SENT, DeliveryState.CONFIRMED)
        statement = select(func.coalesce(func.sum(Delivery.quantity), 0))
        counted = statement.where(Delivery.reservation_id == reservation_id, Delivery.state.in_(states))
        return int(await self.session.scalar(counted) or 0)

    async def candidates(self, request: ResourceRequest, *, only: UUID | None = None) -> list[Candidate]:
        """Whoever and whatever the caller's divisions hold in the request's county, or just one of them.

        Bookings are confirmed and undone by events of the county, which reach no further.
        """
        if request.kind is Kind.VOLUNTEER:
            return [_volunteer(row) for row in await self._rows(_volunteers(request), Volunteer, only)]
        return [_resource(row) for row in await self._rows(_resources(request), Resource, only)]

    async def _rows(self, statement: Select[Any], model: Any, only: UUID | None) -> Sequence[Any]:
        if only is not None:
            statement = statement.where(model.id == only)
        found = await self.session.execute(statement.order_by(model.id))
        return list(found.all())

    async def requests(
        self, page: PageRequest, *, project_id: UUID | None, state: RequestState | None
    ) -> Page[ResourceRequest]:
        """One page of requests."""
        return await self.page(ResourceRequest, page, project_id=project_id, state=state)

    async def offers(self, page: PageRequest, *, request_id: UUID | None) -> Page[Offer]:
        """One page of the offers the caller may see."""
        return await self.page(Offer, page, self._concerns(Offer), request_id=request_id)

    async def reservations(self, page: PageRequest, *, project_id: UUID | None) -> Page[Reservation]:
        """One page of the reservations the caller may see."""
        return await self.page(Reservation, page, self._concerns(Reservation), project_id=project_id)

    async def deliveries(self, page: PageRequest, *, project_id: UUID | None) -> Page[Delivery]:
        """One page of the deliveries the caller may see."""
        return await self.page(Delivery, page, self._concerns(Delivery), project_id=project_id)

    async def find(self, model: type[Linked], ident: UUID) -> Linked:
        """One offer, reservation or delivery the caller may see."""
        row = await self.first(select(model).where(model.id == ident, self._concerns(model)))
        if row is None:
            raise NotFound
        self.work.lead = row
        return row

    def _concerns(self, model: Any) -> ColumnElement[bool]:
        """Staff see their divisions, a volunteer what concerns them, a donor what concerns their organisation."""
        caller = self.work.caller
        found: ColumnElement[bool] = true()
        if model is Delivery:
            found = Delivery.reservation_id.in_(select(Reservation.id).where(self._concerns(Reservation)))
        elif caller.role in SELF_ROLES:
            found = model.volunteer_id.in_(select(Volunteer.id).where(Volunteer.person_id == caller.person_id))
        elif caller.role == DONOR:
            found = model.resource_id.in_(select(Resource.id).where(Resource.provider_id == caller.org))
        return found

    async def chain(self, project_id: UUID) -> tuple[list[ResourceRequest], list[Reservation], list[Delivery]]:
        """Everything that was asked for, reserved and delivered for a project."""
        return (
            await self._of(ResourceRequest, ResourceRequest.project_id == project_id),
            await self._of(Reservation, Reservation.project_id == project_id),
            await self._of(Delivery, Delivery.project_id == project_id),
        )

    async def _of(self, model: Any, condition: ColumnElement[bool]) -> list[Any]:
        return await self.all(select(model).where(condition).order_by(model.id))


def _counts(request: ResourceRequest, mine: ColumnElement[bool]) -> tuple[Any, Any, Any]:
    """Three labelled sub-selects over reservations: busy then, served this project before, load carried now."""
    overlapping = Reservation.during.op("&&")(span(request.period)) if request.period else false()
    busy = select(Reservation.id).where(mine, _HELD, overlapping)
    served = select(func.count()).where(mine, Reservation.project_id == request.project_id, _HELD)
    load = select(func.count()).where(mine, _CARRIED)
    return (
        busy.exists().label("is_busy"),
        served.scalar_subquery().label("served"),
        load.scalar_subquery().label("load"),
    )


def _declined(request: ResourceRequest, mine: ColumnElement[bool]) -> Any:
    declined = select(Offer.id).where(mine, Offer.request_id == request.id, Offer.state == OfferState.DECLINED)
    return declined.exists().label("has_declined")


def _volunteers(request: ResourceRequest) -> Select[Any]:
    counts = _counts(request, Reservation.bookable == Volunteer.person_id)
    declined = _declined(request, Offer.volunteer_id == Volunteer.id)
    near = Volunteer.division.between(*scope_range(county(request.division)))
    return select(Volunteer, *counts, declined).where(Volunteer.state != VolunteerState.LEFT, near)


def _resources(request: ResourceRequest) -> Select[Any]:
    counts = _counts(request, Reservation.resource_id == Resource.id)
    declined = _declined(request, Offer.resource_id == Resource.id)
    statement = select(Resource, Provider.state.label("standing"), *counts, declined)
    joined = statement.join(Provider, Provider.id == Resource.provider_id)
    near = Resource.division.between(*scope_range(county(request.division)))
    return joined.where(Resource.state == ResourceState.AVAILABLE, near)


def _volunteer(row: Any) -> Candidate:
    volunteer: Volunteer = row.Volunteer
    return Candidate(
        id=volunteer.id,
        kind=Kind.VOLUNTEER,
        division=volunteer.division,
        is_verified=volunteer.state in _READY,
        skills=frozenset(volunteer.skills),
        slots=frozenset(Slot(slot) for slot in volunteer.availability),
        is_busy=row.is_busy,
        has_declined=row.has_declined,
        served=row.served,
        load=row.load,
    )


def _resource(row: Any) -> Candidate:
    resource: Resource = row.Resource
    return Candidate(
        id=resource.id,
        kind=resource.kind,
        division=resource.division,
        is_verified=row.standing is Standing.VERIFIED,
        skills=frozenset(resource.skills),
        left=resource.left,
        is_busy=row.is_busy and resource.left is None,
        has_declined=row.has_declined,
        served=row.served,
        load=row.load,
    )
