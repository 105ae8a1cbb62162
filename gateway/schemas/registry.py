"""Shapes of accounts, clients, messages, the feed, divisions and clocks."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    model_validator,
)

from gateway.codes import ROLES
from wushe.routes import Code, DivisionCode, In, Out, ShortText, Whole


def _role(code: str) -> str:
    if code not in ROLES:
        raise ValueError("not a role")
    return code


def _written(value: Any) -> Any:
    """Instants are written out, in years PostgreSQL and calendars agree on; a bare number of seconds is none."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("an instant of the years 1970 to 2199 expected")
    return value


_INSTANT = re.compile(r"(19[7-9]|2[01]\d)\d-\d{2}-\d{2}[Tt].+")
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Role = Annotated[str, AfterValidator(_role), Field(json_schema_extra={"enum": list(ROLES)})]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Asked = Annotated[str, StringConstraints(min_length=1, max_length=128)]
"""What another service is asked about before the body is judged; no longer than it takes."""


class TokenIn(In):
    """A client asks for a token (OAuth 2.0 client credentials); id and secret here or as HTTP Basic."""

    grant_type: Literal["client_credentials"]
    client_id: Secret | None = None
    client_secret: Secret | None = None
    scope: Secret | None = None


class DevelopmentIn(In):
    """Whom a developer wants to be."""

    role: Role
    scope: DivisionCode
    person_id: UUID | None = None
    person: Asked | None = None
    """The person by an external id, such as SYN-R0001."""
    org: UUID | None = None
    name: ShortText | None = None
    """Tells apart two accounts that are otherwise alike."""


class ActiveGrant(Out):
    """A role over a division, in Unix seconds."""

    role: str
    scope: str
    since: int | None
    until: int | None


class TokenOut(Out):
    """A token to send as ``Authorization: Bearer``."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- the name of a scheme, not a secret
    expires_in: int
    account_id: UUID
    person_id: UUID | None
    grants: list[ActiveGrant]


class GrantIn(In):
    """A role over a division and all below it."""

    role: Role
    scope: DivisionCode
    valid_from: Moment | None = None
    valid_to: Moment | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "GrantIn":
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("valid_from must come before valid_to")
        return self


class ClientIn(In):
    """An agency's system."""

    name: ShortText = Field(examples=["样例机构业务系统"])
    org: UUID | None = None
    grants: Annotated[list[GrantIn], Field(min_length=1, max_length=50)]


class ClientOut(Out):
    """A client with its secret, which no other answer repeats."""

    client_id: UUID
    client_secret: str
    account_id: UUID
    name: str
    org: UUID | None
    version: int


class GrantOut(Out):
    """A grant of the caller's account."""

    role: str
    scope: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class ResidencyIn(In):
    """The code of a printed slip; or, with ``by`` "phone", the six digits that came to a telephone."""

    code: Asked
    by: Literal["slip", "phone"] = "slip"


class PhoneCodeIn(In):
    """Whose telephone is asked for a code; where a family shares it, the ID says who."""

    phone: Asked = Field(examples=["13812345678"])
    id_number: Asked | None = Field(None, examples=["999999199001010016"])


class PhoneCodeOut(Out):
    """How long the digits are good for; whether anybody was found is not told."""

    expires_at: datetime


class LinkRequestOut(Out):
    """A code to show to a community worker who is there."""

    code: str
    expires_at: datetime


class ResidencyTakenIn(In):
    """A code somebody showed, and the resident a worker named."""

    code: Asked
    resident_id: UUID
    person_id: UUID
    division: DivisionCode


class UnlinkedOut(Out):
    """The account belongs to nobody any more; tokens issued from now on say so."""

    linked: bool


class ResidencyOut(Out):
    """The resident an account belongs to."""

    resident_id: UUID
    person_id: UUID
    division: str
    linked_at: datetime


class MeOut(Out):
    """Who the caller is."""

    account_id: str
    client: str
    person_id: UUID | None
    role: str
    scope: str
    org: UUID | None
    grants: list[GrantOut]
    residency: ResidencyOut | None
    unread: int


class MessageOut(Out):
    """A message in the caller's inbox."""

    id: UUID
    source: str
    code: str
    zh: str
    en: str
    about: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    version: int


class FeedItem(Out):
    """A public event (CloudEvents 1.0) at its place in the feed."""

    cursor: int
    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    sequence: int
    division: str
    data: dict[str, Any]


class FeedOut(Out):
    """Part of the feed; read on from ``next_after``."""

    items: list[FeedItem]
    next_after: int
    more: bool


class CodeOut(Out):
    """One code and what it means."""

    code: str
    zh: str
    en: str


class CodesOut(Out):
    """Code tables by name."""

    tables: dict[str, list[CodeOut]]


class DivisionOut(Out):
    """An administrative division."""

    code: str = Field(validation_alias=AliasChoices("code", "division"))  # documented by the first
    name: str
    kind: str
    parent: str | None


class DivisionRow(In):
    """One line of an import."""

    code: DivisionCode
    name: ShortText = Field(examples=["样例社区"])
    kind: Code
    parent: DivisionCode | None = None


class DivisionImportIn(In):
    """Divisions to write."""

    rows: Annotated[list[DivisionRow], Field(min_length=1, max_length=1000)]


class DivisionResult(Out):
    """What became of one line."""

    row: int
    code: str
    result: Literal["created", "updated", "unchanged", "refused"]
    reason: Literal["OUT_OF_SCOPE", "DUPLICATE_ROW", "NOT_BELOW_PARENT", "PARENT_UNKNOWN"] | None


class DivisionImportOut(Out):
    """What became of an import."""

    id: UUID
    created: int
    updated: int
    unchanged: int
    refused: int
    results: list[DivisionResult]


class StepOut(Out):
    """One of the five steps of a project."""

    step: Literal["collect_needs", "plan", "implement", "link_resources", "evaluate"]
    zh: str
    en: str
    service: str
    status: Literal["recorded", "absent", "unavailable"]
    since: datetime | None
    until: datetime | None
    states: dict[str, int]
    ids: list[str]


class LifecycleOut(Out):
    """The whole chain of a project; a service that does not answer is ``{"status": "unavailable"}``."""

    project_id: UUID
    steps: list[StepOut]
    needs: dict[str, Any]
    projects: dict[str, Any]
    resources: dict[str, Any]
    evaluation: dict[str, Any]


class ClockIn(In):
    """How far to move the business clock of the county a division lies in."""

    division: DivisionCode
    advance_seconds: Annotated[Whole, Field(ge=1, le=315_360_000)]


class ClockOut(Out):
    """Where a county's business clock stands; settled when every service has heard of all its moves."""

    division: str
    offset_seconds: int
    now: datetime
    settled: bool
