"""Signing in, and tying an account to the person it belongs to."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

from gateway import identity
from gateway.channels.wechat import WxUser
from gateway.identity import DEVELOPMENT, TokenIssuer, development_subject
from gateway.models import Account, Client, Grant, Residency, WechatIdentity
from gateway.repository import Accounts, Wechat
from wushe.db import subject_of, uuid7
from wushe.errors import Refusal

_NOBODY = "0" * 64
WECHAT = "wechat"
"""How tokens name the way their bearer came."""


class InvalidClient(Refusal):
    """No such client, or not its secret; which, is not said."""

    status = 401
    zh = "客户端编号或密钥不正确。"
    en = "The client id or its secret is not right."
    toast = "密钥不正确"


class AlreadyLinked(Refusal):
    """An account belongs to one person only."""

    status = 409
    zh = "该账号已经关联居民身份，不能再次关联。"
    en = "This account already belongs to a resident."
    toast = "已关联居民"


class SlipInvalid(Refusal):
    """A slip that names nobody, or no longer."""

    status = 422
    zh = "关联码无效或已过期，请向社区工作者索取新的关联码。"
    en = "This code is not valid any more; ask a community worker for a new slip."
    toast = "关联码无效"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A token and what it allows."""

    access_token: str
    expires_in: int
    account_id: UUID
    person_id: UUID | None
    grants: Sequence[identity.Grant]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A grant to give."""

    role: str
    scope: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """Whom a slip named."""

    resident_id: UUID
    person_id: UUID
    division: str


def fingerprint(secret: str) -> str:
    """What is kept of a secret; 32 random bytes need no slow hash."""
    return sha256(secret.encode()).hexdigest()


async def sign_in(*, accounts: Accounts, issuer: TokenIssuer, client_id: str, secret: str) -> SignedIn:
    """A token for an agency's system with all it may act as; INVALID_CLIENT otherwise."""
    await accounts.open()
    client = await accounts.client(_uuid(client_id)) if _uuid(client_id) else None
    genuine = hmac.compare_digest(fingerprint(secret), client.secret_hash if client else _NOBODY)
    if client is None or not genuine:
        raise InvalidClient
    grants = [_granted(row) for row in await accounts.grants(client.account_id)]
    return await _issue(accounts, issuer, client.account_id, client=client, grants=grants)


async def sign_in_for_development(
    *,
    accounts: Accounts,
    issuer: TokenIssuer,
    role: str,
    scope: str,
    person_id: UUID | None,
    org: UUID | None,
    name: str,
) -> SignedIn:
    """A token for whoever asks; the same wish is always the same account."""
    await accounts.open()
    account_id = UUID(development_subject(role, scope, person_id, org, name))
    account = await accounts.ensure(account_id, label=name or f"{role}@{scope}", division=scope)
    if account is not None:
        accounts.work.record(account, "register")
        await give(accounts=accounts, account=account, grants=[Wanted(role, scope)])
    grants = [identity.Grant(role, scope)]
    return await _issue(accounts, issuer, account_id, grants=grants, person_id=person_id, org=org)


async def sign_in_with_wechat(
    *, accounts: Accounts, users: Wechat, issuer: TokenIssuer, user: WxUser, appid: str, division: str
) -> SignedIn:
    """A token for the account of a mini-program's user; the first time one is made, a resident nobody knows yet."""
    await accounts.open()
    known = await users.user(appid, user.openid) or await _first_login(accounts, users, user, appid, division)
    if user.unionid and known.unionid is None:
        known.unionid = user.unionid
        accounts.work.record(known, "join")
    grants = [_granted(row) for row in await accounts.grants(known.account_id)]
    return await _issue(accounts, issuer, known.account_id, grants=grants, through=WECHAT)


async def _first_login(accounts: Accounts, users: Wechat, user: WxUser, appid: str, division: str) -> WechatIdentity:
    """The same account whichever of two first logins comes first."""
    account_id = uuid5(NAMESPACE_URL, f"wushe:wechat:{appid}:{user.openid}")
    account = await accounts.ensure(account_id, label=WECHAT, division=division)
    if account is not None:
        accounts.work.record(account, "register")
        await give(accounts=accounts, account=account, grants=[Wanted("resident", division)])
    made = await users.ensure(
        division=division, account_id=account_id, appid=appid, openid=user.openid, unionid=user.unionid
    )
    return made or cast("WechatIdentity", await users.user(appid, user.openid))


