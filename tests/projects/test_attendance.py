"""Places, minutes, times and the number that stands for all confirmed records."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.projects.domain.attendance import (
    AttendanceBeforeStart,
    AttendanceTooEarly,
    CapacityExceeded,
    CheckInClosed,
    Presence,
    Window,
    record_digest,
    require_begun,
    require_check_in_open,
    require_place,
    require_presences,
    require_window,
    require_within_work,
)
from wushe.errors import InvalidInput

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MORNING = Window(NINE, NINE + timedelta(hours=2))
ANNA, BEN = UUID(int=1), UUID(int=2)


def test_the_last_place_is_a_place():
    require_place(capacity=30, taken=29)
    with pytest.raises(CapacityExceeded):
        require_place(capacity=30, taken=30)
    with pytest.raises(CapacityExceeded):
        require_place(capacity=30, taken=28, wanted=3)


def test_the_work_begins_before_its_first_activity():
    require_within_work(MORNING, NINE)
    with pytest.raises(AttendanceBeforeStart):
        require_within_work(MORNING, NINE + MINUTE)


def test_what_ends_at_ten_does_not_meet_what_begins_at_ten():
    assert MORNING.meets(Window(NINE + timedelta(hours=1), NINE + timedelta(hours=3)))
    assert not MORNING.meets(Window(MORNING.ends_at, MORNING.ends_at + MINUTE))


@pytest.mark.parametrize("length", [timedelta(0), -MINUTE, timedelta(days=1, seconds=1)])
def test_an_activity_ends_after_it_begins_and_within_a_day(length):
    with pytest.raises(InvalidInput):
        require_window(Window(NINE, NINE + length))


def test_nobody_attended_what_has_not_begun():
    require_begun(MORNING, NINE)
    with pytest.raises(AttendanceTooEarly):
        require_begun(MORNING, NINE - MINUTE)


def test_check_in_is_open_around_the_activity():
    for moment in (NINE - 60 * MINUTE, NINE, MORNING.ends_at + 60 * MINUTE):
        require_check_in_open(MORNING, moment, margin_minutes=60)
    for moment in (NINE - 61 * MINUTE, MORNING.ends_at + 61 * MINUTE):
        with pytest.raises(CheckInClosed):
            require_check_in_open(MORNING, moment, margin_minutes=60)


def test_minutes_lie_within_the_activity():
    require_presences([Presence(ANNA, 1), Presence(BEN, 120)], MORNING)


@pytest.mark.parametrize(
    ("presences", "pointer"),
    [
        ([Presence(ANNA, 0)], "/persons/0/minutes"),
        ([Presence(ANNA, 60), Presence(BEN, 121)], "/persons/1/minutes"),
        ([Presence(ANNA, 60), Presence(ANNA, 60)], "/persons/1/person_id"),
    ],
)
def test_impossible_presences_are_named(presences, pointer):
    with pytest.raises(InvalidInput) as refusal:
        require_presences(presences, MORNING)
    assert [error.pointer for error in refusal.value.errors] == [pointer]


def test_the_digest_does_not_depend_on_the_order():
    one, two = UUID(int=1), UUID(int=2)
    expected = hashlib.sha256(f"{one}\n{two}".encode()).hexdigest()
    assert record_digest([two, one]) == record_digest([one, two]) == expected
    assert record_digest([]) == hashlib.sha256(b"").hexdigest()
