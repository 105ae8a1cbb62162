"""The pages of docs/ that are printed from the code: settings, error codes, events and states."""

import ast
import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic_settings import BaseSettings

from wushe.commands import states
from wushe.commands.tables import table
from wushe.errors import Refusal, code_of
from wushe.outbox import Event
from wushe.routes import Route
from wushe.settings import Settings

SERVICES = ("needs", "projects", "resources", "evaluation")
PACKAGES = {**{name: f"services.{name}" for name in SERVICES}, "gateway": "gateway"}
DOCS = Path(__file__).parents[2] / "docs"


@cache
def application(name: str) -> FastAPI:
    """A service's own FastAPI application, with settings that connect nowhere."""
    package = PACKAGES[name]
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere"
    values: dict[str, Any] = {"database_url": nowhere, "background": False}
    if name == "evaluation":
        values["ballots_database_url"] = nowhere
    app = importlib.import_module(f"{package}.app").create_app(settings_of(name)(**values))
    found: FastAPI = getattr(app, "own", app)
    return found


def settings_of(name: str) -> type[BaseSettings]:
    """The settings class of one process."""
    found: type[BaseSettings] = importlib.import_module(f"{PACKAGES[name]}.settings").Settings
    return found


def modules() -> Iterator[ModuleType]:
    """Every module of the kit, the services and the gateway, imported."""
    for root in ("wushe", "services", "gateway"):
        package = importlib.import_module(root)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{root}."):
            if not found.name.endswith((".__main__", ".loaded")):  # they act when imported
                yield importlib.import_module(found.name)


def subclasses(base: type) -> list[type]:
    """Every class of ours derived from a base, by module and name."""
    list(modules())
    found: set[type] = set()
    pending: list[type[Any]] = [base]
    while pending:
        derived: type[Any]
        for derived in pending.pop().__subclasses__():
            if derived.__module__.split(".")[0] in {"wushe", "services", "gateway"}:
                found.add(derived)
            pending.append(derived)
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


@cache
def printed() -> dict[str, Any]:
    """docs/printed.toml: what the printed pages say beside what the code says."""
    return tomllib.loads((DOCS / "printed.toml").read_text(encoding="utf-8"))


def head(name: str) -> str:
    """How a printed page begins."""
    return str(printed()["heads"][name])


def settings_page() -> str:
    """docs/settings.md: what every process reads once, then what only one reads or reads differently."""
    parts = [head("settings")]
    common = _meant(Settings)
    own = {name: _meant(settings_of(name)) for name in PACKAGES}
    shared = {field for field, meant in common.items() if any(found[field] == meant for found in own.values())}
    parts.append(_settings("每个进程 · every process", "<SERVICE>", {field: common[field] for field in shared}, common))
    for name, found in own.items():
        different = {field: meant for field, meant in found.items() if field not in shared or meant != common[field]}
        parts.append(_settings(name, name, different, found))
    return "\n".join(parts)


def _meant(kind: type[BaseSettings]) -> dict[str, tuple[str, str]]:
    """Default and meaning, in both languages, of every field of ours."""
    meanings, chinese = meanings_of(kind), printed()["settings"]
    return {
        field: (_plain(info.default), f"{chinese.get(field, '')} · {meanings.get(field, '')}")
        for field, info in kind.model_fields.items()
        if field not in BaseSettings.model_fields
    }


def _settings(title: str, service: str, found: dict[str, tuple[str, str]], order: Iterable[str]) -> str:
    rows = [
        [f"`{variable(service, field)}`", f"`{found[field][0]}`", found[field][1]] for field in order if field in found
    ]
    return f"## {title}\n\n{table(['变量 · variable', '缺省 · default', '含义 · meaning'], rows)}\n"


@cache
def meanings_of(kind: type) -> dict[str, str]:
    """What stands under each field of a class and its bases; every process would pay 70 ms if pydantic read it."""
    found: dict[str, str] = {}
    for each in kind.__mro__[: kind.__mro__.index(BaseSettings)]:
        (tree,) = ast.parse(inspect.getsource(each)).body
        for field, said in pairwise(getattr(tree, "body", [])):
            match field, said:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found.setdefault(name, " ".join(text.split()))
    return found


