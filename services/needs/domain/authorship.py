"""Who speaks through a need: the asker, the person it is asked for, and who may read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.needs.domain.codes import (
    AgeBand,
    Channel,
    ConsentMode,
    FileKind,
    InputMode,
    ProxyRelation,
    ServiceField,
    TargetGroup,
    Urgency,
)
from services.needs.domain.coordinates import Located
from services.needs.domain.lifecycle import SHAREABLE, NeedState
from services.needs.domain.moderation import WITHHELD, Moderation
from wushe.errors import FieldError, InvalidInput, Refusal

RESIDENT, GUARDIAN, ANONYMOUS = "resident", "guardian", "anonymous"
FAMILY = frozenset({RESIDENT, GUARDIAN})
"""Who speaks for themselves, or for the child they are the guardian of, and for nobody else."""
CRISIS_READERS = frozenset({"community_worker", "committee", "social_worker", "street_officer"})
"""The roles that answer people in danger; nobody else learns of such a need."""

WITHOUT_WORDS = FAMILY | {"auditor", "society_work_dept"}
"""The roles that learn what others' needs are about, not who asked nor in which words."""
WITHOUT_DRAFTS = FAMILY | {"volunteer", "volunteer_leader", "deliberation_member", "donor"}
"""The roles that read what somebody has confirmed, and no draft."""

WITHOUT_RESIDENT = frozenset({Channel.MEETING, Channel.OUTREACH})
"""Channels through which a worker writes down what nobody in particular asked for."""


class ConsentMissing(Refusal):
    """Every statement names the version of the consent its author gave; only danger goes before it (PIPL 13)."""

    status = 422
    zh = "请先阅读并同意信息处理说明（consent_version）。"
    en = "The version of the consent given (consent_version) is required."
    toast = "请先同意说明"


class GuardianMissing(Refusal):
    """A child under 14 asks through a guardian (PIPL 31)."""

    status = 422
    zh = "不满 14 周岁的儿童提出需求，须先登记监护人。"
    en = "A child under 14 needs a registered guardian before a need is taken down."
    toast = "请登记监护人"


class NotTheAuthor(Refusal):
    """Only the person who asked says what came of it."""

    status = 403
    zh = "只有提出这条需求的居民本人可以进行此操作。"
    en = "Only the resident who raised this need may do this."
    toast = "只限本人操作"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file handed in with a need."""

    file_id: UUID
    kind: FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A statement as it came in."""

    statement: str
    division: str
    channel: Channel
    input: InputMode
    consent_version: str | None = None
    resident_id: UUID | None = None
    place: str | None = None
    place_id: UUID | None = None
    located: Located | None = None
    field: ServiceField | None = None
    target_group: TargetGroup | None = None
    urgency: Urgency | None = None
    proxy_relation: ProxyRelation | None = None
    consent_given: ConsentMode | None = None
    client_ref: str | None = None
    said_at: datetime | None = None
    files: tuple[Attached, ...] = ()
    named_elsewhere: bool = False
    """Another office took it down and knows who called; we may not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The resident a need is asked for, as far as the rules care."""

    resident_id: UUID
    person_id: UUID
    age_band: AgeBand
    guardian_person_id: UUID | None
    by_proxy: bool = False
    """By another resident, as a worker confirmed that they may."""


@dataclass(frozen=True, slots=True)
class Author:
    """Whose need it is: a person who hears of it and judges the outcome, or nobody in particular."""

    person_id: UUID | None
    resident_id: UUID | None
    proxy: bool
    """Somebody else took it down on the person's behalf."""


