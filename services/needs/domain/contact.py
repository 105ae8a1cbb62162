"""How a resident may safely be reached: a call answered by the wrong person can be a danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from wushe.errors import CHINA


class ContactKind(StrEnum):
    """A way to reach a person."""

    CALL = "call"
    TEXT = "text"
    LEAVE_WORD = "leave_word"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContact:
    """What a resident asked for; whoever asked for nothing may be called and texted, but nobody leaves word."""

    call: bool = True
    text: bool = True
    leave_word: bool = False
    from_hour: int = 0
    to_hour: int = 24
    """Hours on a clock in China; beginning later than they end they go over midnight."""
    via_person_id: UUID | None = None
    """Only through this person."""

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> "SafeContact":
        """As a row keeps it."""
        row = dict(row or {})
        via = row.pop("via_person_id", None)
        return cls(**row, via_person_id=UUID(via) if via else None)

    def allows(self, kind: ContactKind, at: datetime) -> bool:
        """Whether the person themselves may be reached this way at this moment."""
        hour = at.astimezone(CHINA).hour
        within = self.from_hour <= hour < self.to_hour
        if self.from_hour > self.to_hour:
            within = hour >= self.from_hour or hour < self.to_hour
        return self.via_person_id is None and within and bool(getattr(self, kind))
