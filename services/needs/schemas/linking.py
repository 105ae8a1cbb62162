"""Shapes of tying accounts to residents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.schemas.identities import Number
from services.needs.usecases.linking import Answered
from wushe.routes import In, Out

Account = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Digits = Annotated[str, StringConstraints(pattern="^[0-9]{6}$"), Field(examples=["123456"])]


class PhoneCodeIn(In):
    """Whose telephone an account asks a code for."""

    account: Account
    phone: Number = Field(examples=["13812345678"])
    id_number: Number | None = Field(None, examples=["999999199001010016"])


class PhoneCodeOut(Out):
    """A code to send, for the gateway alone; all but the time is null where nobody was found."""

    expires_at: datetime
    person_id: UUID | None
    division: str | None
    code: str | None


class PhoneAnswerIn(In):
    """The digits somebody typed."""

    account: Account
    code: Digits


class PhoneAnswerOut(Out):
    """What the digits came to, and for whom."""

    answered: Answered
    resident_id: UUID | None = None
    person_id: UUID | None = None
    division: str | None = None


class UnlinkIn(In):
    """Whose account lets go."""

    person_id: UUID


class LinkRequestIn(In):
    """The code the resident's own telephone shows."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(examples=["ABCD-EFGH"])
