"""Routes of reservations."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.booking import AlreadyBooked, QuantityExceeded, StockInsufficient
from services.resources.domain.matching import NotSuitable
from services.resources.domain.rulings import RuleUnreadable
from services.resources.models import Reservation
from services.resources.repository import Linking
from services.resources.schemas.linking import ChoiceIn, ReservationOut
from services.resources.schemas.shared import ReasonIn
from services.resources.usecases import reservations as cases
from services.resources.usecases.holds import HoldExpired
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="reservations", about="资源预订 · Reservations")


@router.create(
    "/v1/reservations",
    access=access.RESERVERS,
    operation="reserve",
    summary="预约资源 · Reserve",
    refusals=[
        ActionNotAllowed,
        NotFound,
        NotSuitable,
        AlreadyBooked,
        StockInsufficient,
        QuantityExceeded,
        RuleUnreadable,
    ],
)
async def reserve(body: ChoiceIn, work: Working) -> ReservationOut:
    """Hold a volunteer or resource for a request; two requests never get the same one at the same time."""
    reservation = await cases.reserve(
        linking=Linking(work),
        request_id=body.request_id,
        resource_id=body.resource_id,
        volunteer_id=body.volunteer_id,
        quantity=body.quantity,
    )
    return ReservationOut.model_validate(reservation)


@router.read(
    "/v1/reservations", access=access.READERS, operation="listReservations", summary="预约列表 · List reservations"
)
async def list_reservations(page: Paging, work: Working, project_id: UUID | None = None) -> Page[ReservationOut]:
    """Reservations of the caller's divisions, newest first."""
    return Page[ReservationOut].model_validate(await Linking(work).reservations(page, project_id=project_id))


@router.read(
    "/v1/reservations/{reservation_id}",
    access=access.READERS,
    operation="getReservation",
    summary="预约详情 · Read a reservation",
)
async def get(reservation_id: UUID, work: Working) -> ReservationOut:
    """One reservation."""
    return ReservationOut.model_validate(await Linking(work).find(Reservation, reservation_id))


@router.verb(
    "/v1/reservations/{reservation_id}/confirm",
    access=access.RESERVERS,
    operation="confirmReservation",
    summary="确认预约 · Confirm a reservation",
    if_match=True,
    refusals=[ActionNotAllowed, HoldExpired, NotSuitable],
)
async def confirm(reservation_id: UUID, work: Working) -> ReservationOut:
    """Make a hold firm, so that it no longer expires."""
    reservation = await cases.confirm(linking=Linking(work), reservation_id=reservation_id)
    return ReservationOut.model_validate(reservation)


@router.verb(
    "/v1/reservations/{reservation_id}/release",
    access=access.RESERVERS,
    operation="releaseReservation",
    summary="释放预约 · Release a reservation",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def release(reservation_id: UUID, body: ReasonIn, work: Working) -> ReservationOut:
    """Give a reservation up; its time or stock is free at once."""
    reservation = await cases.release(linking=Linking(work), reservation_id=reservation_id, reason=body.reason)
    return ReservationOut.model_validate(reservation)
