"""`up` keeps a whole system running on one machine; `demo` plays the lifecycle on one of its own."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import typer
from rich.console import Console

from wushe.commands import tokens
from wushe.commands.faults import CommandRefused
from wushe.commands.stack import Stack, forget, forget_data, refuse_second, write_private

PLAY, DISTRICT = "samples.licheng.play", "samples.licheng.district"
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
console = Console(highlight=False, soft_wrap=True)


def up(folder: Path, *, sample: bool) -> None:
    """Start everything, print how to use it, and keep it running until Ctrl-C or SIGTERM."""
    if os.environ.get("WUSHE_PROFILE") == "production":
        raise CommandRefused("生产环境不用 up", "up is for development; in production run serve and work in containers")
    with _ended_by_signals() as ending, Stack(folder, stage=stage, tell=tell) as stack:
        _show(stack, _load_sample(stack) if sample else None)
        while not ending:
            stack.watch()
            time.sleep(0.2)


def demo(url: str | None, folder: Path) -> int:
    """Play the lifecycle on a fresh system of its own, or on one that is already up; 0 when every step arrived."""
    play: Callable[..., Awaitable[int]] = import_module(PLAY).play
    if url is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_play(play, url, folder))
    refuse_second(folder)
    forget(folder)
    with (
        _ended_by_signals(),
        Stack(folder, stage=stage, tell=tell, port=lambda _: 0, settings=THROW_AWAY) as stack,
    ):
        failed = asyncio.run(_play(play, stack.url(), folder, stack))
    if not failed:
        forget_data(folder)  # kept only where there is something to look for
    return failed


async def _play(play: Callable[..., Awaitable[int]], url: str, folder: Path, stack: Stack | None = None) -> int:
    watching = asyncio.create_task(_watch(stack)) if stack else None
    try:
        return await play(url, folder)
    finally:
        if watching:
            watching.cancel()


async def _watch(stack: Stack) -> None:
    while True:
        stack.watch()
        await asyncio.sleep(0.5)


def _load_sample(stack: Stack) -> dict[str, str]:
    """Import the sample district through the API, once per cluster; answers the organisation of each role."""
    marker, cluster = stack.folder / "sample.json", stack.addresses["needs"].runtime.rpartition("@")[0]
    known = json.loads(marker.read_text()) if marker.exists() else {}
    if known.get("cluster") != cluster:
        with stage("样例区：784 个区划、835 位居民、455 位志愿者、58 家企业 · the sample district"):
            known = {"cluster": cluster, "orgs": asyncio.run(import_module(DISTRICT).load(stack.url()))}
        write_private(marker, json.dumps(known))
    orgs: dict[str, str] = known["orgs"]
    return orgs


def _show(stack: Stack, orgs: dict[str, str] | None) -> None:
    """Addresses, a token per role and a first call with its real answer."""
    console.print("\n地址 · addresses", style="bold")
    for child in stack.children.all:
        console.print(f"  {child.service:<11}{stack.url(child.service)}")
    console.print(f"  接口文档 · docs  {stack.url()}/docs")
    console.print("\n令牌（2 小时有效）· tokens, valid for two hours", style="bold")
    made = [_token(stack, orgs, *entry) for entry in import_module(DISTRICT).CAST]
    _first_call(stack.url() + "/v1/me", made[0])
    console.print("\nCtrl-C 结束 · ends everything", style="bold")


def _token(stack: Stack, orgs: dict[str, str] | None, role: str, division: str, person: str) -> str:
    known = orgs is not None
    org = orgs.get(role) if orgs is not None else None
    made = tokens.issue(f"{role}@{division}", person=person if known else None, org=org, folder=stack.folder)
    typer.echo(
        f"  # {role}@{division}{f' --person {person}' if known else ''}{f' --org {org}' if org else ''}\n  {made}"
    )
    return made


def _first_call(url: str, token: str) -> None:
    console.print("\n第一次调用 · a first call", style="bold")
    typer.echo(f'  curl -s {url} -H "Authorization: Bearer {token}"')
    try:
        typer.echo("  " + httpx.get(url, headers={"authorization": f"Bearer {token}"}, trust_env=False).text)
    except httpx.HTTPError as fault:
        tell(f"网关没有回答 · the gateway did not answer ({type(fault).__name__})")


def tell(sentence: str) -> None:
    """One line for the person at the terminal."""
    console.print(sentence, markup=False)


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    """Show that something is under way, and how long it took."""
    began = time.monotonic()
    if console.is_terminal:
        with console.status(name):
            yield
    else:
        yield
    console.print(f"✓ {name}  {time.monotonic() - began:.1f} s", markup=False)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[list[int]]:
    """Turn SIGTERM, SIGHUP and Ctrl-C into an orderly end; further ones do not interrupt it.

    The signal is kept as well: an exception raised while Python tidies up is lost.
    """
    numbers, ending = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT), list[int]()

    def leave(number: int, _: FrameType | None) -> None:
        ending.append(number)
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(0 if number != signal.SIGHUP else 129)

    before: dict[int, Any] = {each: signal.signal(each, leave) for each in numbers}
    try:
        yield ending
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
