"""Routes of offers."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.booking import AlreadyBooked, QuantityExceeded, StockInsufficient
from services.resources.domain.matching import NotSuitable
from services.resources.domain.rulings import RuleUnreadable
from services.resources.models import Offer
from services.resources.repository import Linking
from services.resources.schemas.linking import AcceptedOut, ChoiceIn, DeclineIn, OfferOut, ReservationOut
from services.resources.usecases import offers as cases
from wushe.errors import ActionNotAllowed, NotFound
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="offers", about="征询资源方 · Asking providers and volunteers")


@router.create(
    "/v1/offers",
    access=access.MATCHERS,
    operation="makeOffer",
    summary="发出对接邀请 · Ask a candidate",
    refusals=[ActionNotAllowed, NotFound, NotSuitable, QuantityExceeded, RuleUnreadable, cases.OfferPending],
)
async def make(body: ChoiceIn, work: Working) -> OfferOut:
    """Ask one suitable candidate for an open request."""
    offer = await cases.make(
        linking=Linking(work),
        request_id=body.request_id,
        resource_id=body.resource_id,
        volunteer_id=body.volunteer_id,
        quantity=body.quantity,
    )
    return OfferOut.model_validate(offer)


@router.read("/v1/offers", access=access.READERS, operation="listOffers", summary="邀请列表 · List offers")
async def list_offers(page: Paging, work: Working, request_id: UUID | None = None) -> Page[OfferOut]:
    """Offers of the caller's divisions, newest first."""
    return Page[OfferOut].model_validate(await Linking(work).offers(page, request_id=request_id))


@router.read("/v1/offers/{offer_id}", access=access.READERS, operation="getOffer", summary="邀请详情 · Read an offer")
async def get(offer_id: UUID, work: Working) -> OfferOut:
    """One offer."""
    return OfferOut.model_validate(await Linking(work).find(Offer, offer_id))


@router.verb(
    "/v1/offers/{offer_id}/accept",
    access=access.ANSWERERS,
    operation="acceptOffer",
    summary="接受邀请 · Accept an offer",
    if_match=True,
    refusals=[
        ActionNotAllowed,
        cases.NotYourOffer,
        NotSuitable,
        AlreadyBooked,
        StockInsufficient,
        QuantityExceeded,
        RuleUnreadable,
    ],
)
async def accept(offer_id: UUID, work: Working) -> AcceptedOut:
    """Say yes; the reservation is held in the same moment."""
    offer, reservation = await cases.accept(linking=Linking(work), offer_id=offer_id)
    answered = OfferOut.model_validate(offer).model_dump()
    return AcceptedOut(**answered, reservation=ReservationOut.model_validate(reservation))


@router.verb(
    "/v1/offers/{offer_id}/decline",
    access=access.ANSWERERS,
    operation="declineOffer",
    summary="谢绝邀请 · Decline an offer",
    if_match=True,
    refusals=[ActionNotAllowed, cases.NotYourOffer],
)
async def decline(offer_id: UUID, body: DeclineIn, work: Working) -> OfferOut:
    """Say no; the candidate is not suggested for this request again."""
    offer = await cases.decline(linking=Linking(work), offer_id=offer_id, reason=body.reason)
    return OfferOut.model_validate(offer)
