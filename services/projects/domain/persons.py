"""Who may speak for whom: residents for themselves, staff for others, call-backs only from outside the team."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.projects.domain.approval import Interests, OwnProject, Person, PersonUnknown
from wushe.errors import FieldError, InvalidInput, Refusal

SPEAK_FOR_THEMSELVES = frozenset({"resident", "volunteer"})
READ_THEIR_OWN = SPEAK_FOR_THEMSELVES | {"guardian", "volunteer_leader"}
ACT_FOR_AN_AGENCY = frozenset({"social_worker", "org_manager"})


class Via(StrEnum):
    """How an answer about a service record came in."""

    SELF = "self"
    CALL_BACK = "call_back"


class OnlyForYourself(Refusal):
    """Residents act for themselves here."""

    status = 403
    zh = "只能为本人办理。"
    en = "You can do this for yourself only."
    toast = "只能本人办理"


class NotYourProject(Refusal):
    """Social workers and agencies write and carry out the projects they have a part in, and no others."""

    status = 403
    zh = "您和您所在的机构都没有参与该项目，不能进行此操作。"
    en = "Neither you nor your organisation has a part in this project, so you cannot do this."
    toast = "不是您的项目"


class NotYourRecord(Refusal):
    """Only the person who is said to have been served answers for that."""

    status = 403
    zh = "该服务记录登记的不是您本人，不能由您确认或提出异议。"
    en = "This record is about someone else; only that person can confirm or dispute it."
    toast = "不是您的记录"


class CallBackNotAllowed(Refusal):
    """Call-backs are made by community workers who have no part in the project."""

    status = 403
    zh = "电话回访只能由项目团队和承接机构之外的社区工作者进行。"
    en = "Call-backs are made by a community worker outside the team and its organisation."
    toast = "不能回访"


class RecordsSealed(Refusal):
    """After completion the records stand as they were counted."""

    zh = "项目已完成，服务记录不能再更改。"
    en = "The project is completed; its service records can no longer change."
    toast = "记录已封存"


def require_person(who: Person, *, role: str, asked: UUID | None) -> UUID:
    """Whose place it is: one's own for residents, the named person's for staff."""
    if role in SPEAK_FOR_THEMSELVES:
        if who.person_id is None:
            raise PersonUnknown
        if asked is not None and asked != who.person_id:
            raise OnlyForYourself
        return who.person_id
    if asked is None:
        raise InvalidInput(
            errors=[FieldError("/person_id", "REQUIRED", "请写明为谁办理。", "Say for whom this is done.")]
        )
    return asked


def require_part(who: Person, *, role: str, makers: Interests) -> None:
    """Refuse who acts for an agency without a part in the project; other roles answer for their place."""
    if role in ACT_FOR_AN_AGENCY and not makers.touch(who):
        raise NotYourProject


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose records somebody reads: one person's own, those of the projects they make, or with neither everyone's."""

    own: UUID | None = None
    maker: Person | None = None


def record_reader(who: Person, *, role: str) -> Reader:
    """Whose records this caller reads."""
    if role in ACT_FOR_AN_AGENCY:
        return Reader(maker=who)
    if role not in READ_THEIR_OWN:
        return Reader()
    if who.person_id is None:
        raise PersonUnknown
    return Reader(own=who.person_id)


def require_answer(who: Person, *, role: str, via: Via, served: UUID, interests: Interests) -> None:
    """Refuse an answer by anyone but the served person or an outside community worker calling back."""
    if via is Via.SELF:
        if who.person_id is None or who.person_id != served:
            raise NotYourRecord
        return
    if role != "community_worker" or who.person_id is None or interests.touch(who):
        raise CallBackNotAllowed


def require_outside_eye(who: Person, interests: Interests) -> UUID:
    """Who gives the opinion; refuses someone who wrote the plan or works in its team."""
    if who.person_id is None:
        raise PersonUnknown
    if who.person_id in interests.persons:
        raise OwnProject
    return who.person_id
