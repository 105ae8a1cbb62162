"""Shapes of moderation."""

from typing import Self
from uuid import UUID

from pydantic import ConfigDict, model_validator

from gateway.moderation import Verdict
from wushe.routes import In, Out, Text


class ModerationIn(In):
    """Words or a picture somebody wants to show to others, and who that is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "楼门前的路灯坏了"}]})

    text: Text | None = None
    file_id: UUID | None = None
    person_id: UUID | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.text is None) == (self.file_id is None):
            raise ValueError("either a text or a file")
        return self


class ModerationOut(Out):
    """What the checker says; ``reason`` is its own code."""

    verdict: Verdict
    reason: str | None
