"""Who may speak for whom: residents for themselves, staff for others, call-backs only from outside the team."""

from enum import StrEnum
from uuid import UUID

from services.projects.domain.approval import Interests, OwnProject, Person, PersonUnknown
from wushe.errors import FieldError, InvalidInput, Refusal

SPEAK_FOR_THEMSELVES = frozenset({"resident", "volunteer"})
READ_THEIR_OWN = frozenset({"resident", "guardian", "volunteer"})


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


def own_records(who: Person, *, role: str) -> UUID | None:
    """The one person whose records this role may read; None when it reads everyone's."""
    if role not in READ_THEIR_OWN:
        return None
    if who.person_id is None:
        raise PersonUnknown
    return who.person_id


def require_answer(who: Person, *, role: str, via: Via, served: UUID, interests: Interests) -> None:
    """Refuse an answer by anyone but the served person or an outside community worker calling back."""
    if via is Via.SELF:
        if who.person_id is None or who.person_id != served:
            raise NotYourRecord
        return
    if role != "community_worker" or who.person_id is None or interests.touch(who):
        raise CallBackNotAllowed


def require_outside_eye(who: Person, interests: Interests) -> None:
    """Refuse a professional opinion by someone who wrote the plan or works in its team."""
    if who.person_id is None:
        raise PersonUnknown
    if who.person_id in interests.persons:
        raise OwnProject
