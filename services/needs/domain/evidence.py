"""How much stands behind a concern: people, not messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Voice:
    """One need as evidence: who stands behind it, where they live, and where, when and on which visit it was raised."""

    need_id: UUID
    division: str
    place: str | None
    submitted_at: datetime
    persons: frozenset[UUID]
    households: frozenset[UUID] = frozenset()
    visit_id: UUID | None = None
    merged: bool = False
    """It goes on as part of another and is no need of its own."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Distinct needs, persons, households, visits, communities and places, and the period they span."""

    needs: int
    persons: int
    households: int
    visits: int
    divisions: int
    places: int
    first_at: datetime | None
    last_at: datetime | None


def weigh(voices: Iterable[Voice]) -> Evidence:
    """Count what supports a concern; a person who wrote twice, or wrote and co-signed, counts once (INV-N1).

    Places, visits and the period are those of first voices: whoever writes again adds nothing to them.
    """
    heard = {voice.need_id: voice for voice in voices}.values()
    first = _first(heard)
    times = [voice.submitted_at for voice in first]
    return Evidence(
        needs=sum(not voice.merged for voice in heard),
        persons=len(frozenset().union(*(voice.persons for voice in heard))),
        households=len(frozenset().union(*(voice.households for voice in heard))),
        visits=len({voice.visit_id for voice in first if voice.visit_id}),
        divisions=len({voice.division for voice in first}),
        places=len({(voice.division, voice.place) for voice in first if voice.place}),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
    )


def _first(heard: Iterable[Voice]) -> list[Voice]:
    """The voices by which somebody is heard for the first time; of nobody known, each by itself."""
    known: set[UUID] = set()
    kept = []
    for voice in sorted(heard, key=lambda each: (each.submitted_at, each.need_id)):
        if not voice.persons or not voice.persons <= known:
            kept.append(voice)
        known |= voice.persons
    return kept
