"""Transition tables, every cell of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from wushe.errors import ActionNotAllowed


def refusals(
    advance: Callable[..., Any], table: Mapping[Any, Any], states: Iterable[StrEnum], verbs: Iterable[StrEnum]
) -> Iterator[tuple[Any, Any, ActionNotAllowed]]:
    """Check that what the table names leads where it says; give each other cell with its refusal."""
    for state, verb in product(states, verbs):
        if (state, verb) in table:
            assert advance(table, state, verb) is table[state, verb]
            continue
        with pytest.raises(ActionNotAllowed) as refused:
            advance(table, state, verb)
        yield state, verb, refused.value
