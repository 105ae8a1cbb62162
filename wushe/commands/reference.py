"""The pages of docs/ that are printed from the code: settings, error codes, events, states and access."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic_settings import BaseSettings

from wushe.errors import Refusal, code_of
from wushe.outbox import Event
from wushe.routes import Route

SERVICES = ("needs", "projects", "resources", "evaluation")
PACKAGES = {**{name: f"services.{name}" for name in SERVICES}, "gateway": "gateway"}
DOCS = Path(__file__).parents[2] / "docs"


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
            if not found.name.endswith("__main__"):
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


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def settings_page() -> str:
    """docs/settings.md."""
    parts = ["# Settings\n\nRead from the environment. Fields shared by all processes are listed once.\n"]
    shared = set(BaseSettings.model_fields)
    for name in PACKAGES:
        meanings = meanings_of(settings_of(name))
        rows = [
            [f"`{_variable(name, field)}`", f"`{_plain(info.default)}`", meanings.get(field, "")]
            for field, info in settings_of(name).model_fields.items()
            if field not in shared
        ]
        parts.append(f"\n## {name}\n\n{table(['variable', 'default', 'meaning'], rows)}\n")
    return "".join(parts)


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


def _variable(service: str, field: str) -> str:
    kind = settings_of(service)
    alias = kind.model_fields[field].validation_alias
    return str(alias) if alias else f"{kind.model_config.get('env_prefix', '')}{field}".upper()


def errors_page() -> str:
    """docs/errors.md: the one bilingual catalogue of refusal codes."""
    rows = [
        [
            f"`{code_of(kind)}`",
            str(kind.status),
            kind.zh,
            kind.en,
            kind.toast,
            "yes" if kind.retryable else "",
            kind.__module__,
        ]
        for kind in sorted(refusals(), key=code_of)
    ]
    header = ["code", "status", "中文", "English", "toast", "retry", "declared in"]
    title = "# Error codes\n\nEvery refusal is one class; its code is the contract, the text is not.\n\n"
    return f"{title}{table(header, rows)}\n"


def refusals() -> list[type[Refusal]]:
    """Every refusal this software can raise."""
    return subclasses(Refusal)


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
        rows.append([f"`{kind.type}`", "public" if kind.public else "internal", listeners, fields, _first_line(kind)])
    header = ["type", "reach", "heard by", "data", "when"]
    return f"# Events\n\nCloudEvents 1.0; public ones also reach the feed `/v1/events`.\n\n{table(header, rows)}\n"


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def states_page() -> str:
    """docs/states.md: the whole verb × state table of every aggregate."""
    parts = ["# States\n\nCells name the next state; an empty cell answers 409 `ACTION_NOT_ALLOWED`.\n"]
    for service in SERVICES:
        machines = importlib.import_module(f"services.{service}.domain.lifecycle").MACHINES
        for name, transitions in machines.items():
            states = list(dict.fromkeys([state for state, _ in transitions] + list(transitions.values())))
            verbs = list(dict.fromkeys(verb for _, verb in transitions))
            rows = [[str(state), *[str(transitions.get((state, verb), "")) for verb in verbs]] for state in states]
            parts.append(f"\n## {service}: {name}\n\n{table(['state', *map(str, verbs)], rows)}\n")
    return "".join(parts)


def access_page() -> str:
    """docs/access.md: every operation and who may call it."""
    parts = ["# Access\n\nDeclared on each route; the gateway passes the caller's active role.\n"]
    for name in PACKAGES:
        rows = [
            [
                f"`{context.path}`",
                ", ".join(sorted(context.methods or ())),
                _operation(context),
                str(route.contract.access),
            ]
            for context, route in routes(application(name))
        ]
        parts.append(f"\n## {name}\n\n{table(['path', 'method', 'operation', 'roles'], rows)}\n")
    return "".join(parts)


def _operation(context: Any) -> str:
    return f"`{context.original_route.operation_id}`"


def routes(app: FastAPI) -> list[tuple[Any, Route]]:
    """Every declared route of an application with its context."""
    found = [(context, context.original_route) for context in iter_route_contexts(app.routes)]
    return [(context, route) for context, route in found if isinstance(route, Route)]


PAGES = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "states.md": states_page,
    "access.md": access_page,
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
