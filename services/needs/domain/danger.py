"""The crisis net: words that may mean somebody is in danger, and whom to call at once.

Recall comes first: a false alarm costs a worker one look, a missed call for help may cost a life. The words and the
telephone lines are rule data; this module only knows how to read them.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
    caught = [row for row in net if any(_compiled(pattern).search(text) for pattern in row["patterns"])]
    numbers = dict.fromkeys(number for row in caught for number in row["lines"])
    known = {line["number"]: HelpLine(line["number"], line["zh"], line["en"]) for line in lines}
    return Danger(
        kinds=tuple(row["kind"] for row in caught),
        lines=tuple(known[number] for number in numbers if number in known),
    )


def plain(statement: str) -> str:
    """Letters and digits only, in one width and case: a comma or a space between two characters hides nothing."""
    return "".join(c for c in unicodedata.normalize("NFKC", statement).casefold() if c.isalnum())


_NEVER = re.compile("(?!)")


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """``打…我`` is 打 followed by 我 within reach; all else is literal, so that no row can stall the reader."""
    parts = [re.escape(part) for part in map(plain, pattern.split(GAP)) if part]
    return re.compile(f".{{0,{REACH}}}".join(parts)) if parts else _NEVER
