"""Occupying people, places, things and stock: what excludes what, and when somebody is free again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum

from wushe.errors import FieldError, InvalidInput, Refusal

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Availability is a matter of local days and evenings; China has one zone and no summer time."""
EVENING = time(18)


class Kind(StrEnum):
    """What can be asked for: the five kinds of resource, and people's time."""

    GOODS = "goods"
    FUNDS = "funds"
    TECHNOLOGY = "technology"
    SERVICE = "service"
    FACILITY = "facility"
    VOLUNTEER = "volunteer"


COUNTED = frozenset({Kind.GOODS, Kind.FUNDS})
"""Kinds that are always stock: a quantity runs out, time does not matter."""


class Slot(StrEnum):
    """The parts of a week a volunteer can give."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    EVENING = "evening"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of time, ``start`` included and ``end`` not."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether both contain a common instant."""
        return self.start < other.end and other.start < self.end

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start


class AlreadyBooked(Refusal):
    """Somebody else has the person, place or thing at that time."""

    zh = "该时段已被预约（{taken_from} 至 {taken_until}）；之后最早从 {next_free} 起空闲。"
    en = "Already booked from {taken_from} until {taken_until}; free again from {next_free}."
    toast = "时段已被预约"


class StockInsufficient(Refusal):
    """Less is left than was asked for."""

    zh = "余量不足：还剩 {left}，需要 {wanted}。"
    en = "Only {left} left, {wanted} wanted."
    toast = "余量不足"


class QuantityExceeded(Refusal):
    """More than is still open."""

    zh = "数量超出：尚需 {outstanding}，提交了 {quantity}。"
    en = "{quantity} exceeds the {outstanding} still outstanding."
    toast = "数量超出"


def counted(kind: Kind, quantity: int | None) -> bool:
    """Whether a resource is stock that is counted down, rather than one thing occupied for a time."""
    return kind in COUNTED or (quantity is not None and kind is not Kind.FACILITY)


def check_listing(kind: Kind, quantity: int | None) -> None:
    """Goods and money need a quantity; a facility is one place and has none."""
    if kind in COUNTED and not quantity:
        raise InvalidInput(errors=[FieldError("/quantity", "REQUIRED", "请填写数量。", "A quantity is required.")])
    if kind is Kind.FACILITY and quantity is not None:
        message = ("场地按时段预约，不填数量。", "A facility is booked by time and has no quantity.")
        raise InvalidInput(errors=[FieldError("/quantity", "NOT_COUNTED", *message)])


def check_times(kind: Kind, starts_at: datetime | None, ends_at: datetime | None) -> Period | None:
    """The period asked for; people, places and services need one, for goods and money it may be absent."""
    if starts_at is None and ends_at is None and kind in COUNTED:
        return None
    if starts_at is None or ends_at is None:
        pointer = "/starts_at" if starts_at is None else "/ends_at"
        raise InvalidInput(errors=[FieldError(pointer, "REQUIRED", "请填写起止时间。", "Both times are required.")])
    if ends_at <= starts_at:
        message = ("结束时间必须晚于开始时间。", "The end must be later than the start.")
        raise InvalidInput(errors=[FieldError("/ends_at", "NOT_AFTER_START", *message)])
    return Period(starts_at.astimezone(UTC), ends_at.astimezone(UTC))


def slots(period: Period) -> frozenset[Slot]:
    """The parts of the week a period touches, in local time; a weekend evening counts as weekend."""
    found, day = set(), period.start.astimezone(LOCAL)
    end = period.end.astimezone(LOCAL)
    while day < end:
        midnight = datetime.combine(day.date() + timedelta(days=1), time(), LOCAL)
        found |= _slots_of_day(day, min(end, midnight))
        day = midnight
    return frozenset(found)


def _slots_of_day(start: datetime, end: datetime) -> set[Slot]:
    if start.weekday() >= 5:
        return {Slot.WEEKEND}
    evening = datetime.combine(start.date(), EVENING, LOCAL)
    touched = {Slot.WEEKDAY: start < evening, Slot.EVENING: end > evening}
    return {slot for slot, is_touched in touched.items() if is_touched}


def next_free(busy: Iterable[Period], wanted: Period) -> datetime:
    """The earliest start, not before the wanted one, at which the whole length is free."""
    start = wanted.start
    for taken in sorted(busy):
        if taken.start >= start + wanted.length:
            break
        start = max(start, taken.end)
    return start


def already_booked(busy: Iterable[Period], wanted: Period) -> AlreadyBooked:
    """The refusal that names the conflict and the next free start."""
    periods = sorted(busy)
    conflict = next((taken for taken in periods if taken.overlaps(wanted)), wanted)
    free = next_free(periods or [wanted], wanted)
    return AlreadyBooked(taken_from=conflict.start, taken_until=conflict.end, next_free=free)


def check_stock(quantity: int, *, left: int) -> None:
    """Refuse more than there is left."""
    if quantity > left:
        raise StockInsufficient(left=left, wanted=quantity)


def check_outstanding(quantity: int, *, outstanding: int) -> None:
    """Refuse more than is still missing."""
    if quantity > outstanding:
        raise QuantityExceeded(outstanding=outstanding, quantity=quantity)
