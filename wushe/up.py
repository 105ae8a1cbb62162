"""`up` keeps a whole system running on one machine; `demo` plays the lifecycle on one of its own."""

import asyncio
import contextlib
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

from wushe import tokens
from wushe.faults import CommandRefused
from wushe.stack import Stack, forget, write_private

SAMPLE = "samples.licheng.play"
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
COMMUNITY, STREET, COUNTY = "350502001001", "350502001000", "350502000000"
GRANTS = (
    ("resident", COMMUNITY),
    ("community_worker", COMMUNITY),
    ("committee", COMMUNITY),
    ("social_worker", STREET),
    ("supervisor", STREET),
    ("org_manager", STREET),
    ("street_officer", STREET),
    ("civil_affairs", COUNTY),
    ("finance_officer", COUNTY),
    ("operator", COUNTY),
)
PERSON = "SYN-R0001"
console = Console(highlight=False, soft_wrap=True)


def up(folder: Path, *, sample: bool) -> None:
    """Start everything, print how to use it, and keep it running until Ctrl-C or SIGTERM."""
    if os.environ.get("WUSHE_PROFILE") == "production":
        raise CommandRefused("生产环境不用 up", "up is for development; in production run serve and work in containers")
    with _ended_by_signals(), Stack(folder, stage=stage, tell=tell) as stack:
        if sample:
            _load_sample(stack)
        _show(stack, sample=sample)
        while True:
            stack.watch()
            time.sleep(0.2)


def demo(url: str | None, folder: Path) -> int:
    """Play the lifecycle on a fresh system of its own, or on one that is already up; 0 when every step arrived."""
    play: Callable[..., Awaitable[int]] = import_module(SAMPLE).play
    if url is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return asyncio.run(_play(play, url, folder))
    forget(folder)
    with (
        _ended_by_signals(),
        Stack(folder, stage=stage, tell=tell, port=lambda _: 0, settings=THROW_AWAY) as stack,
    ):
        return asyncio.run(_play(play, stack.url(), folder, stack))


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


def _load_sample(stack: Stack) -> None:
    """Import the sample district through the API; its keys make a second import change nothing."""
    marker = stack.folder / "sample.loaded"
    cluster = stack.addresses["needs"].runtime.rpartition("@")[0]
    if marker.exists() and marker.read_text() == cluster:
        return
    with stage("样例区：784 个区划、835 位居民、455 位志愿者、58 家企业 · the sample district"):
        asyncio.run(import_module("samples.licheng.district").load(stack.url()))
    write_private(marker, cluster)


def _show(stack: Stack, *, sample: bool) -> None:
    """Addresses, a token per role and a first call with its real answer."""
    console.print("\n地址 · addresses", style="bold")
    for child in stack.children.all:
        console.print(f"  {child.service:<11}{stack.url(child.service)}")
    console.print(f"  接口文档 · docs  {stack.url()}/docs")
    console.print("\n令牌（2 小时有效）· tokens, valid for two hours", style="bold")
    first = ""
    for role, division in GRANTS:
        person = PERSON if sample and role == "resident" else None
        made = tokens.issue(f"{role}@{division}", person=person, folder=stack.folder)
        first = first or made
        typer.echo(f"  # {role}@{division}{f'  {person}' if person else ''}\n  {made}")
    _first_call(stack.url() + "/v1/me", first)
    console.print("\nCtrl-C 结束 · ends everything", style="bold")


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
def _ended_by_signals() -> Iterator[None]:
    """Turn SIGTERM, SIGHUP and Ctrl-C into an orderly end; further ones do not interrupt it."""
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)

    def leave(number: int, _: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(0 if number != signal.SIGHUP else 129)

    before: dict[int, Any] = {each: signal.signal(each, leave) for each in numbers}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
