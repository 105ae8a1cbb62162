"""How much stands behind a concern: people, not messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Voice:
    """One need as evidence: who stands behind it, where and when it was raised."""

    need_id: UUID
    division: str
    place: str | None
    submitted_at: datetime
    persons: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Distinct needs, persons, communities and places, and the period they span."""

    needs: int
    persons: int
    divisions: int
    places: int
    first_at: datetime | None
    last_at: datetime | None


def weigh(voices: Iterable[Voice]) -> Evidence:
    """Count what supports a concern; a person who wrote twice, or wrote and co-signed, counts once (INV-N1)."""
    heard = {voice.need_id: voice for voice in voices}.values()
    times = sorted(voice.submitted_at for voice in heard)
    return Evidence(
        needs=len(heard),
        persons=len(frozenset().union(*(voice.persons for voice in heard))),
        divisions=len({voice.division for voice in heard}),
        places=len({(voice.division, voice.place) for voice in heard if voice.place}),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
    )
