"""What the cells of a table mean where people wrote words instead of codes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Words = Mapping[str, Mapping[str, Sequence[str]]]
"""The words of each code, by column."""
_BETWEEN = re.compile(r"[\s、，,;；/]+")


def in_codes(words: Words, values: Mapping[str, Any]) -> dict[str, Any]:
    """A row with codes where it says words; a word nobody knows stays, and is refused where it stands."""
    return {name: _coded(words[name], cell) if name in words else cell for name, cell in values.items()}


def _coded(words: Mapping[str, Sequence[str]], cell: Any) -> Any:
    """Several words in one cell become their codes, each once, separated by spaces."""
    if not isinstance(cell, str):
        return cell
    meant = {word.casefold(): code for code, said in words.items() for word in said}
    told = cell.strip().casefold()
    parts = [told] if told in meant else _BETWEEN.split(cell.strip())
    return " ".join(dict.fromkeys(meant.get(part.casefold(), part) for part in parts))
