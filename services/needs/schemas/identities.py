"""Shapes of who a resident is, and how they may be reached."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from services.needs.domain.codes import GuardianRelation, TargetGroup
from services.needs.domain.contact import SafeContact
from services.needs.domain.groups import Period
from services.needs.domain.identity import Identity, plain
from services.needs.schemas.shared import Day
from wushe.routes import Flag, In, Out, ShortText

Number = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class IdentityIn(In):
    """Who somebody is; all of it may be left out, older residents often have no telephone."""

    name: ShortText | None = Field(None, examples=["张小明"])
    phone: Number | None = Field(None, examples=["13812345678"])
    id_number: Number | None = Field(None, examples=["999999199001010016"])
    address: ShortText | None = Field(None, examples=["海滨社区 3 号楼 2 单元 501"])
    birth_date: Day | None = None

    def identity(self) -> Identity:
        """As the rules see it."""
        return Identity(**self.model_dump())


class IdentityOut(Out):
    """Who somebody is: masked (张**, 138****5678), or as it is where it was unmasked."""

    name: str | None
    phone: str | None
    id_number: str | None
    address: str | None
    birth_date: str | None


class UnmaskIn(In):
    """Why somebody has to know, and what; the reason is kept, so no name belongs into it."""

    reason: ShortText = Field(examples=["上门探访前核对地址"])
    fields: Annotated[
        list[Literal["name", "phone", "id_number", "address", "birth_date"]], Field(min_length=1, max_length=5)
    ]


class UnmaskedOut(IdentityOut):
    """What was asked for; the other fields are null."""

    @classmethod
    def of(cls, identity: Identity, fields: frozenset[str]) -> Self:
        """The fields that were asked for."""
        return cls.model_validate(plain(identity, fields))


class SearchIn(In):
    """A telephone number, an ID or both: whoever has either is found; they never stand in an address."""

    phone: Number | None = Field(None, examples=["13812345678"])
    id_number: Number | None = Field(None, examples=["999999199001010016"])

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.phone is None and self.id_number is None:
            raise ValueError("phone or id_number")
        return self


class GuardianIn(In):
    """Who speaks for a child under 14, and what they are to the child."""

    person_id: UUID
    relation: GuardianRelation


class PeriodIn(In):
    """Belonging to a target group from a day until a day, both included."""

    group: TargetGroup
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self

    def period(self) -> Period:
        """As the rules see it."""
        return Period(**self.model_dump())


class PeriodOut(Out):
    """A target group and since when and until when a resident belongs to it."""

    group: TargetGroup
    valid_from: date | None
    valid_to: date | None


Hour = Annotated[int, Field(strict=True, ge=0, le=24)]


class SafeContactIn(In):
    """How a resident may be reached; ``via_person_id`` means through that person only."""

    call: Flag = True
    text: Flag = True
    leave_word: Flag = False
    from_hour: Hour = 0
    to_hour: Hour = 24
    via_person_id: UUID | None = None

    def wish(self) -> SafeContact:
        """As the rules see it."""
        return SafeContact(**self.model_dump())


class SafeContactOut(Out):
    """How a resident may be reached."""

    call: bool
    text: bool
    leave_word: bool
    from_hour: int
    to_hour: int
    via_person_id: UUID | None


class ContactOut(Out):
    """How a person may be reached now: a telephone where some way is allowed, or the person to go through."""

    person_id: UUID
    phone: str | None
    call: bool
    text: bool
    leave_word: bool
    via_person_id: UUID | None
