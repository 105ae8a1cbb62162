"""Routes of deliveries."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.booking import QuantityExceeded
from services.resources.models import Delivery
from services.resources.repository import Linking
from services.resources.schemas.linking import DeliveryIn, DeliveryOut
from services.resources.schemas.shared import ReasonIn
from services.resources.usecases import deliveries as cases
from services.resources.usecases.demand import ProjectUnknown
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="deliveries", about="资源交付 · Deliveries")


@router.create(
    "/v1/deliveries",
    access=access.SENDERS,
    operation="recordDelivery",
    summary="登记交付 · Record a delivery",
    refusals=[ActionNotAllowed, NotFound, QuantityExceeded, cases.NotTheGiver],
)
async def send(body: DeliveryIn, work: Working) -> DeliveryOut:
    """Record that part or all of a confirmed reservation was handed over."""
    delivery = await cases.send(linking=Linking(work), reservation_id=body.reservation_id, quantity=body.quantity)
    return DeliveryOut.model_validate(delivery)


@router.read("/v1/deliveries", access=access.READERS, operation="listDeliveries", summary="交付列表 · List deliveries")
async def list_deliveries(page: Paging, work: Working, project_id: UUID | None = None) -> Page[DeliveryOut]:
    """Deliveries of the caller's divisions, newest first."""
    return Page[DeliveryOut].model_validate(await Linking(work).deliveries(page, project_id=project_id))


@router.read(
    "/v1/deliveries/{delivery_id}",
    access=access.READERS,
    operation="getDelivery",
    summary="交付详情 · Read a delivery",
)
async def get(delivery_id: UUID, work: Working) -> DeliveryOut:
    """One delivery."""
    return DeliveryOut.model_validate(await Linking(work).find(Delivery, delivery_id))


@router.verb(
    "/v1/deliveries/{delivery_id}/confirm",
    access=access.RECEIVERS,
    operation="confirmDelivery",
    summary="确认收到 · Confirm a delivery",
    if_match=True,
    refusals=[ActionNotAllowed, ProjectUnknown, cases.NotTheReceiver],
)
async def confirm(delivery_id: UUID, work: Working) -> DeliveryOut:
    """Confirm on the receiving side."""
    return DeliveryOut.model_validate(await cases.confirm(linking=Linking(work), delivery_id=delivery_id))


@router.verb(
    "/v1/deliveries/{delivery_id}/withdraw",
    access=access.SENDERS,
    operation="withdrawDelivery",
    summary="撤回交付登记 · Withdraw a delivery",
    if_match=True,
    refusals=[ActionNotAllowed, cases.NotTheSender],
)
async def withdraw(delivery_id: UUID, body: ReasonIn, work: Working) -> DeliveryOut:
    """Take back a record that was not confirmed yet."""
    delivery = await cases.withdraw(linking=Linking(work), delivery_id=delivery_id, reason=body.reason)
    return DeliveryOut.model_validate(delivery)
