"""What the caller allows to be sent to them, and how the people behind an object were told."""

from uuid import UUID

from gateway.api.accounts import MACHINES
from gateway.codes import ROLES
from gateway.models import PushChoice, Subscription
from gateway.repository import Pushes
from gateway.schemas.pushes import AllowancesOut, ChoiceIn, SubscriptionOut, TapIn, ToldListOut
from gateway.usecases import pushing
from wushe.authorize import SERVICE, Roles
from wushe.routes import Router, Working

router = Router(tag="me")
PEOPLE = Roles(*(role for role in ROLES if role not in MACHINES))


def _shown(choice: PushChoice | None, found: list[Subscription]) -> AllowancesOut:
    items = [SubscriptionOut.model_validate(each) for each in found]
    return AllowancesOut(wechat=choice.wechat if choice else True, sms=choice.sms if choice else True, items=items)


@router.read("/v1/me/subscriptions", access=PEOPLE, operation="listSubscriptions", summary="我的提醒 · What I allow")
async def allowances(work: Working) -> AllowancesOut:
    """By which ways notices reach the caller, and how many messages of each template are left."""
    return _shown(*await pushing.allowances(pushes=Pushes(work)))


@router.verb(
    "/v1/me/subscriptions",
    access=PEOPLE,
    operation="tapSubscription",
    summary="登记订阅结果 · Report a tap on a template",
)
async def tap(body: TapIn, work: Working) -> SubscriptionOut:
    """Each accepted tap allows one message more of that template; a refusal takes back those left."""
    return SubscriptionOut.model_validate(
        await pushing.tap(pushes=Pushes(work), template_id=body.template_id, result=body.result)
    )


@router.verb(
    "/v1/me/subscriptions/choose",
    access=PEOPLE,
    operation="choosePushes",
    summary="选择提醒方式 · Choose how notices reach me",
)
async def choose(body: ChoiceIn, work: Working) -> AllowancesOut:
    """Refuse or allow WeChat messages and texts; notices still lie in the inbox."""
    pushes = Pushes(work)
    await pushing.choose(pushes=pushes, wechat=body.wechat, sms=body.sms)
    return _shown(*await pushing.allowances(pushes=pushes))


@router.read(
    "/internal/notices",
    access=SERVICE,
    operation="listToldPeople",
    summary="通知情况 · How people were told",
)
async def told(about: UUID, work: Working) -> ToldListOut:
    """Every notice about one object, to whom, and by which ways it went out."""
    return ToldListOut.model_validate({"items": await pushing.told_about(pushes=Pushes(work), ident=about)})
