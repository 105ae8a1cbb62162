"""Play the whole lifecycle on the sample district through the public API, and show what arrived."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from samples.licheng import (
    district,
    steps_evaluation,
    steps_money,
    steps_needs,
    steps_projects,
    steps_resources,
    steps_service,
)
from samples.licheng.client import Gateway, NotArrived, Refused
from samples.licheng.report import answers
from samples.licheng.world import Undertaking, World

console = Console(highlight=False)


@dataclass
class Step:
    """One step of the play and what came of it."""

    zh: str
    en: str
    run: Callable[[], Awaitable[str]]
    arrived: str = ""
    seconds: float = 0.0
    failed: bool = False


async def play(url: str, folder: Path) -> int:
    """Every step in order; 0 only if all of them arrived."""
    began = time.monotonic()
    world, both = World(Gateway(url, run=str(uuid4())), folder), steps_projects.both()
    steps = script(world, both)
    try:
        await world.synchronise()
        await _perform(steps)
    finally:
        await world.gateway.http.aclose()
    show(steps, world)
    failed = any(step.failed or not step.arrived for step in steps)
    seconds = time.monotonic() - began
    if failed:
        console.print(f"✗ 没有全部到达 · not every step arrived ({seconds:.0f} s)", style="bold red")
    else:
        console.print(
            f"✓ 全部 {len(steps)} 步到达 · every step arrived: {seconds:.0f} s, {world.gateway.calls} calls,"
            f" {folder}/lifecycle.json, {folder}/report.html",
            style="bold green",
            soft_wrap=True,
        )
    return int(failed)


def script(world: World, both: list[Undertaking]) -> list[Step]:
    """The play: five steps of the linkage, from the district's codes to the last fen."""
    ramp = both[1]
    return [
        Step("导入行政区划", "Import the divisions", partial(district.divisions, world)),
        Step("登记工作人员和承接机构", "Register staff and the agency", partial(district.staff, world)),
        Step("登记困难群众", "Register residents", partial(district.residents, world)),
        Step("登记志愿者", "Register volunteers", partial(district.volunteers, world)),
        Step("登记爱心企业与资源", "Register enterprises and resources", partial(district.enterprises, world)),
        Step("居民提出需求", "Residents say what they need", partial(steps_needs.submit, world)),
        Step("分类、受理、不予受理", "Triage, accept, reject", partial(steps_needs.sort, world)),
        Step("邻居附议", "Neighbours co-sign", partial(steps_needs.cosign, world)),
        Step("即时答复一条需求", "Answer one need without a project", partial(steps_needs.respond, world)),
        Step("形成共同关注点", "Needs become shared concerns", partial(steps_needs.concerns, world, both)),
        Step("策划两个项目", "Design two projects", partial(steps_projects.draft, world, both)),
        Step("微改造的居民决议", "The residents' resolution", partial(steps_projects.resolve, world, ramp)),
        Step("冻结方案、审批、公示", "Freeze, approve, publicise", partial(steps_projects.approve, world, both)),
        Step("资金到账并拨入项目", "Money received and allocated", partial(steps_money.fund, world, both)),
        Step("签约并付首期款", "Contracts and their first tranche", partial(steps_money.sign, world, both)),
        Step("公示期满", "Publicity passes", partial(steps_projects.publicity, world, both)),
        Step("链接资源", "Link resources", partial(steps_resources.link, world, both)),
        Step("启动实施", "Start by saga", partial(steps_projects.start, world, both)),
        Step("交付资源", "Resources arrive", partial(steps_resources.deliver, world, both)),
        Step("发布活动、居民报名", "Activities and sign-up", partial(steps_service.announce, world, both)),
        Step("签到、到场、本人确认", "Check-in and confirmation", partial(steps_service.hold, world, both)),
        Step("完成实施，评价开启", "Complete; evaluations open", partial(steps_projects.complete, world, both)),
        Step("提出人反馈是否解决", "Authors say what came of it", partial(steps_needs.outcomes, world, both)),
        Step("服务谁、谁评价：匿名评价", "The served judge, anonymously", partial(steps_evaluation.vote, world, both)),
        Step("结束评价、出具报告", "Close and report", partial(steps_evaluation.close, world, both)),
        Step("申诉期满定稿", "Appeal window, final report", partial(steps_evaluation.finalise, world, both)),
        Step("按评价结果拨款", "Pay by the result", partial(steps_money.pay_by_result, world, both)),
        Step("结项", "Acceptance", partial(steps_projects.accept, world, both)),
        Step("拨付尾款", "The last tranche", partial(steps_money.pay_rest, world, both)),
        Step("告知提出需求的居民", "The author is told", partial(steps_needs.inbox, world, both)),
        Step("沉默的需求自动办结", "Silence closes a need", partial(steps_needs.silence, world, both)),
        Step("全链条记录与报告", "The whole chain, and a report", partial(answers.write, world, both)),
    ]


async def _perform(steps: list[Step]) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(steps))
        for step in steps:
            progress.update(task, description=f"{step.zh} · {step.en}")
            began = time.monotonic()
            try:
                step.arrived = await step.run()
            except (
                Refused,
                NotArrived,
                AssertionError,
                KeyError,
                StopIteration,
                httpx.HTTPError,
                ExceptionGroup,
            ) as fault:
                step.failed, step.arrived = True, _sentence(fault)
            step.seconds = time.monotonic() - began
            if not console.is_terminal:
                console.print(
                    f"{'✗' if step.failed else '✓'} {step.zh} · {step.en}  {step.seconds:.1f} s", soft_wrap=True
                )
            progress.advance(task)
            if step.failed:
                return


def _sentence(fault: BaseException) -> str:
    while isinstance(fault, ExceptionGroup):
        fault = fault.exceptions[0]
    return f"{type(fault).__name__}: {fault}"[:1500]


def show(steps: list[Step], world: World) -> None:
    """Two tables: what arrived, and what was refused on purpose."""
    arrived = Table("", "步骤 · Step", "到达 · What arrived", "s", title="全周期 · The lifecycle", box=SIMPLE_HEAD)
    for number, step in enumerate(steps, 1):
        mark = "✗" if step.failed else "✓" if step.arrived else "·"
        arrived.add_row(f"{mark} {number}", f"{step.zh}\n{step.en}", step.arrived, f"{step.seconds:.1f}")
    refused = Table("尝试 · Attempt", "", "code", title="有意尝试的越规操作 · Refused on purpose", box=SIMPLE_HEAD)
    for zh, en, status, code in dict.fromkeys(world.refusals):
        refused.add_row(f"{zh} · {en}", str(status), code)
    wide = Console(highlight=False, width=None if console.is_terminal else 120)
    wide.print(arrived)
    wide.print(refused)
