"""Shapes of the worker's call list, and of how the people behind a need were told."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.needs.domain.codes import CallResult
from services.needs.domain.lifecycle import CallState
from services.needs.domain.notices import OF_NEED
from services.needs.models import PersonCall
from wushe.routes import In, Out


class CallDoneIn(In):
    """What came of a call."""

    result: CallResult


class CallOut(Out):
    """Somebody to call, why, and what to say: a sentence that names neither the matter nor anybody's words."""

    id: UUID
    division: str
    need_id: UUID
    person_id: UUID
    code: str
    zh: str
    en: str
    reason: str
    state: CallState
    tries: int
    result: CallResult | None
    created_at: datetime
    done_at: datetime | None
    version: int

    @classmethod
    def of(cls, call: PersonCall) -> Self:
        """A call with its sentence."""
        say = OF_NEED[call.code.removeprefix("need_")]
        columns = {name: getattr(call, name) for name in cls.model_fields if name not in {"zh", "en"}}
        return cls(**columns, zh=say.zh, en=say.en)


class ToldWayOut(Out):
    """One way a notice went out beside the inbox."""

    channel: str
    state: str
    reason: str | None


class ToldOut(Out):
    """One notice to one of the people behind a need, numbered and not named."""

    person: int
    is_author: bool
    code: str
    at: datetime
    is_read: bool
    ways: list[ToldWayOut]


class ToldListOut(Out):
    """How the people behind a need were told, oldest first."""

    items: list[ToldOut]

    @classmethod
    def masked(cls, found: list[dict[str, Any]], *, author: UUID | None) -> Self:
        """What the gateway says, with people as numbers in the order they were first told."""
        numbers: dict[str, int] = {}
        items = []
        for each in found:
            person = str(each["person_id"])
            known = {"person": numbers.setdefault(person, len(numbers) + 1), "is_author": person == str(author)}
            items.append(ToldOut(**known, is_read=each["read_at"] is not None, **{k: each[k] for k in _TAKEN}))
        return cls(items=items)


_TAKEN = ("code", "at", "ways")
