"""Tying an account to a resident by telephone or face to face, and letting go."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from gateway.models import LinkRequest, PageKind, Residency
from gateway.repository import Accounts, TelephonePages
from gateway.usecases import paging
from gateway.usecases.accounts import AlreadyLinked, Resident, present, tie
from wushe import clock
from wushe.db import subject_of, uuid7
from wushe.errors import NotFound, Refusal

MINUTES = 10
"""How long a code on a screen is good for."""
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class CodeWrong(Refusal):
    """Digits that are wrong, too old, or tried too often; which, is nobody's business."""

    status = 422
    zh = "验证码不正确或已过期，请重新获取。"
    en = "These digits are wrong or too old; ask for new ones."
    toast = "验证码有误"


class PersonLinked(Refusal):
    """A resident has one personal link; who lost a telephone has it replaced by a community worker."""

    zh = "该居民已关联其他账号；如已更换手机，请向社区工作者申请更换。"
    en = "This resident is tied to another account; a community worker can replace it."
    toast = "已关联他号"


@dataclass(frozen=True, slots=True)
class Shown:
    """A code for a screen, shown once, and its last moment."""

    code: str
    expires_at: datetime


def fingerprint(code: str) -> str:
    """What is kept of a code; spaces, dashes and case do not matter."""
    return sha256("".join(each for each in code.upper() if each.isalnum()).encode()).hexdigest()


async def show(*, accounts: Accounts) -> Shown:
    """A code the caller's screen shows to a worker who is there."""
    await accounts.open()
    account_id = await present(accounts)
    if await accounts.residency(account_id) is not None:
        raise AlreadyLinked
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    shown = Shown(f"{drawn[:4]}-{drawn[4:]}", clock.now() + timedelta(minutes=MINUTES))
    row = LinkRequest(
        id=uuid7(),
        division=accounts.work.caller.scope,
        account_id=account_id,
        fingerprint=fingerprint(shown.code),
        expires_at=shown.expires_at,
    )
    accounts.work.record(accounts.add(row), "show")
    return shown


async def take(*, accounts: Accounts, code: str, found: Resident) -> Residency:
    """Tie the account that shows a code to the resident a worker names; NOT_FOUND for a code that is no good."""
    accounts.work.claim(found.division)
    await accounts.open()
    shown = await accounts.take_request(fingerprint(code))
    if shown is None or shown.used_at is not None or shown.expires_at <= clock.now():
        raise NotFound
    shown.used_at = clock.now()
    accounts.work.record(shown, "use")
    return await tie(accounts=accounts, account_id=shown.account_id, found=found)


async def let_go(*, accounts: Accounts) -> None:
    """Untie the caller's account; tokens issued from now on name no person."""
    await accounts.open()
    row = await accounts.residency(UUID(accounts.work.caller.subject))
    if row is None:
        raise NotFound
    accounts.work.witness("unlink", subject=subject_of(row), division=row.division)
    await accounts.untie(row)


async def send(*, pages: TelephonePages, made: Mapping[str, Any]) -> None:
    """Put the digits on their way to the telephone needs knows, as far as its person allows text messages."""
    await paging.ask(
        pages=pages,
        division=str(made["division"]),
        person_id=UUID(made["person_id"]),
        number_ref=None,
        kind=PageKind.SMS,
        template="link_code",
        params={"code": str(made["code"])},
        key=str(uuid7()),
        number=None,
    )
