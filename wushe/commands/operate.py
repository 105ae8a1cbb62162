"""Operators' commands on one service's database: the outbox and the audit chain."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from wushe import audit, outbox_admin
from wushe.commands.faults import CommandRefused
from wushe.commands.stack import running, variable
from wushe.db import engine_for
from wushe.settings import PORTS, given

console = Console(highlight=False)
Result = TypeVar("Result")


def outbox_status(service: str) -> None:
    """Print what each destination has not received yet."""
    found = _ask(service, outbox_admin.status)
    if not found:
        console.print("全部送达 · everything arrived")
        return
    _print(found, "destination", "pending", "dead", "failing", "oldest_seconds")


def outbox_dead(service: str, limit: int) -> None:
    """Print the oldest dead letters and why they were given up."""
    found = _ask(service, lambda engine: outbox_admin.dead(engine, limit))
    if not found:
        console.print("没有死信 · no dead letters")
        return
    _print(found, "id", "destination", "aggregate", "type", "attempts", "last_code", "last_error", "given_up_at")


def outbox_replay(service: str, *, delivery: str | None, destination: str | None, since: str | None) -> None:
    """Send dead letters again under their own ids."""
    if delivery is not None and not delivery.isdecimal():
        raise CommandRefused(
            "--delivery 不是编号", f"--delivery must be the number `outbox dead` shows, not {delivery!r}"
        )
    number, instant = int(delivery) if delivery else None, _instant(since)
    count = _ask(service, lambda engine: outbox_admin.replay(engine, number, destination, instant))
    console.print(f"{count} 条重新投递 · deliveries will be sent again")


def audit_verify(service: str) -> None:
    """Recompute the audit chain; a broken one ends with exit 1 and the first row that does not fit."""
    verdict = _ask(service, audit.verify)
    if verdict.broken_at is not None:
        raise CommandRefused(
            f"审计链在第 {verdict.broken_at} 行断开", f"broken at row {verdict.broken_at}: {verdict.why}"
        )
    console.print(f"审计链完整 · the chain is whole, {verdict.checked} rows")


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or found.tzinfo is None):
        raise CommandRefused("--since 不是带时区的时间", f"--since needs a time with an offset, not {text!r}")
    return found


def _ask(service: str, question: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    if service not in PORTS:
        raise CommandRefused(f"没有服务 {service}", f"there is no service {service}; choose from {', '.join(PORTS)}")
    local = running().get("databases", {}).get(service, {})
    name = variable(service, "DATABASE_URL")
    url = given(name) or local.get("runtime")
    if not url:
        raise CommandRefused(f"不知道 {service} 的数据库在哪里", f"set {name}, or start it with: python -m wushe up")

    async def run() -> Result:
        engine = engine_for(url, pool_size=1)
        try:
            return await question(engine)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except (OSError, TimeoutError, DBAPIError) as fault:
        raise CommandRefused(f"{service} 的数据库没有回答", f"its database does not answer ({fault})") from fault


def _print(rows: list[Any], *columns: str) -> None:
    table = Table(*columns)
    for row in rows:
        table.add_row(*(_cell(getattr(row, column)) for column in columns))
    console.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    return "" if value is None else str(value)
