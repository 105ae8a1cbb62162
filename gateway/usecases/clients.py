"""Systems of agencies: made by operators, known by a secret that is shown once."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from gateway.models import Account, Client
from gateway.repository import Accounts
from gateway.usecases.accounts import Wanted, fingerprint, give
from wushe.db import uuid7
from wushe.errors import OutOfScope, Refusal
from wushe.identity import WHOLE, Caller, scope_range
from wushe.work import Database


class ClientNameTaken(Refusal):
    """Another client has this name."""

    status = 409
    zh = "已有名为“{name}”的客户端。"
    en = "There is already a client named '{name}'."
    toast = "名称已存在"


class RoleNotGrantable(Refusal):
    """A client is a machine: no person's role is given to it, nor the operator's own."""

    status = 403
    zh = "客户端是机器账号，只能授予“integration”角色，不能授予“{role}”。"
    en = "A client is a machine account; it is granted 'integration' and never '{role}'."
    toast = "不能授予此角色"


GRANTABLE = frozenset({"integration"})
"""Whoever gave other roles could sign in with the secret and read what an operator never sees."""


async def create(*, accounts: Accounts, name: str, org: UUID | None, grants: Sequence[Wanted]) -> tuple[Client, str]:
    """A machine's client with its account and grants, none wider than the operator's own scope; and its secret."""
    for grant in grants:
        if grant.role not in GRANTABLE:
            raise RoleNotGrantable(role=grant.role)
    return await _create(accounts, name=name, org=org, grants=grants)


async def _create(accounts: Accounts, *, name: str, org: UUID | None, grants: Sequence[Wanted]) -> tuple[Client, str]:
    caller = accounts.work.caller
    for grant in grants:
        _claim(caller.lo, caller.hi, grant.scope)
    await accounts.open()
    if await accounts.client_named(name):
        raise ClientNameTaken(name=name)
    account = Account(id=uuid7(), division=caller.scope, label=name)
    secret = secrets.token_urlsafe(32)
    client = Client(
        id=uuid7(), division=caller.scope, account_id=account.id, name=name, org=org, secret_hash=fingerprint(secret)
    )
    accounts.work.record(client, "create")
    accounts.work.record(account, "create")
    accounts.session.add(account)
    await accounts.session.flush()  # the client and its grants refer to the account
    accounts.session.add(client)
    await give(accounts=accounts, account=account, grants=grants)
    return client, secret


async def create_at_terminal(database: Database, *, name: str, grants: Sequence[Wanted]) -> tuple[Client, str]:
    """A client of any roles, made by whoever holds the gateway's database: before it there is no operator."""
    caller = Caller(subject="command", client="command", role="operator", scope=WHOLE, request_id="command")
    async with database.work(caller) as work:
        return await _create(Accounts(work), name=name, org=None, grants=grants)


def _claim(lo: str, hi: str, scope: str) -> None:
    low, high = scope_range(scope)
    if not (lo and lo <= low and high <= hi):
        raise OutOfScope(division=scope)


async def renew_secret(*, accounts: Accounts, client_id: UUID) -> tuple[Client, str]:
    """A new secret; the old one stops working at once."""
    client: Client = await accounts.lock(Client, client_id)
    secret = secrets.token_urlsafe(32)
    client.secret_hash = fingerprint(secret)
    accounts.work.record(client, "renew_secret")
    return client, secret
