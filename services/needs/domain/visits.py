"""A visit to a resident: when it counts, who may record it, and what somebody's silence at the door rules out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.needs.domain.authorship import CRISIS_READERS
from services.needs.domain.codes import Channel
from wushe.errors import CHINA, FieldError, InvalidInput, Refusal

FIELD_WORKERS = frozenset({"volunteer", "volunteer_leader", "grid_worker"})
"""Roles that go out and see nobody's visits but their own."""
READERS = FIELD_WORKERS | CRISIS_READERS
"""Roles that record and read visits."""
SENT = frozenset({"volunteer", "volunteer_leader"})
"""Roles that go where a survey or a follow-up sends them, and nowhere else."""
AHEAD = timedelta(minutes=5)
"""How far a telephone's clock may be ahead."""
LONGEST = timedelta(hours=24)
ANSWERED = "survey_answer"
"""The kind of danger that was chosen in a questionnaire, and not said in words."""


class VisitOutcome(StrEnum):
    """Who opened the door."""

    REACHED = "reached"
    ABSENT = "absent"
    REFUSED = "refused"


class VisitMethod(StrEnum):
    """How the visit was made."""

    HOME = "home"
    PHONE = "phone"
    STREET = "street"
    STATION = "station"


class SurveyNotOpen(Refusal):
    """A visit counts for a survey from its start to its end, whenever it is sent in."""

    zh = "走访时间不在这次调研的进行期间。"
    en = "This visit was not made while the survey was being carried out."
    toast = "不在调研期间"


class NotOnTheTeam(Refusal):
    """Only the survey's team asks for it."""

    status = 403
    zh = "走访人不在这次调研的团队中。"
    en = "The visitor is not on the team of this survey."
    toast = "不在团队中"


class VisitNotAssigned(Refusal):
    """Volunteers visit where they are sent: for a survey they are on, or a follow-up given to them."""

    status = 403
    zh = "志愿者只记录交给自己的走访，请写明所属的调研或回访任务。"
    en = "Volunteers record the visits they were sent on; name the survey or the follow-up."
    toast = "请写明任务"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when somebody was there."""

    started_at: datetime
    ended_at: datetime

    @property
    def minutes(self) -> int:
        """Begun minutes."""
        return -(-int((self.ended_at - self.started_at).total_seconds()) // 60)


def require_span(span: Span, now: datetime) -> None:
    """Refuse a visit that ends before it begins, lasts longer than a day, or has not happened yet."""
    if not timedelta() <= span.ended_at - span.started_at <= LONGEST:
        raise odd("/ended_at", "OUT_OF_RANGE", "结束时间应在开始之后、24 小时以内。", "Visits end within a day.")
    if span.ended_at > now + AHEAD:
        raise odd("/ended_at", "IN_THE_FUTURE", "走访还没有结束。", "This visit has not ended yet.")


def require_open(span: Span, *, opened_at: datetime | None, closed_at: datetime | None) -> None:
    """Refuse a visit from before the day a survey began or after it ended; when it was sent in does not matter."""
    begun = opened_at is not None and span.started_at.astimezone(CHINA).date() >= opened_at.astimezone(CHINA).date()
    if not begun or (closed_at is not None and span.started_at > closed_at):
        raise SurveyNotOpen


def visitor_of(named: UUID | None, *, role: str, person_id: UUID | None) -> UUID:
    """Who was there: the caller, or whom staff name; whoever only goes out speaks for themselves."""
    found = named or person_id
    if found is None:
        raise odd("/visitor_person_id", "REQUIRED", "请写明走访人。", "Name the visitor.")
    if role in FIELD_WORKERS and found != person_id:
        raise odd("/visitor_person_id", "NOT_ALLOWED", "只能记录本人的走访。", "Record your own visits only.")
    return found


def may_read(*, role: str, person_id: UUID | None, visitor: UUID) -> bool:
    """Whether somebody may read a visit: whoever only goes out their own and no other's."""
    return role in READERS and (role not in FIELD_WORKERS or person_id == visitor)


def require_reached(outcome: VisitOutcome, **said: object) -> None:
    """Refuse answers, needs and notes of service of somebody who was not there or did not want to speak."""
    for name, value in said.items():
        if value and outcome is not VisitOutcome.REACHED:
            raise odd(f"/{name}", "NOT_REACHED", "没有见到人，不填写这一项。", "Leave out: nobody was reached.")


def spoken_channel(channel: Channel, resident_id: UUID | None) -> Channel:
    """Danger that concerns nobody on file came up on the way."""
    return channel if resident_id else Channel.OUTREACH


def odd(pointer: str, code: str, zh: str, en: str) -> InvalidInput:
    """One field that cannot be accepted."""
    return InvalidInput(errors=[FieldError(pointer, code, zh, en)])
