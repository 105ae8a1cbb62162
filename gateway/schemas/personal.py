"""Shapes of a person's own data."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from wushe.routes import In, Out, Text


class DataExportOut(Out):
    """Everything held of the caller, by service, table and column; a service that did not answer says so."""

    person_id: UUID
    exported_at: datetime
    services: dict[str, dict[str, Any]]


class ErasureOut(Out):
    """Where a request to be erased stands."""

    id: UUID
    state: str
    refused_reason: str | None


class CorrectionIn(In):
    """What is wrong, in the person's own words."""

    text: Text = Field(examples=["我的住址已经变了"])


class CorrectionOut(Out):
    """Where a request to put something right stands."""

    id: UUID
    state: str