def _plain(default: Any) -> str:
    """A default as one would write it, a folder of ours relative to the repository."""
    if isinstance(default, Path) and default.is_relative_to(DOCS.parent):
        return str(default.relative_to(DOCS.parent))
    return repr(default)


def variable(service: str, field: str) -> str:
    """The environment variable of one setting."""
    alias = Settings.model_fields[field].validation_alias if field in Settings.model_fields else None
    return str(alias or f"wushe_{service}_{field}".upper())


def duty(kind: type[Refusal]) -> str:
    """What a caller does about this refusal: by its status, unless repeating it helps."""
    return next(
        str(each["name"])
        for each in printed()["duties"]
        if (each.get("retryable", False) if kind.retryable else kind.status in each["statuses"])
    )


def errors_page() -> str:
    """docs/errors.md: the one bilingual catalogue of refusal codes, and what to do about each."""
    rows = [
        [
            f"`{code_of(kind)}`",
            str(kind.status),
            kind.zh,
            kind.en,
            _first_line(kind),
            duty(kind),
            kind.toast,
            kind.__module__,
        ]
        for kind in sorted(refusals(), key=code_of)
    ]
    duties = table(["怎么办 · do", ""], [[each["name"], each["what"]] for each in printed()["duties"]])
    header = ["code", "status", "中文", "English", "何时 · when", "怎么办 · do", "toast", "定义处 · declared in"]
    return f"{head('errors')}\n{duties}\n\n{table(header, rows)}\n"


def refusals() -> list[type[Refusal]]:
    """Every refusal this software can raise under a code of its own."""
    return [kind for kind in subclasses(Refusal) if "code" not in vars(kind)]


def events() -> list[type[Event]]:
    """Every event this software announces."""
    return [kind for kind in subclasses(Event) if getattr(kind, "type", None)]


def consumed() -> dict[str, dict[str, Any]]:
    """What each process listens to: event type → our copy."""
    return {name: {kind: copy for kind, (copy, _) in consumers_of(name).handlers.items()} for name in PACKAGES}


def consumers_of(name: str) -> Any:
    """The consumers of one process, as its application registered them."""
    return application(name).state.consumers


def events_page() -> str:
    """docs/events.md."""
    heard = consumed()
    rows = []
    for kind in sorted(events(), key=lambda each: each.type):
        listeners = ", ".join(name for name in heard if kind.type in heard[name])
        fields = ", ".join(f"`{name}`" for name in kind.model_fields)
        reach, said = "public" if kind.public else "internal", f"{when(kind)} · {_first_line(kind)}"
        rows.append([f"`{kind.type}`", reach, listeners, fields, said])
    header = ["类型 · type", "范围 · reach", "收听者 · heard by", "数据 · data", "何时 · when"]
    return f"{head('events')}\n{table(header, rows)}\n"


def when(kind: type[Event]) -> str:
    """The Chinese sentence that says when an event is announced; empty where it is missing."""
    _, _, service, noun, participle, _ = kind.type.split(".")
    return str(printed()["events"].get(service, {}).get(f"{noun}.{participle}", ""))


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0].replace("``", "`")


def states_page() -> str:
    """docs/states.md: the whole verb × state table of every aggregate."""
    callers = {
        str(context.original_route.operation_id): (str(context.path), str(route.contract.access))
        for name in PACKAGES
        for context, route in routes(application(name))
        if not route.contract.access.service
    }
    return head("states") + states.page(DOCS, SERVICES, callers)


def routes(app: FastAPI) -> list[tuple[Any, Route]]:
    """Every declared route of an application with its context."""
    found = [(context, context.original_route) for context in iter_route_contexts(app.routes)]
    return [(context, route) for context, route in found if isinstance(route, Route)]


PAGES = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "states.md": states_page,
}


def write() -> list[str]:
    """Write every page; answers the names of those that changed."""
    DOCS.mkdir(exist_ok=True)
    changed = []
    for name, page in PAGES.items():
        text, path = page(), DOCS / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed.append(name)
    return changed
