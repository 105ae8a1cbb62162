"""The caller's own account."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from gateway.api.forms import member
from gateway.codes import ROLES
from gateway.models import Grant, Residency
from gateway.repository import Accounts, Inbox, TelephonePages
from gateway.schemas.registry import (
    GrantOut,
    LinkRequestOut,
    MeOut,
    PhoneCodeIn,
    PhoneCodeOut,
    ResidencyIn,
    ResidencyOut,
    ResidencyTakenIn,
    UnlinkedOut,
)
from gateway.usecases import accounts, inbox, linking
from gateway.usecases.accounts import AlreadyLinked, Resident, SlipInvalid
from gateway.usecases.linking import CodeWrong, PersonLinked
from wushe.authorize import SERVICE, Roles
from wushe.errors import NotFound, OutOfScope
from wushe.http import SiblingRefused, Siblings, understanding
from wushe.identity import Caller
from wushe.routes import Router, Working

router = Router(tag="me", about="我的账号与消息 · The caller's own account and messages")
MACHINES = {"operator", "auditor", "integration"}
PEOPLE = Roles(*(role for role in ROLES if role not in MACHINES))


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
    """Ask needs whom the slip or the digits name, unless the account belongs to somebody already."""
    code = await member(request, "code")
    if not code:
        return None
    async with request.app.state.databases["main"].work(caller) as work:
        if await accounts.is_linked(accounts=Accounts(work)):
            return None
    siblings = request.app.state.siblings.acting(caller, key)
    if await member(request, "by") == "phone":
        return await _answered(siblings, caller, code)
    try:
        named = await siblings.post("needs", "/internal/residency", {"code": code}, step="residency")
    except (NotFound, SiblingRefused) as fault:
        raise SlipInvalid from fault
    with understanding():
        return Resident(UUID(named["resident_id"]), UUID(named["person_id"]), str(named["division"]))


async def _answered(siblings: Siblings, caller: Caller, code: str) -> Resident:
    """Whom the digits name; a wrong try is counted at needs."""
    asked = {"account": caller.subject, "code": code}
    try:
        told = await siblings.post("needs", "/internal/phone-codes/answer", asked, step="digits")
    except SiblingRefused as fault:
        raise CodeWrong from fault
    with understanding():
        if told["answered"] == "taken":
            raise PersonLinked
        if told["answered"] != "linked":
            raise CodeWrong
        return Resident(UUID(told["resident_id"]), UUID(told["person_id"]), str(told["division"]))


async def _make_code(request: Request, caller: Caller, key: str) -> Any:
    """Have needs make the digits, for a body that can be read."""
    try:
        asked = PhoneCodeIn.model_validate(await request.json() if await request.body() else None)
    except ValidationError:
        return None  # the route says what is wrong
    async with request.app.state.databases["main"].work(caller) as work:
        if await accounts.is_linked(accounts=Accounts(work)):
            raise AlreadyLinked
    siblings, body = request.app.state.siblings.acting(caller, key), asked.model_dump(exclude_none=True)
    try:
        return await siblings.post("needs", "/internal/phone-codes", {"account": caller.subject, **body}, step="digits")
    except SiblingRefused as fault:
        raise CodeWrong from fault


async def _let_go(request: Request, caller: Caller, key: str) -> Any:
    """Tell needs that no account speaks for the resident, unless this one never did."""
    async with request.app.state.databases["main"].work(caller) as work:
        _, tied = await accounts.describe(accounts=Accounts(work))
    if tied is None:
        raise NotFound
    siblings, body = request.app.state.siblings.acting(caller, key), {"person_id": str(tied.person_id)}
    with suppress(NotFound):  # erased meanwhile: the account lets go all the same
        await siblings.post("needs", "/internal/residency/unlink", body, step="unlink")


@router.create(
    "/v1/me/residency",
    access=PEOPLE,
    operation="linkResidency",
    summary="关联居民身份 · Tie this account to a resident",
    refusals=[AlreadyLinked, SlipInvalid, CodeWrong, PersonLinked],
    ahead=_redeem,
)
async def link(body: ResidencyIn, work: Working) -> ResidencyOut:  # noqa: ARG001 -- the code was redeemed ahead
    """Tie the account to the resident a slip or a telephone names; tokens issued from now on carry the person."""
    return _linked(await accounts.link(accounts=Accounts(work), found=work.ahead))


@router.create(
    "/v1/me/residency/codes",
    access=PEOPLE,
    operation="askForPhoneCode",
    summary="获取短信验证码 · Have digits sent to one's telephone",
    refusals=[AlreadyLinked, CodeWrong],
    ahead=_make_code,
)
async def ask_code(body: PhoneCodeIn, work: Working) -> PhoneCodeOut:  # noqa: ARG001 -- the digits were made ahead
    """Six digits by text message, to the telephone the registry has; whether it has one is not told."""
    with understanding():
        made = work.ahead
        if made["code"] is not None:
            await linking.send(pages=TelephonePages(work), made=made)
        return PhoneCodeOut(expires_at=made["expires_at"])


@router.create(
    "/v1/me/residency/requests",
    access=PEOPLE,
    operation="requestLink",
    summary="出示当面关联码 · Show a code to a worker",
    refusals=[AlreadyLinked],
    secret=True,
)
async def request_link(work: Working) -> LinkRequestOut:
    """A code the screen shows; a community worker who sees the person types it."""
    shown = await linking.show(accounts=Accounts(work))
    return LinkRequestOut(code=shown.code, expires_at=shown.expires_at)


@router.verb(
    "/v1/me/residency/unlink",
    access=PEOPLE,
    operation="unlinkResidency",
    summary="解除关联 · Let go of the resident",
    refusals=[NotFound],
    ahead=_let_go,
)
async def unlink(work: Working) -> UnlinkedOut:
    """The account belongs to nobody any more; sign in again for a token that says so."""
    await linking.let_go(accounts=Accounts(work))
    return UnlinkedOut(linked=False)


@router.create(
    "/internal/residencies",
    access=SERVICE,
    operation="tieAccount",
    summary="当面关联账号 · Tie an account face to face",
    refusals=[NotFound, OutOfScope],
)
async def take(body: ResidencyTakenIn, work: Working) -> ResidencyOut:
    """Tie the account that shows a code to the resident a worker named; one tied before lets go."""
    found = Resident(body.resident_id, body.person_id, body.division)
    return _linked(await linking.take(accounts=Accounts(work), code=body.code, found=found))
