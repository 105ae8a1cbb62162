"""The documents kept in openapi/: one per process, the merged one the gateway serves, the events, what is released."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from wushe.commands import changes
from wushe.commands.faults import CommandRefused
from wushe.commands.reference import DOCS, SERVICES, application, events
from wushe.commands.surface import surface

Document = dict[str, Any]
MERGE = "gateway.documents:merge"
FOLDER = DOCS.parent / "openapi"
CHANGELOG = DOCS.parent / "CHANGELOG.md"
RELEASED = "released.json"
_NOTES = re.compile(r"^## \[Unreleased\]$.*?^### Breaking · 不兼容$(.*?)(?=^##)", re.MULTILINE | re.DOTALL)


def openapi(folder: Path, *, check: bool) -> None:
    """Write every document, or with ``check`` fail on the first that differs from what the code says."""
    for name, document in documents().items():
        path, text = folder / f"{name}.json", json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if not check:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            raise CommandRefused(f"{path} 已过时", f"{path} differs from the code; run: make openapi")
        typer.echo(f"✓ {path}")


def documents() -> dict[str, Document]:
    """Every document by name."""
    found = {name: application(name).openapi() for name in (*SERVICES, "gateway")}
    module, name = MERGE.split(":")
    merged: Document = getattr(import_module(module), name)(found)
    return found | {"merged": merged, "events": announced(merged["info"])}


def announced(info: Document) -> Document:
    """Every event with the JSON Schema of its data."""
    kinds = {kind.type: kind for kind in events()}
    return {
        "info": {"title": f"{info['title']} · events", "version": info["version"], "license": info["license"]},
        "events": {
            name: {
                "public": kind.public,
                "subscribers": sorted(kind.subscribers),
                "data": kind.model_json_schema(mode="serialization"),
            }
            for name, kind in kinds.items()
        },
    }


def diff(folder: Path = FOLDER, changelog: Path = CHANGELOG) -> None:
    """Name everything the written documents break for users of the release; refuse what the changelog does not say."""
    found = broken(folder)
    silent = [each for each in found if each not in noted(found, changelog.read_text(encoding="utf-8"))]
    for each in found:
        typer.echo(f"{'✗' if each in silent else '!'} {each}")
    if silent:
        raise CommandRefused(
            f"{len(silent)} 处不兼容的变化没有写进 CHANGELOG 的“Breaking · 不兼容”",
            f"{len(silent)} breaking changes are not named under 'Breaking · 不兼容' in the changelog",
        )
    typer.echo(f"✓ 与已发布的接口相容，或已写明 · {len(found)} breaking, all noted")


def release(folder: Path = FOLDER, changelog: Path = CHANGELOG) -> None:
    """Make the documents of today the ones later changes are compared with; a break needs a higher version."""
    path, now = folder / RELEASED, written(folder)
    if path.exists():
        diff(folder, changelog)
        before = json.loads(path.read_text(encoding="utf-8"))["version"]
        if broken(folder) and _line(now["version"]) <= _line(before):
            raise CommandRefused(f"版本 {before} 之后要升高", f"breaking changes need a version above {before}")
    path.write_text(_lines(now), encoding="utf-8")
    typer.echo(f"✓ {path}: {now['version']}")


def broken(folder: Path) -> list[changes.Break]:
    """What the documents in a folder break of the release kept beside them."""
    before = json.loads((folder / RELEASED).read_text(encoding="utf-8"))
    return changes.breaks(before, written(folder))


def noted(found: list[changes.Break], changelog: str) -> list[changes.Break]:
    """Those whose operation, schema or event is named in the changelog's section on breaking changes."""
    section = _NOTES.search(changelog)
    names = set(re.findall(r"`([^`]+)`", section[1] if section else ""))
    return [each for each in found if each.subject in names]


def written(folder: Path) -> Document:
    """The surface of the documents in a folder."""
    merged, said = (json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("merged", "events"))
    return surface(merged, said)


def _line(version: str) -> tuple[int, ...]:
    """What of a version number a breaking change must raise: the first part, before 1.0 the second."""
    major, minor, *_ = (int(part) for part in version.split("."))
    return (major,) if major else (0, minor)


def _lines(found: Document) -> str:
    """One line for each operation, schema and event, so that a comparison of two releases reads well."""
    parts = []
    for name, value in found.items():
        rows = value if isinstance(value, dict) else {}
        inner = ",\n".join(f"  {json.dumps(key)}: {_line_of(each)}" for key, each in sorted(rows.items()))
        parts.append(f" {json.dumps(name)}: " + (f"{{\n{inner}\n }}" if rows else json.dumps(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
