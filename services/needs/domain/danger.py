"""The crisis net: words that may mean somebody is in danger, and whom to call at once.

Recall comes first: a false alarm costs a worker one look, a missed call for help may cost a life. The words and the
telephone lines are rule data; this module only knows how to read them.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

GAP = "…"
REACH = 8
"""How many characters may stand between two parts of one pattern."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A telephone number that answers a person in danger now."""

    number: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Danger:
    """What the net caught: the kinds of danger and the lines that answer them; empty and false when nothing."""

    kinds: tuple[str, ...]
    lines: tuple[HelpLine, ...]

    def __bool__(self) -> bool:
        return bool(self.kinds)


def read(statement: str, net: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, str]]) -> Danger:
    """Read a statement against the net's rows ``{kind, patterns, lines}``, most urgent kind first."""
    text = plain(statement)
    caught = [row for row in net if any(_stands(_parts(pattern), text) for pattern in row["patterns"])]
    numbers = dict.fromkeys(number for row in caught for number in row["lines"])
    known = {line["number"]: HelpLine(line["number"], line["zh"], line["en"]) for line in lines}
    return Danger(
        kinds=tuple(row["kind"] for row in caught),
        lines=tuple(known[number] for number in numbers if number in known),
    )


def plain(statement: str) -> str:
    """Letters and digits only, in one width and case: a comma or a space between two characters hides nothing."""
    return "".join(c for c in unicodedata.normalize("NFKC", statement).casefold() if c.isalnum())


@lru_cache(maxsize=4096)
def _parts(pattern: str) -> tuple[str, ...]:
    """``打…我`` is 打 followed by 我 within reach; all else is literal."""
    return tuple(part for part in map(plain, pattern.split(GAP)) if part)


def _stands(parts: tuple[str, ...], text: str) -> bool:
    """Whether the parts follow one another; no text or row can stall it, as many gaps would an expression."""
    if not (parts and parts[0] in text):  # nearly every pattern ends here: this is read for every need
        return False
    ends: set[int] | None = None
    for part in parts:
        found = _found(part, text)
        ends = {at + len(part) for at in found if ends is None or not ends.isdisjoint(range(at - REACH, at + 1))}
        if not ends:
            return False
    return True


def _found(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
