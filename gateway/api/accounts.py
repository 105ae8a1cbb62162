"""The caller's own account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request

from gateway.api.forms import member
from gateway.codes import ROLES
from gateway.models import Grant, Residency
from gateway.repository import Accounts, Inbox
from gateway.schemas.registry import GrantOut, MeOut, ResidencyIn, ResidencyOut
from gateway.usecases import accounts, inbox
from gateway.usecases.accounts import AlreadyLinked, Resident, SlipInvalid
from wushe.authorize import Roles
from wushe.errors import NotFound
from wushe.http import SiblingRefused, understanding
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="me", about="我的账号与消息 · The caller's own account and messages")
MACHINES = {"operator", "auditor", "integration"}


def _linked(row: Residency) -> ResidencyOut:
    return ResidencyOut(
        resident_id=row.resident_id, person_id=row.person_id, division=row.division, linked_at=row.created_at
    )


def _times(row: Grant) -> dict[str, datetime | None]:
    return {"valid_from": row.valid_from, "valid_to": row.valid_to}


@router.read("/v1/me", access=Roles(*ROLES), operation="getMe", summary="我的账号 · My account")
async def me(work: Working) -> MeOut:
    """Who the caller is, what else the account may act as, and how many messages wait."""
    caller = work.caller
    grants, residency = await accounts.describe(accounts=Accounts(work))
    return MeOut(
        account_id=caller.subject,
        client=caller.client,
        person_id=caller.person_id,
        role=caller.role,
        scope=caller.scope,
        org=caller.org,
        grants=[GrantOut(role=row.role, scope=row.division, **_times(row)) for row in grants]
        or [GrantOut(role=caller.role, scope=caller.scope)],
        residency=_linked(residency) if residency else None,
        unread=await inbox.unread(inbox=Inbox(work)),
    )


async def _redeem(request: Request, caller: Caller, key: str) -> Any:
    """Ask needs whom the slip names, unless the account belongs to somebody already."""
    code = await member(request, "code")
    if not code:
        return None
    async with request.app.state.databases["main"].work(caller) as work:
        if await accounts.is_linked(accounts=Accounts(work)):
            return None
    siblings = request.app.state.siblings.acting(caller, key)
    try:
        named = await siblings.post("needs", "/internal/residency", {"code": code}, step="residency")
    except (NotFound, SiblingRefused) as fault:
        raise SlipInvalid from fault
    with understanding():
        return Resident(UUID(named["resident_id"]), UUID(named["person_id"]), str(named["division"]))


@router.create(
    "/v1/me/residency",
    access=Roles(*(role for role in ROLES if role not in MACHINES)),
    operation="linkResidency",
    summary="用关联码关联居民身份 · Tie this account to a resident",
    refusals=[AlreadyLinked, SlipInvalid],
    ahead=_redeem,
)
async def link(body: ResidencyIn, work: Working) -> ResidencyOut:  # noqa: ARG001 -- the code was redeemed ahead
    """Tie the account to the resident a printed slip names; tokens issued from now on carry the person."""
    return _linked(await accounts.link(accounts=Accounts(work), found=work.ahead))