async def _issue(
    accounts: Accounts,
    issuer: TokenIssuer,
    account_id: UUID,
    *,
    grants: Sequence[identity.Grant],
    client: Client | None = None,
    person_id: UUID | None = None,
    org: UUID | None = None,
    through: str = DEVELOPMENT,
) -> SignedIn:
    residency = await accounts.residency(account_id)
    person = person_id or (residency.person_id if residency else None)
    token = issuer.issue(
        subject=str(account_id),
        client=str(client.id) if client else through,
        grants=grants,
        person_id=person,
        org=client.org if client else org,
    )
    return SignedIn(token, issuer.seconds, account_id, person, grants)


async def give(*, accounts: Accounts, account: Account, grants: Sequence[Wanted]) -> None:
    """Let an account act in more roles; each has its own line in the audit log."""
    wanted = [(each.role, each.scope, each.valid_from, each.valid_to) for each in grants]
    for row in await accounts.give(account.id, wanted):
        accounts.work.witness("grant", subject=subject_of(account), division=row.division, reason=_terms(row))


def _terms(row: Grant) -> str:
    limits = [("from", row.valid_from), ("to", row.valid_to)]
    return " ".join([row.role, *(f"{word} {moment.isoformat()}" for word, moment in limits if moment)])


async def follow_merge(*, accounts: Accounts, from_codes: Sequence[str], to_code: str) -> None:
    """What people may do and where they live goes on under the code their divisions became part of."""
    await accounts.open()
    for row in await accounts.grants_in(from_codes):
        subject, gone = f"accounts/{row.account_id}", row.division
        if await accounts.move_grant(row, to_code):
            accounts.work.witness("grant", subject=subject, division=to_code, reason=f"{_terms(row)} was {gone}")
    await accounts.move_homes(from_codes, to_code)


async def is_linked(*, accounts: Accounts) -> bool:
    """Whether the caller's account belongs to a person already, so that no slip is used up in vain."""
    await accounts.open()
    return await _belongs(accounts)


async def link(*, accounts: Accounts, found: Resident | None) -> Residency:
    """Tie the caller's account to the person a slip named; tokens issued from now on say so."""
    await accounts.open()
    if found is None or await _belongs(accounts):
        raise AlreadyLinked
    return await tie(accounts=accounts, account_id=await present(accounts), found=found)


async def present(accounts: Accounts) -> UUID:
    """The caller's account, entered if it is new."""
    caller = accounts.work.caller
    account_id = UUID(caller.subject)
    account = await accounts.ensure(account_id, label=f"{caller.role}@{caller.scope}", division=caller.scope)
    if account is not None:
        accounts.work.record(account, "register")
    return account_id


async def tie(*, accounts: Accounts, account_id: UUID, found: Resident) -> Residency:
    """One personal link for each resident: an account tied before, whose telephone may be lost, lets go."""
    for old in await accounts.tied_to(found.person_id):
        accounts.work.witness("unlink", subject=subject_of(old), division=old.division)
        await accounts.untie(old)
    row = Residency(
        id=uuid7(),
        division=found.division,
        account_id=account_id,
        resident_id=found.resident_id,
        person_id=found.person_id,
    )
    if not await accounts.link(row):
        raise AlreadyLinked
    linked = await accounts.get(Residency, row.id)
    accounts.work.record(linked, "link")
    return linked


async def _belongs(accounts: Accounts) -> bool:
    caller = accounts.work.caller
    return caller.person_id is not None or await accounts.residency(UUID(caller.subject)) is not None


async def describe(*, accounts: Accounts) -> tuple[list[Grant], Residency | None]:
    """What the caller's account may act as, and the person it belongs to."""
    await accounts.open()
    account_id = UUID(accounts.work.caller.subject)
    return await accounts.grants(account_id), await accounts.residency(account_id)


def _granted(row: Grant) -> identity.Grant:
    since = int(row.valid_from.timestamp()) if row.valid_from else None
    until = int(row.valid_to.timestamp()) if row.valid_to else None
    return identity.Grant(row.role, row.division, since, until)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise InvalidClient from fault
