"""The OpenAPI documents kept in the repository: one per process and the merged one the gateway serves."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from wushe.commands.faults import CommandRefused
from wushe.commands.reference import SERVICES, application

MERGE = "gateway.documents:merge"


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


def documents() -> dict[str, dict[str, Any]]:
    """Every document by name."""
    found = {name: application(name).openapi() for name in (*SERVICES, "gateway")}
    module, name = MERGE.split(":")
    merged: dict[str, Any] = getattr(import_module(module), name)(found)
    return found | {"merged": merged}