def author_of(submission: Submission, *, role: str, person_id: UUID | None, asked: Asked | None) -> Author:
    """The author of a statement; a worker names the resident, except for what a meeting or a walk brought up.

    A guardian is the author of what they ask for a child under 14: they hear of it and judge what came of it. What a
    proxy asks is the person's own, who judges it.
    """
    if role == RESIDENT and not (asked and asked.by_proxy):
        if submission.resident_id is not None:
            raise InvalidInput(
                errors=[_field("NOT_ALLOWED", "居民本人提交时不填写。", "Leave out when asking for yourself.")]
            )
        if submission.proxy_relation is not None:
            return Author(person_id, None, proxy=True)  # for somebody who is not on record
        return Author(person_id, asked.resident_id if asked else None, proxy=False)
    if role == ANONYMOUS:
        return Author(None, None, proxy=False)
    if asked is not None:
        return Author(person_id if role == GUARDIAN else asked.person_id, asked.resident_id, proxy=True)
    if submission.resident_id is not None:
        raise InvalidInput(errors=[_field("UNKNOWN", "没有找到这位居民。", "No such resident.")])
    if (submission.named_elsewhere or submission.channel in WITHOUT_RESIDENT) and role != GUARDIAN:
        return Author(None, None, proxy=False)
    raise InvalidInput(errors=[_field("REQUIRED", "代居民提交须写明居民。", "Name the resident you ask for.")])


def _field(code: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer="/resident_id", code=code, zh=zh, en=en)


def in_charge_of(asked: Asked, *, guardian: UUID | None) -> bool:
    """Whether somebody is the registered guardian of a child under 14."""
    return asked.age_band is AgeBand.UNDER_14 and guardian is not None and asked.guardian_person_id == guardian


def require_consent(submission: Submission, *, asked: Asked | None, danger: bool) -> None:
    """Refuse a statement without consent, or of a child without a guardian; danger to life goes first."""
    if danger:
        return
    if not submission.consent_version:
        raise ConsentMissing
    if asked and asked.age_band is AgeBand.UNDER_14 and asked.guardian_person_id is None:
        raise GuardianMissing


def may_read(
    *,
    role: str,
    person_id: UUID | None,
    author: UUID | None,
    state: NeedState,
    danger: bool,
    moderation: Moderation = Moderation.UNCHECKED,
) -> bool:
    """Whether somebody may know of a need: its author always, neighbours once read and harmless, danger few."""
    if person_id is not None and person_id == author:
        return True
    if danger:
        return role in CRISIS_READERS
    return role not in FAMILY or (state in SHAREABLE and moderation not in WITHHELD)


def may_read_statement(*, role: str, person_id: UUID | None, author: UUID | None) -> bool:
    """Whether the words themselves are shown: to their author and to those who work on them, not to neighbours."""
    return role not in WITHOUT_WORDS or (person_id is not None and person_id == author)


def require_author(*, person_id: UUID | None, author: UUID | None) -> None:
    """Refuse everybody but the author."""
    if person_id is None or person_id != author:
        raise NotTheAuthor


class AuthorMayStillAnswer(Refusal):
    """An answered need is closed by its author or by silence; until the day passes, staff wait for a word."""

    zh = "请先等待提出人反馈；{due_on} 之后仍无回音的，方可办结。"
    en = "Its author may still say what came of it; without a word it may be closed after {due_on}."
    toast = "等待本人反馈"


def closes_silently(
    *, role: str, person_id: UUID | None, author: UUID | None, due_at: datetime | None, now: datetime
) -> bool:
    """Whether a close counts as silence: the author's own never does, staff may note it once the day has passed."""
    if role in FAMILY or (person_id is not None and person_id == author):
        require_author(person_id=person_id, author=author)
        return False
    if due_at is not None and now < due_at:
        raise AuthorMayStillAnswer(due_on=f"{due_at:%Y-%m-%d}")
    return True


class ReopenWindowPassed(Refusal):
    """After the window a new need is the honest record."""

    zh = "该需求已于 {closed_at} 关闭，超过 {days} 天，请重新提交一条需求。"
    en = "This need was closed on {closed_at}, more than {days} days ago; please submit a new one."
    toast = "请重新提交"


def require_reopenable(*, closed_at: datetime | None, now: datetime, days: int) -> None:
    """Refuse to reopen what was closed longer ago than the window."""
    if closed_at is not None and (now - closed_at).days >= days:
        raise ReopenWindowPassed(closed_at=f"{closed_at:%Y-%m-%d}", days=days)
