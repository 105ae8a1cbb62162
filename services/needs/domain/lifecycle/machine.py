"""How any table of transitions is read."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from wushe.errors import ActionNotAllowed

State = TypeVar("State", bound=StrEnum)


Verb = TypeVar("Verb", bound=StrEnum)


def allowed(machine: Mapping[tuple[State, Verb], State], state: State) -> list[Verb]:
    """The verbs possible in a state, in the table's order."""
    return [verb for (source, verb) in machine if source == state]


def advance(machine: Mapping[tuple[State, Verb], State], state: State, verb: Verb) -> State:
    """The state a verb leads to, or a refusal that names what is possible instead."""
    if (state, verb) not in machine:
        raise ActionNotAllowed(allowed=allowed(machine, state), state=state, verb=verb)
    return machine[state, verb]
