"""The command line. A command imports what it needs when it runs: serving never loads Alembic."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from wushe.commands.faults import CommandRefused

PLAIN: dict[str, Any] = {
    "rich_markup_mode": None,
    "no_args_is_help": True,
    "add_completion": False,
    "pretty_exceptions_enable": False,
}
app = typer.Typer(help="五社联动项目全周期的后端 · backend of the Five Social Linkage lifecycle.", **PLAIN)
databases = typer.Typer(help="数据库迁移 · migrations.", **PLAIN)
outbox = typer.Typer(help="事件投递 · deliveries of events.", **PLAIN)
audit = typer.Typer(help="审计日志 · the audit log.", **PLAIN)
app.add_typer(databases, name="db")
app.add_typer(outbox, name="outbox")
app.add_typer(audit, name="audit")

Service = Annotated[str, typer.Argument(help="needs, projects, resources, evaluation, gateway")]
Database = Annotated[str, typer.Argument(help="needs, projects, resources, evaluation, ballots, gateway")]


def call(target: str, *args: Any, **more: Any) -> Any:
    """Call ``module:function``, imported only now."""
    module, name = target.split(":")
    command = getattr(import_module(module), name)
    gc.freeze()
    gc.enable()  # from here on there may be garbage
    return command(*args, **more)


@app.command()
def up(
    folder: Annotated[Path, typer.Option(help="数据文件夹 · where data are kept")] = Path("var"),
    *,
    sample: Annotated[bool, typer.Option(help="载入样例区 · load the sample district once")] = True,
) -> None:
    """启动数据库和五个进程，Ctrl-C 结束 · start PostgreSQL and the five processes; Ctrl-C ends them."""
    call("wushe.commands.up:up", folder, sample=sample)


@app.command()
def serve(service: Service) -> None:
    """运行一个服务 · answer the requests of one service."""
    call("wushe.commands.serve:serve", service)


@app.command()
def work(service: Service) -> None:
    """只运行后台任务 · run only the background work of one service; its port answers for health and metrics."""
    call("wushe.commands.serve:work", service)


@app.command()
def token(
    grant: Annotated[str, typer.Argument(metavar="ROLE@DIVISION", help="resident@350502001001")],
    person: Annotated[str | None, typer.Option(help="SYN-R0001 或 person_id · an external id or a person_id")] = None,
    org: Annotated[str | None, typer.Option(help="机构 id · id of the caller's organisation")] = None,
) -> None:
    """打印开发用令牌 · print a token of the development profile."""
    typer.echo(call("wushe.commands.tokens:issue", grant, person=person, org=org))


@app.command()
def client(
    name: Annotated[str, typer.Argument(help="名称 · what it is called")],
    grant: Annotated[list[str], typer.Argument(metavar="ROLE@DIVISION", help="operator@000000000000")],
) -> None:
    """新系统的第一个客户端，密钥只显示一次 · the first client of a fresh system; its secret is shown once."""
    call("wushe.commands.clients:create", name, grant)


@app.command()
def secrets(
    folder: Annotated[Path, typer.Argument(help="新文件夹 · a folder that is empty or not there")],
    server: Annotated[str, typer.Option(help="数据库地址 · where PostgreSQL will answer")] = "postgres:5432",
) -> None:
    """生成部署所需的全部密钥 · make every key, password and database address of a deployment."""
    call("wushe.commands.keys:write", folder, server)


@app.command()
def docs() -> None:
    """把设置、错误码、事件、状态、权限各页写入 docs/ · print the reference pages from the code."""
    for name in call("wushe.commands.reference:write"):
        typer.echo(f"docs/{name}")


@databases.command("create")
def create_databases(
    database: Annotated[str | None, typer.Argument(help="缺省为全部 · all when left out")] = None,
) -> None:
    """建库和两个角色，口令按地址里的换 · make what is missing of one database, or all, and set the roles' passwords."""
    call("wushe.commands.databases:create", database)


@databases.command("upgrade")
def upgrade(database: Annotated[str | None, typer.Argument(help="缺省为全部 · all when left out")] = None) -> None:
    """迁移到最新版本 · bring one database, or all, up to date."""
    call("wushe.commands.databases:upgrade", database)


@databases.command()
def check() -> None:
    """模型与迁移是否一致 · fail when models and migrations disagree."""
    call("wushe.commands.databases:check")


@databases.command()
def revise(database: Database, slug: str) -> None:
    """写下一个迁移 · write the next migration from the models."""
    call("wushe.commands.databases:revise", database, slug)


@outbox.command()
def status(service: Service) -> None:
    """排队、失败和最久的等待 · what waits, what failed, how long."""
    call("wushe.commands.operate:outbox_status", service)


@outbox.command()
def dead(service: Service, limit: int = 50) -> None:
    """放弃投递的事件 · events that were given up."""
    call("wushe.commands.operate:outbox_dead", service, limit)


@outbox.command()
def replay(
    service: Service,
    delivery: Annotated[str | None, typer.Option(help="一次投递 · one delivery")] = None,
    destination: Annotated[str | None, typer.Option(help="一个接收方 · everything dead for one receiver")] = None,
    since: Annotated[str | None, typer.Option(help="RFC 3339 · only what failed since")] = None,
) -> None:
    """重新投递 · deliver dead letters again."""
    call("wushe.commands.operate:outbox_replay", service, delivery=delivery, destination=destination, since=since)


@audit.command()
def verify(service: Service) -> None:
    """验证审计链 · recompute the chain; exit 1 names the first broken row."""
    call("wushe.commands.operate:audit_verify", service)


@app.command()
def openapi(
    *,
    check: Annotated[bool, typer.Option("--check", help="只比较，不写 · compare, write nothing")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="与已发布的比较 · what it breaks of the last release")] = False,
    release: Annotated[
        bool, typer.Option("--release", help="定为已发布 · make it the release to compare with")
    ] = False,
    folder: Annotated[Path, typer.Option(help="文件夹 · where the documents are")] = Path("openapi"),
) -> None:
    """写出接口文档和事件 · write the documents of the API and of the events."""
    if diff or release:
        call(f"wushe.commands.documents:{'release' if release else 'diff'}", folder)
    else:
        call("wushe.commands.documents:openapi", folder, check=check)


@app.command()
def demo(
    url: Annotated[str | None, typer.Option(help="已运行的网关 · a gateway that is already up")] = None,
    folder: Annotated[Path, typer.Option(help="结果和数据 · results and data")] = Path("var/demo"),
) -> None:
    """演示全周期，每一步都到达才成功 · play the lifecycle; succeeds only if every step arrived."""
    raise typer.Exit(call("wushe.commands.up:demo", url, folder))


def main() -> None:
    """Run a command; what the user can put right is one sentence, never a traceback."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    try:
        app(prog_name="python -m wushe")
    except CommandRefused as refused:
        _say(str(refused))
    except RuntimeError as fault:
        if type(fault).__name__ != "PostgresUnavailable":
            raise
        _say(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of a pipe had enough
        sys.exit(0)


def _say(sentence: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(sentence, style="red", markup=False)
    sys.exit(1)
