"""docs/states.md: every transition table as a picture and a table, with who may call each verb."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from wushe.commands.tables import table

Transitions = Mapping[tuple[str, str], str]


def names(folder: Path) -> dict[str, Any]:
    """What people call states and verbs, and what causes verbs without a route of their name."""
    return tomllib.loads((folder / "states.toml").read_text(encoding="utf-8"))


def machines(services: tuple[str, ...]) -> Iterator[tuple[str, str, Transitions]]:
    """Every transition table: service, aggregate, table."""
    for service in services:
        for name, found in import_module(f"services.{service}.domain.lifecycle").MACHINES.items():
            yield service, name, {(str(state), str(verb)): str(after) for (state, verb), after in found.items()}


def page(folder: Path, services: tuple[str, ...], callers: Mapping[str, tuple[str, str]]) -> str:
    """All tables of the page; ``callers`` gives path and roles of every operation a person may call."""
    known, parts = names(folder), list[str]()
    for service, name, transitions in machines(services):
        words = known[service][name]
        title = f"\n## {words['name']} · {service}: {name}\n"
        parts += [title, _picture(words, transitions), _table(name, words, transitions, callers)]
    return "\n".join(parts) + "\n"


def _picture(words: dict[str, Any], transitions: Transitions) -> str:
    verbs: dict[tuple[str, str], list[str]] = {}
    for (state, verb), after in transitions.items():
        if state != after:
            verbs.setdefault((state, after), []).append(f"{word(words, verb)} {verb}")
    drawn = {state for pair in verbs for state in pair}
    lines = ["stateDiagram-v2", *(f'  state "{zh} {state}" as {state}' for state, zh in words["states"].items())]
    lines += [f"  [*] --> {next(iter(transitions))[0]}"]
    lines += [f"  {state} --> {after}: {'、'.join(said)}" for (state, after), said in verbs.items()]
    lines += [f"  {state} --> [*]" for state in words["states"] if state in drawn and _is_end(state, verbs)]
    return "\n".join(["```mermaid", *lines, "```", ""])


def _is_end(state: str, verbs: Mapping[tuple[str, str], object]) -> bool:
    return all(before != state for before, _ in verbs)


def _table(name: str, words: dict[str, Any], transitions: Transitions, callers: Mapping[str, tuple[str, str]]) -> str:
    states = words["states"]
    rows = [
        [
            f"{word(words, verb)} `{verb}`",
            "<br>".join(causes(name, words, verb, callers)),
            *(f"`{after}`" if (after := transitions.get((state, verb))) else "" for state in states),
        ]
        for verb in dict.fromkeys(verb for _, verb in transitions)
    ]
    header = ["动作 · verb", "谁 · who", *(f"{zh}<br>`{state}`" for state, zh in states.items())]
    return table(header, rows) + "\n"


def word(words: dict[str, Any], verb: str) -> str:
    """The Chinese word for a verb."""
    said = words["verbs"][verb]
    return str(said if isinstance(said, str) else said[0])


def causes(name: str, words: dict[str, Any], verb: str, callers: Mapping[str, tuple[str, str]]) -> list[str]:
    """The roles that may call a verb, and the other things that bring it about."""
    said = words["verbs"][verb]
    if isinstance(said, str):
        collection = re.sub("ys$", "ies", name.replace("_", "-").replace(" ", "-") + "s")
        said = ["", next(operation for operation, (path, _) in callers.items() if _says(path, collection, verb))]
    return [each if " · " in each else f"[{each}](permissions.md): {callers[each][1]}" for each in said[1:]]


def _says(path: str, collection: str, verb: str) -> bool:
    parts = path.split("/")
    return parts[2:3] == [collection] and len(parts) == 5 and parts[4] == verb.replace("_", "-")
