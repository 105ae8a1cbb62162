"""Who was there, for how long, and one number that stands for all confirmed records."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from wushe.errors import FieldError, InvalidInput, Refusal


class Method(StrEnum):
    """The three methods of social work."""

    CASE = "case"
    GROUP = "group"
    COMMUNITY = "community"


class CapacityExceeded(Refusal):
    """The activity has no place left."""

    zh = "活动名额已满（共 {capacity} 人）。"
    en = "The activity is full ({capacity} places)."
    toast = "名额已满"


class TimeOverlap(Refusal):
    """One person cannot be at two activities at once."""

    zh = "有 {count} 人在该时段已登记参加其他活动，同一人的时间不能重叠。"
    en = "{count} of these persons are already recorded at another activity during this time."
    toast = "时间重叠"


class AlreadySignedUp(Refusal):
    """One person takes one place."""

    zh = "已经报名，无需重复报名。"
    en = "This person already has a place."
    toast = "已经报名"


class NotSignedUp(Refusal):
    """Only a place that was taken can be given back."""

    zh = "没有报名记录。"
    en = "This person has no place at the activity."
    toast = "尚未报名"


class AlreadyCheckedIn(Refusal):
    """One person checks in once."""

    zh = "已经签到，无需重复签到。"
    en = "This person has already checked in."
    toast = "已经签到"


class AlreadyRecorded(Refusal):
    """One person is recorded once for one activity."""

    zh = "有 {count} 人在本次活动中已登记。"
    en = "{count} of these persons are already recorded for this activity."
    toast = "已经登记"


class AttendanceTooEarly(Refusal):
    """Nobody has attended what has not begun."""

    zh = "活动尚未开始（{starts_at}），不能登记到场。"
    en = "The activity has not begun ({starts_at}); nobody can have attended."
    toast = "活动未开始"


class AttendanceBeforeStart(Refusal):
    """What took place before the work began is not part of it."""

    zh = "该活动早于项目开始实施的时间（{began}），不能登记到场。"
    en = "The activity took place before the project's work began ({began}); it is no part of it."
    toast = "早于项目实施"


class CheckInClosed(Refusal):
    """Check-in is possible around the time of the activity only."""

    zh = "现在不在签到时间内（{opens_at} 至 {closes_at}）。"
    en = "Check-in is open from {opens_at} to {closes_at}."
    toast = "不在签到时间"


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time: what ends at ten does not meet what begins at ten."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes from beginning to end."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    def meets(self, other: "Window") -> bool:
        """Whether the two spans share any moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Presence:
    """One person at an activity, with the minutes actually spent there."""

    person_id: UUID
    minutes: int


def require_window(window: Window) -> None:
    """Refuse an activity that ends before it begins, or lasts longer than a day."""
    if window.ends_at <= window.starts_at:
        raise InvalidInput(errors=[FieldError("/ends_at", "BEFORE_START", "结束必须晚于开始。", "It ends too early.")])
    if window.ends_at - window.starts_at > timedelta(days=1):
        raise InvalidInput(
            errors=[FieldError("/ends_at", "TOO_LONG", "单次活动不能超过一天。", "One activity lasts a day at most.")]
        )


def require_place(*, capacity: int, taken: int, wanted: int = 1) -> None:
    """Refuse more persons than there are places."""
    if taken + wanted > capacity:
        raise CapacityExceeded(capacity=capacity)


def require_begun(window: Window, now: datetime) -> None:
    """Refuse attendance before the activity has begun."""
    if now < window.starts_at:
        raise AttendanceTooEarly(starts_at=window.starts_at)


def require_within_work(window: Window, began: datetime) -> None:
    """Refuse attendance at what took place before the project's work began."""
    if window.starts_at < began:
        raise AttendanceBeforeStart(began=began)


def require_check_in_open(window: Window, now: datetime, *, margin_minutes: int) -> None:
    """Refuse a check-in earlier or later than the margin around the activity."""
    margin = timedelta(minutes=margin_minutes)
    opens_at, closes_at = window.starts_at - margin, window.ends_at + margin
    if not opens_at <= now <= closes_at:
        raise CheckInClosed(opens_at=opens_at, closes_at=closes_at)


def require_presences(presences: Sequence[Presence], window: Window) -> None:
    """Refuse a person named twice, and minutes the activity did not have."""
    errors = list(_presence_faults(presences, window))
    if errors:
        raise InvalidInput(errors=errors)


def _presence_faults(presences: Sequence[Presence], window: Window) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for index, presence in enumerate(presences):
        if presence.person_id in seen:
            yield FieldError(f"/persons/{index}/person_id", "REPEATED", "同一人重复登记。", "This person is repeated.")
        seen.add(presence.person_id)
        if not 1 <= presence.minutes <= window.minutes:
            yield FieldError(
                f"/persons/{index}/minutes",
                "OUT_OF_RANGE",
                f"时长须为 1 至 {window.minutes} 分钟。",
                f"Between 1 and {window.minutes} minutes are possible.",
            )


def record_digest(record_ids: Iterable[UUID]) -> str:
    """SHA-256 over the sorted ids, one per line; two lists agree exactly when their digests do."""
    lines = "\n".join(sorted(str(record_id) for record_id in record_ids))
    return hashlib.sha256(lines.encode()).hexdigest()
