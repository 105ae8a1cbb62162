"""Routes of needs offered to providers nearby."""

from uuid import UUID

from services.resources.api import access
from services.resources.domain.lifecycle import OfferState
from services.resources.repository import Nearby
from services.resources.schemas.linking import DeclineIn
from services.resources.schemas.nearby import NeedOfferOut, WelcomeIn, WelcomeOut
from services.resources.usecases import nearby as cases
from services.resources.usecases.offers import NotYourOffer
from wushe.errors import ActionNotAllowed
from wushe.pages import Page, Paging
from wushe.routes import Router, Working

router = Router(tag="need-offers", about="就近征询 · Needs put to providers nearby")


@router.verb(
    "/v1/providers/{provider_id}/welcome-offers",
    access=access.OFFER_WELCOMERS,
    operation="welcomeOffers",
    summary="是否愿意接收就近邀约 · Say whether one wants to be asked",
    if_match=True,
    refusals=[NotYourOffer],
)
async def welcome(provider_id: UUID, body: WelcomeIn, work: Working) -> WelcomeOut:
    """A provider says whether it wants to be asked about needs nearby, where it is, and whom to tell."""
    place = body.location
    provider = await cases.welcome(
        nearby=Nearby(work),
        provider_id=provider_id,
        accepts=body.accepts,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        person_id=body.person_id,
    )
    return WelcomeOut.model_validate(provider)


@router.read(
    "/v1/need-offers",
    access=access.NEED_OFFER_READERS,
    operation="listNeedOffers",
    summary="就近征询列表 · List needs put to providers",
)
async def list_all(
    page: Paging, work: Working, need_id: UUID | None = None, state: OfferState | None = None
) -> Page[NeedOfferOut]:
    """Staff see their divisions, the people of a provider what was put to it."""
    return Page[NeedOfferOut].model_validate(await Nearby(work).listed(page, need_id, state))


@router.read(
    "/v1/need-offers/{need_offer_id}",
    access=access.NEED_OFFER_READERS,
    operation="getNeedOffer",
    summary="就近征询详情 · Read a need put to a provider",
)
async def get(need_offer_id: UUID, work: Working) -> NeedOfferOut:
    """One of them, with the channel it went by and whether it arrived."""
    return NeedOfferOut.model_validate(await Nearby(work).find(need_offer_id))


@router.verb(
    "/v1/need-offers/{need_offer_id}/accept",
    access=access.NEED_OFFER_ANSWERERS,
    operation="acceptNeedOffer",
    summary="愿意帮忙 · Say that one can help",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def accept(need_offer_id: UUID, work: Working) -> NeedOfferOut:
    """The provider wants to help."""
    return NeedOfferOut.model_validate(await cases.accept(nearby=Nearby(work), offer_id=need_offer_id))


@router.verb(
    "/v1/need-offers/{need_offer_id}/decline",
    access=access.NEED_OFFER_ANSWERERS,
    operation="declineNeedOffer",
    summary="暂不能帮忙 · Say that one cannot",
    if_match=True,
    refusals=[ActionNotAllowed],
)
async def decline(need_offer_id: UUID, body: DeclineIn, work: Working) -> NeedOfferOut:
    """The provider does not; it is not asked for this need again."""
    found = await cases.decline(nearby=Nearby(work), offer_id=need_offer_id, reason=body.reason)
    return NeedOfferOut.model_validate(found)
