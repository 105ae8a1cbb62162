"""Time that counts: weekends, the holidays of a year with their make-up days, and no clock that is put forward."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.working_time import Calendar, after, between
from wushe.errors import CHINA

# The National Day week of 2026: seven days off, and two weekend days worked in exchange.
CALENDAR = Calendar.read([*(f"2026-10-0{day}" for day in range(1, 8)), "2027-01-01"], ["2026-09-20", "2026-10-10"])
HOURS = st.integers(0, 24 * 40).map(lambda hours: timedelta(hours=hours))
MINUTES = st.integers(0, 180 * 24 * 60)
STARTS = MINUTES.map(lambda minutes: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-25T10:00", 24, "2026-11-26T10:00"),
        ("2026-11-27T15:00", 24, "2026-11-30T15:00"),  # over a weekend
        ("2026-11-28T09:00", 8, "2026-11-30T08:00"),  # begun on a Saturday: Monday's first eight hours
        ("2026-09-30T16:00", 24, "2026-10-08T16:00"),  # over National Day week
        ("2026-10-03T12:00", 1, "2026-10-08T01:00"),  # begun within it
        ("2026-10-09T20:00", 8, "2026-10-10T04:00"),  # a Saturday worked in exchange
        ("2026-09-19T12:00", 12, "2026-09-20T12:00"),  # a Sunday worked in exchange
        ("2026-12-31T18:00", 12, "2027-01-04T06:00"),  # over the turn of the year
        ("2026-11-27T00:00", 24, "2026-11-28T00:00"),  # the last instant of a Friday
        ("2026-11-27T15:00", 0, "2026-11-27T15:00"),
    ],
)
def test_hours_run_on_working_days_alone(start, hours, due):
    assert after(china(start), timedelta(hours=hours), CALENDAR) == china(due)


def test_a_day_begins_at_midnight_in_china_whatever_the_clock_is_kept_in():
    friday_evening = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)  # 23:59 in China
    found = after(friday_evening, timedelta(minutes=2), CALENDAR)
    assert (found, found.tzinfo) == (datetime(2026, 11, 29, 16, 1, tzinfo=UTC), UTC)


def test_what_cannot_wait_runs_through_the_night_and_the_holidays():
    always = Calendar.read([], [], around_the_clock=True)
    assert after(china("2026-10-01T02:00"), timedelta(hours=24), always) == china("2026-10-02T02:00")


@given(STARTS, HOURS, HOURS)
def test_in_two_steps_it_is_as_late_as_in_one(start, first, second):
    assert after(after(start, first, CALENDAR), second, CALENDAR) == after(start, first + second, CALENDAR)


@given(STARTS, HOURS)
def test_what_was_added_is_what_counted(start, hours):
    assert between(start, after(start, hours, CALENDAR), CALENDAR) == hours


@given(STARTS, HOURS, HOURS)
def test_later_is_never_sooner(start, few, more):
    assert after(start, min(few, more), CALENDAR) <= after(start, max(few, more), CALENDAR)


@given(STARTS, HOURS)
def test_on_a_calendar_without_free_days_a_day_has_its_hours(start, hours):
    every = Calendar(working=frozenset(date(2026, 7, 1) + timedelta(days=day) for day in range(400)))
    assert after(start, hours, every) == start + hours


def test_nothing_counts_backwards():
    assert between(china("2026-11-26T10:00"), china("2026-11-25T10:00"), CALENDAR) == timedelta(0)
