"""服务谁、谁评价: who stands on the roster, and who may not judge (E1, E2)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from wushe.errors import Refusal


class RecordState(StrEnum):
    """A service record counts once the person did not deny it and somebody confirmed it."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Conflict(StrEnum):
    """Why a served person is kept out of the main score (E2); ``interest`` was declared by projects."""

    AUTHOR = "author"
    TEAM = "team"
    APPROVER = "approver"
    INTEREST = "interest"


class NotServed(Refusal):
    """Only a person on the frozen roster scores (E1)."""

    status = 403
    zh = "您没有参加过该项目的服务，不能评价。"
    en = "You were not served by this project, so you cannot evaluate it."
    toast = "不能评价"


class ConflictOfInterest(Refusal):
    """Authors of the plan, its team and its approvers do not score it (E2)."""

    status = 403
    zh = "您参与了该项目的策划、实施或审批，不能参加服务对象评价。"
    en = "You took part in planning, delivering or approving this project, so you cannot evaluate it."
    toast = "需要回避"


class OwnProject(Refusal):
    """Nobody freezes, settles or finalises the evaluation of their own work."""

    status = 403
    zh = "这是您本人参与的项目，需由他人办理。"
    en = "You have a part in this project; somebody else has to do this."
    toast = "需要回避"


class PersonUnknown(Refusal):
    """Own projects are recognised by person; an account without a person cannot be shown to be someone else."""

    status = 403
    zh = "您的账号尚未关联到本人，不能办理此事项。"
    en = "Your account is not tied to a person, so it cannot do this."
    toast = "请先关联本人"


SPEAK_FOR_THEMSELVES = frozenset({"resident", "guardian"})
"""Roles whom a roster admits wherever they live."""


@dataclass(frozen=True, slots=True)
class Record:
    """One service record as projects announced it."""

    record_id: UUID
    person_id: UUID
    state: RecordState


@dataclass(frozen=True, slots=True)
class Entry:
    """One person on the roster; with a conflict they are flagged and hold no credential."""

    person_id: UUID
    conflict: Conflict | None


def confirmed(records: Iterable[Record]) -> list[Record]:
    """The records nobody denied and somebody confirmed."""
    return [record for record in records if record.state is RecordState.CONFIRMED]


def digest(records: Iterable[Record]) -> str:
    """SHA-256 over the sorted ids of confirmed records, one a line, as project.completed carries it."""
    return hashlib.sha256("\n".join(sorted(str(each.record_id) for each in confirmed(records))).encode()).hexdigest()


def complete(records: Iterable[Record], *, count: int, expected: str) -> bool:
    """Whether our copy of the records is the one projects counted."""
    counted = confirmed(records)
    return len(counted) == count and digest(counted) == expected


def build(records: Iterable[Record], conflicts: Mapping[UUID, Conflict]) -> list[Entry]:
    """The roster: each person with a confirmed record once, in an order that says nothing."""
    persons = sorted({record.person_id for record in confirmed(records)}, key=_shuffled)
    return [Entry(person, conflicts.get(person)) for person in persons]


def stakeholders(
    *, author: UUID | None, team: Iterable[UUID], approvers: Iterable[UUID], interested: Iterable[UUID] = ()
) -> dict[UUID, Conflict]:
    """Who has a part in the project, with the strongest reason."""
    found = dict.fromkeys(interested, Conflict.INTEREST) | dict.fromkeys(approvers, Conflict.APPROVER)
    return found | dict.fromkeys(team, Conflict.TEAM) | ({author: Conflict.AUTHOR} if author else {})


def admit(entry: Entry | None) -> Entry:
    """The entry of someone who may score, or NotServed, or ConflictOfInterest."""
    if entry is None:
        raise NotServed
    if entry.conflict is not None:
        raise ConflictOfInterest
    return entry


def identified(person: UUID | None) -> UUID:
    """The person behind an account, or PersonUnknown."""
    if person is None:
        raise PersonUnknown
    return person


def keep_out(person: UUID | None, involved: Iterable[UUID | None]) -> None:
    """Raise OwnProject when the person has a part in the work, and PersonUnknown when nobody can tell."""
    if identified(person) in set(involved):
        raise OwnProject


def _shuffled(person: UUID) -> bytes:
    return hashlib.sha256(person.bytes).digest()
