"""Labelled statements, and the knowledge the product ships: nothing else is ever trained on."""

import csv
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from bench.stand import HOME
from services.needs.domain.triage import Card, Example, WordList, cards_of, words_of

DEV = HOME / "samples" / "licheng" / "needs_dev.csv"
HELDOUT = HOME / "bench" / "data" / "needs_heldout.csv"
INDEPENDENT = HOME / "bench" / "data" / "needs_independent.csv"
INDEPENDENT_HARD = HOME / "bench" / "data" / "needs_independent_hard.csv"
"""Written by others, who knew the names of the themes and nothing else: neither cards nor other statements."""
SHIPPED = HOME / "services" / "needs" / "domain" / "triage" / "shipped.model"
HARD = ("dialect", "typos", "voice", "indirect", "several", "again")


@dataclass(frozen=True, slots=True)
class Statement:
    """One labelled statement; ``style`` is how it is said, where the file tells."""

    text: str
    theme: str
    target_group: str
    urgency: str
    style: str = ""


def read(path: Path) -> list[Statement]:
    """The statements of a file with the columns of needs_dev.csv."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [
        Statement(row["text"], row["theme"], row["target_group"], row["urgency"], row.get("style") or "")
        for row in rows
    ]


@cache
def _shipped() -> ModuleType:
    path = next((HOME / "migrations" / "needs").glob("*_triage_rules.py"))
    spec = importlib.util.spec_from_file_location("triage_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cards() -> list[Card]:
    """The shipped cards without their examples: those are trained on as the file says them."""
    return cards_of([{**row, "examples": []} for row in _shipped().cards()])


def words(kind: str) -> tuple[WordList, ...]:
    """The shipped words for target groups or urgency."""
    return words_of(_shipped().words(kind))


def examples(statements: list[Statement]) -> list[Example]:
    """Statements as what a model learns from."""
    return [Example(each.text, each.theme, _known(each.target_group), _known(each.urgency)) for each in statements]


def _known(value: str) -> str | None:
    return None if value in ("", "none") else value
