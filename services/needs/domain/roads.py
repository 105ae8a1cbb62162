"""The roads a need takes without a project: referred, opened as a case, mediated; and complaints."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from wushe.errors import FieldError, InvalidInput, NotFound, Refusal


class Road(StrEnum):
    """By which road a need is being answered."""

    REFER = "refer"
    CASE = "case"
    MEDIATE = "mediate"


class ReceiverKind(StrEnum):
    """To whom a need is referred."""

    PROVIDER = "provider"
    AUTHORITY = "authority"


class DisputeKind(StrEnum):
    """What is disputed."""

    NEIGHBOUR = "neighbour"
    PROPERTY = "property"
    FAMILY = "family"
    OTHER = "other"


class PartyRole(StrEnum):
    """As what somebody takes part in a mediation; property company and owners' committee are parties like people."""

    RESIDENT = "resident"
    FAMILY_MEMBER = "family_member"
    PROPERTY_COMPANY = "property_company"
    OWNERS_COMMITTEE = "owners_committee"
    ORGANISATION = "organisation"


class FamilyService(StrEnum):
    """What a family dispute is given beside the talks: 案件调查、调解、心理疏导."""

    INVESTIGATION = "investigation"
    MEDIATION = "mediation"
    COUNSELLING = "counselling"


class AgreementForm(StrEnum):
    """An agreement is written, or oral and noted by the mediator (人民调解法 28)."""

    WRITTEN = "written"
    ORAL = "oral"


class RoadTaken(Refusal):
    """A need is on one road at a time."""

    zh = "这条需求正在以“{road}”办理，请先办完或退回。"
    en = "This need is already on the road '{road}'; finish that first."
    toast = "已在办理中"


class NotWhileInDanger(Refusal):
    """What may be danger is a crisis ticket's matter: it is not sent elsewhere nor talked over."""

    zh = "此事按紧急事项办理，不能转介、开个案或调解。"
    en = "This is handled as an urgent matter; it is not referred, opened as a case or mediated."
    toast = "按紧急事项办"


class SeparateConsentMissing(Refusal):
    """To hand somebody's matter to another organisation takes their separate consent, or a contract (PIPL 21, 23)."""

    status = 422
    zh = "把本人的事项提供给其他机构，须先取得本人的单独同意；属委托办理的，请写明合同。"
    en = "Handing this to another organisation needs the person's separate consent, or the contract it works under."
    toast = "须单独同意"


class PartiesTooFew(Refusal):
    """A dispute has two sides."""

    status = 422
    zh = "调解至少要有两方当事人。"
    en = "A mediation has at least two parties."
    toast = "至少两方"


def require_free(*, road: Road | None, danger: bool) -> None:
    """Refuse a second road, and any for what may be danger."""
    if danger:
        raise NotWhileInDanger
    if road is not None:
        raise RoadTaken(road=road)


def require_provided(*, named: bool, consents: bool, contract: str | None) -> None:
    """Refuse to hand over what concerns a known person who has not agreed to it, unless a contract covers it."""
    if named and not consents and not contract:
        raise SeparateConsentMissing


def party_at(parties: Sequence[dict[str, Any]], place: int) -> dict[str, Any]:
    """One of the parties by its place; NOT_FOUND for another."""
    if place >= len(parties):
        raise NotFound
    return parties[place]


def all_agree(parties: Sequence[dict[str, Any]]) -> bool:
    """Whether every party has said yes: without that nobody mediates (人民调解法 17)."""
    return all(party["agrees"] for party in parties)


def confirmable_until(settled_at: datetime, days: int) -> datetime:
    """The last day both may ask the court to confirm their agreement (人民调解法 33)."""
    return settled_at + timedelta(days=days)


STREET = frozenset({"street_officer", "civil_affairs", "supervisor"})
"""Who handles complaints: never the community or the agency they are about."""


def require_one_subject(person_id: UUID | None, org_id: UUID | None) -> None:
    """Refuse a complaint about nobody, or about two at once."""
    if (person_id is None) == (org_id is None):
        zh, en = "请写明投诉的人或机构，只写一个。", "Name the person or the organisation, one of them."
        raise InvalidInput(errors=[FieldError("/about", "REQUIRED", zh, en)])
