"""The pages people read: their snippets, their links and the words they quote."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2]
PAGES = [HOME / "README.md", HOME / "CONTRIBUTING.md", HOME / "CHANGELOG.md", *sorted((HOME / "docs").rglob("*.md"))]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
ALIKE = {
    "id": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}
"""The page shows those of another day."""


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    text: str


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page in order."""
    return [Block(found[2], found[3]) for found in FENCE.finditer(text)]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text)


def shown(text: str) -> Any:
    """The JSON a page shows, where ``…`` stands for what was left out."""
    return json.loads("".join(_completed(text)))


def _completed(text: str) -> Iterator[str]:
    open_brackets: list[str] = []
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|.', text, re.DOTALL):
        if token in "{[":
            open_brackets.append(token)
        elif token in "}]":
            open_brackets.pop()
        yield {"…{": '"…": 0', "…[": '"…"'}.get(token + (open_brackets or [""])[-1], token)


def differences(wanted: Any, real: Any, where: str = "") -> Iterator[str]:
    """Where an answer is not the one the page shows; ids and times need only look alike."""
    match wanted, real:
        case dict(), dict():
            yield from _of_objects(wanted, real, where)
        case list(), list():
            yield from _of_lists(wanted, real, where)
        case str(), str():
            pattern = ".*".join(map(re.escape, _another_day(wanted).split("…")))
            if not re.fullmatch(pattern, _another_day(real), re.DOTALL):
                yield f"{where}: {real!r}, {wanted!r} shown"
        case _ if wanted != real or type(wanted) is not type(real):
            yield f"{where}: {real!r}, {wanted!r} shown"


def _of_objects(wanted: dict[str, Any], real: dict[str, Any], where: str) -> Iterator[str]:
    if missing := wanted.keys() - {"…"} - real.keys():
        yield f"{where}: no {sorted(missing)}"
    if "…" not in wanted and (more := real.keys() - wanted.keys()):
        yield f"{where}: also {sorted(more)}"
    for name in wanted.keys() & real.keys():
        yield from differences(wanted[name], real[name], f"{where}/{name}")


def _of_lists(wanted: list[Any], real: list[Any], where: str) -> Iterator[str]:
    kept = wanted[:-1] if wanted[-1:] == ["…"] else wanted
    if len(real) < len(kept) or (kept is wanted and len(real) > len(kept)):
        yield f"{where}: {len(real)} items, {len(kept)} shown"
    for number, (one, other) in enumerate(zip(kept, real, strict=False)):
        yield from differences(one, other, f"{where}/{number}")


def _another_day(text: str) -> str:
    for name, kind in ALIKE.items():
        text = kind.sub(name, text)
    return text
