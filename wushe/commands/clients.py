"""The first client of a fresh system, whom no operator can make yet."""

import asyncio
import json
from importlib import import_module
from typing import Any

import asyncpg
import typer
from sqlalchemy.exc import DBAPIError

from wushe.commands.faults import CommandRefused
from wushe.commands.stack import running
from wushe.commands.tokens import GRANT
from wushe.db import engine_for
from wushe.errors import Refusal
from wushe.settings import given
from wushe.work import Database

DATABASE = "WUSHE_GATEWAY_DATABASE_URL"


def create(name: str, grants: list[str]) -> None:
    """Make a client with these grants, straight in the gateway's database; its secret is printed once."""
    gateway = import_module("gateway.usecases.clients")
    wanted = [gateway.Wanted(*_read(grant)) for grant in grants]
    url = given(DATABASE) or running().get("databases", {}).get("gateway", {}).get("runtime")
    if not url:
        raise CommandRefused("不知道网关的数据库在哪里", f"set {DATABASE}, or start it with: python -m wushe up")
    try:
        client, secret = asyncio.run(_create(gateway, url, name, wanted))
    except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise CommandRefused("网关的数据库没有回答", f"the gateway's database does not answer ({fault})") from fault
    except Refusal as refusal:
        raise CommandRefused(refusal.sentence("zh"), refusal.sentence("en")) from refusal
    typer.echo(json.dumps({"client_id": str(client.id), "client_secret": secret}))


def _read(grant: str) -> tuple[str, str]:
    found = GRANT.fullmatch(grant)
    if not found or found[1] not in import_module("gateway.codes").ROLES:
        raise CommandRefused(
            "格式应为 角色@12位区划", f"write ROLE@DIVISION, such as operator@000000000000, not {grant}"
        )
    return found[1], found[2]


async def _create(gateway: Any, url: str, name: str, wanted: list[Any]) -> tuple[Any, str]:
    engine = engine_for(url, pool_size=1)
    try:
        made: tuple[Any, str] = await gateway.create_at_terminal(
            Database(engine, source="gateway"), name=name, grants=wanted
        )
        return made
    finally:
        await engine.dispose()
