"""How groups of one run are known again in the next, and how much moved between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid5

Members: TypeAlias = frozenset[UUID]
_SPACE = UUID("5b0c1f0e-8d2a-5c34-9a6e-0f5a3c0e7d11")


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of the groups of the run before: a report people read before they trust the new ones."""

    born: int
    died: int
    merged: int
    split: int
    moved_share: float
    """Of the needs that stood in groups both times, those in another group now."""


def recognised(old: Mapping[UUID, Members], new: Sequence[Members]) -> list[UUID]:
    """An id for each new group: that of the old one most of it came from, the larger share first, else one of its own.

    The same members get the same id, whoever computes it: it is made from the first of them.
    """
    homes = {need: ident for ident, members in old.items() for need in members}
    # Groups share no member, so the first of each tells them apart in whatever order they come.
    pairs = sorted(
        (-shared, ident, min(members), place)
        for place, members in enumerate(new)
        for ident, shared in Counter(homes[need] for need in members if need in homes).items()
    )
    given: dict[int, UUID] = {}
    taken: set[UUID] = set()
    for _, ident, _, place in pairs:
        if place not in given and ident not in taken:
            given[place] = ident
            taken.add(ident)
    for place in sorted(range(len(new)), key=lambda each: min(new[each])):
        if place not in given:
            given[place] = _fresh(min(new[place]), taken | set(old))
            taken.add(given[place])
    return [given[place] for place in range(len(new))]


def _fresh(first: UUID, used: set[UUID]) -> UUID:
    number = 0
    while (ident := uuid5(_SPACE, f"{first}/{number}")) in used:
        number += 1
    return ident


def drift(old: Mapping[UUID, Members], new: Mapping[UUID, Members]) -> Drift:
    """What changed from one run to the next."""
    before = {need: ident for ident, members in old.items() for need in members}
    after = {need: ident for ident, members in new.items() for need in members}
    both = before.keys() & after.keys()
    born, died = new.keys() - old.keys(), old.keys() - new.keys()
    merged = [ident for ident in died if _share(old[ident], after) > 0.5]
    split = [ident for ident in born if _share(new[ident], before) > 0.5]
    moved = sum(before[need] != after[need] for need in both)
    return Drift(
        born=len(born) - len(split),
        died=len(died) - len(merged),
        merged=len(merged),
        split=len(split),
        moved_share=round(moved / len(both), 4) if both else 0.0,
    )


def _share(members: Members, homes: Mapping[UUID, UUID]) -> float:
    """How much of a group stands together in one group of the other run."""
    counted = Counter(homes[need] for need in members if need in homes)
    return max(counted.values(), default=0) / len(members)
