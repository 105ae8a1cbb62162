"""What is known of a person in danger, and whether the law makes us report it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.needs.domain import danger
from services.needs.domain.codes import AgeBand
from wushe.errors import Refusal

RAISED = "raised_by_person"
"""The kind of what no word of the net named: a button was pressed, or a reader saw it."""


class CrisisOrigin(StrEnum):
    """How a ticket came to be."""

    NEED = "need"
    TRIAGE = "triage"
    VISIT = "visit"
    BUTTON = "button"
    SERVICE = "service"


class CrisisOutcome(StrEnum):
    """How the matter stood when somebody closed it."""

    SAFE = "safe"
    HOSPITAL = "hospital"
    POLICE = "police"
    HANDED_OVER = "handed_over"
    FALSE_ALARM = "false_alarm"


class Authority(StrEnum):
    """To whom a mandatory report was made."""

    POLICE = "police"
    CIVIL_AFFAIRS = "civil_affairs"
    EDUCATION = "education"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Danger somebody told of: where, what, who may be in it, who told; the words stay with whoever holds them."""

    division: str
    origin: CrisisOrigin
    kinds: tuple[str, ...]
    words: str = ""
    """Read to tell whether the law applies, and not kept."""
    note: str | None = None
    need_id: UUID | None = None
    subject: str | None = None
    """The object of another service this is about: ``measurements/0198…``."""
    resident_id: UUID | None = None
    """The person in danger, where the one who told is somebody else or speaks of themselves."""
    age_band: AgeBand | None = None
    groups: Sequence[str] = ()
    place: str | None = None
    reporter: UUID | None = None


def must_report(alarm: Alarm, rule: Mapping[str, Any]) -> bool:
    """Whether the finder has to report: violence against a child or a person who cannot act for themselves.

    反家庭暴力法 14, 未成年人保护法 11. Recall first: words that only may speak of such a person are enough, a person
    decides. ``rule`` is the row ``crisis_reporting``.
    """
    if not set(alarm.kinds).isdisjoint(rule["always"]):
        return True
    if set(alarm.kinds).isdisjoint(rule["kinds"]):
        return False
    minor = alarm.age_band in (AgeBand.UNDER_14, AgeBand.FROM_14)
    return minor or not set(alarm.groups).isdisjoint(rule["groups"]) or _speaks_of(alarm.words, rule["words"])


def _speaks_of(words: str, patterns: Iterable[str]) -> bool:
    return bool(danger.read(words, [{"kind": "", "patterns": list(patterns), "lines": []}], []).kinds)


class ReportMissing(Refusal):
    """What must be reported is not closed before the receipt is on record (反家庭暴力法 14, 未成年人保护法 11)."""

    zh = "此事依法须报告，请先登记向哪个部门报告、时间和回执编号；确不须报告的，由督导或街道写明理由。"
    en = "The law asks for a report: enter authority, time and reference first, or let a supervisor say why not."
    toast = "请先登记报告"


WAIVERS = frozenset({"supervisor", "street_officer", "civil_affairs"})
"""Who may say that a report is not owed after all; never the worker who would have to make it."""


def require_report(*, owed: bool, made: bool, waived: bool) -> None:
    """Refuse to close what is owed a report and has neither receipt nor reason."""
    if owed and not made and not waived:
        raise ReportMissing


def kinds_of(found: Collection[str]) -> tuple[str, ...]:
    """The kinds of danger, or the one that says a person saw it."""
    return tuple(found) or (RAISED,)
