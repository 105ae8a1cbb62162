"""What is known before anybody has confirmed anything: a card per theme, and words for groups and urgency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NOT_A_NEED = "not_a_need"
"""What is said without asking for anything; never a default, proposed on evidence like any theme."""


@dataclass(frozen=True, slots=True)
class Example:
    """A statement somebody filed: from the shipped set, or confirmed by a worker."""

    text: str
    theme: str
    target_group: str | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One theme: whom it usually concerns, how urgent it usually is, and the ways people say it."""

    theme: str
    zh: str
    target_groups: tuple[str, ...]
    urgency: str | None
    words: tuple[str, ...]
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class WordList:
    """Words that point to one target group or one urgency, whatever the theme."""

    value: str
    words: tuple[str, ...]


def cards_of(rows: Iterable[Mapping[str, Any]]) -> list[Card]:
    """The cards of the rule ``theme_cards``, in the order of their themes: no order of rows changes a model."""
    return sorted((_card(row) for row in rows), key=lambda card: card.theme)


def _card(row: Mapping[str, Any]) -> Card:
    theme = row["theme"]
    known = [
        Example(given["text"], theme, given.get("target_group"), given.get("urgency"))
        for given in row.get("examples", ())
    ]
    groups, words = tuple(row["target_groups"]), tuple(dict.fromkeys(row["words"]))
    return Card(theme, row["zh"], groups, row.get("urgency"), words, tuple(known))


def words_of(rows: Iterable[Mapping[str, Any]]) -> tuple[WordList, ...]:
    """The word lists of a rule, in one order."""
    return tuple(sorted((WordList(row["value"], tuple(row["words"])) for row in rows), key=lambda each: each.value))
