"""Shapes of longer work."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from services.needs.domain.lifecycle import OperationState
from services.needs.models import Operation, OperationRow
from wushe.errors import NotFound
from wushe.routes import DivisionCode, Flag, Out

_NAME = re.compile(r"needs\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def named(name: str) -> UUID:
    """The id behind a name like ``needs.0198…``; NOT_FOUND for anything else."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound
    return UUID(found[1])


class ImportFields(BaseModel):
    """What is said beside a table: a trial unless told otherwise, and where rows belong that do not say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dry_run: Flag = True
    division: DivisionCode | None = None


class OperationOut(Out):
    """Longer work: how far it is, and how many rows were refused so far."""

    id: Annotated[str, Field(examples=["needs.0198f0c2-6a51-7c7e-9d0b-2f6f3a1e5c11"])]
    division: str
    collection: str
    state: OperationState
    dry_run: bool
    total: int
    done: int
    created: int
    refused: int
    percent: int
    fingerprint: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    version: int

    @classmethod
    def of(cls, operation: Operation) -> Self:
        """The work under its public name."""
        percent = 100 * operation.done // operation.total if operation.total else 100
        known = {name: getattr(operation, name) for name in cls.model_fields if name not in {"id", "percent"}}
        return cls(id=f"needs.{operation.id}", percent=percent, **known)


class RowErrorOut(Out):
    """One thing wrong in a row: the column, a code, and a sentence in both languages."""

    pointer: str
    code: str
    zh: str
    en: str


class OperationRowOut(Out):
    """What came of one line of the file: taken with the object it became, or refused with its reasons."""

    number: int
    refused: bool
    code: str
    zh: str | None
    en: str | None
    errors: list[RowErrorOut]
    object_id: UUID | None

    @classmethod
    def of(cls, row: OperationRow) -> Self:
        """The row as reported."""
        return cls.model_validate(row)


Only = Annotated[Literal["refused"] | None, Query(description="只看未通过的行 · refused rows only")]
