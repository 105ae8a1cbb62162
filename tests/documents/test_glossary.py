"""Every noun and code of the software stands in the glossary, and every identifier of the glossary in the software."""

import csv
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from tests.documents import pages
from wushe.commands import reference

TEXT = (pages.HOME / "docs" / "glossary.md").read_text()
CELLS = [line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")]
WORD = re.compile(r"[\w+-]+")
KNOWN = {word.lower() for quoted in re.findall(r"`([^`\n]+)`", TEXT) for word in WORD.findall(quoted)}


def is_known(name: str) -> bool:
    """Whether the glossary has a name, as a class, a field or a collection."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    spelled = {snake, f"{snake}s", re.sub("y$", "ies", snake), re.sub("x$", "xes", snake)}
    return not KNOWN.isdisjoint(spelled | {each.replace("_", "-") for each in spelled} | {name.lower()})


def classes(base: type | str, *rooms: str) -> Iterator[type[Any]]:
    """Classes declared in rooms of services and gateway, derived from a base or having an attribute of that name."""
    for module in reference.modules():
        if module.__name__.startswith(("services", "gateway")) and any(f".{room}" in module.__name__ for room in rooms):
            own = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
            yield from (each for each in own if isinstance(each, type) and _is(each, base))


def _is(kind: type[Any], base: type | str) -> bool:
    return hasattr(kind, base) if isinstance(base, str) else issubclass(kind, base)


def test_every_code_on_the_wire_is_explained():
    codes = {code for kind in classes(StrEnum, "domain", "models", "schemas", "codes") for code in map(str, kind)}
    document = json.loads((pages.HOME / "openapi" / "merged.json").read_text())
    codes |= set(_enumerated(document["components"]))
    codes |= {row["code"] for row in csv.DictReader((pages.HOME / "gateway" / "codes.csv").read_text().splitlines())}
    codes = {code for code in codes if not code.isupper() and not code.isdigit()}  # refusals have their own page
    assert len(codes) > 200
    assert sorted(code for code in codes if not is_known(code)) == []


def _enumerated(schema: Any) -> Iterator[str]:
    match schema:
        case {"enum": [*values]}:
            yield from (value for value in values if isinstance(value, str))
        case dict():
            for each in schema.values():
                yield from _enumerated(each)
        case list():
            for each in schema:
                yield from _enumerated(each)


def test_every_table_and_every_event_is_explained():
    nouns = {kind.__name__ for kind in classes("__tablename__", "models")}
    nouns = {re.sub("^Adopted(?=.)", "", noun) for noun in nouns}
    nouns |= {kind.type.split(".")[3] for kind in reference.events()}
    assert len(nouns) > 40
    assert sorted(noun for noun in nouns if not is_known(noun)) == []


def test_every_identifier_is_in_the_software():
    roots = [pages.HOME / name for name in ("services", "gateway", "wushe", "openapi", "samples")]
    files = [path for root in roots for path in root.rglob("*") if path.suffix in {".py", ".json", ".csv", ".sql"}]
    used = {word.lower() for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = {
        word.lower() for cell in CELLS for quoted in re.findall(r"`([^`]+)`", cell[-1]) for word in WORD.findall(quoted)
    }
    assert len(named) > 300
    parts = {word: re.findall(r"\w+", word) for word in named}
    assert sorted(word for word, found in parts.items() if word not in used and not used.issuperset(found)) == []


def test_every_row_says_it_in_both_languages():
    rows = [cell for cell in CELLS if cell[0] != "中文"]
    assert len(rows) > 200
    assert [cell for cell in rows if len(cell) != 3 or not re.search(r"[\u4e00-\u9fff]", cell[0]) or not cell[1]] == []
