"""What occupies what, and when it is free again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import booking
from services.resources.domain.booking import Kind, Period, Slot
from wushe.errors import InvalidInput


def at(hour: float, day: int = 7) -> datetime:
    """An hour of a local day; 7 December 2026 is a Monday."""
    return datetime(2026, 12, day, tzinfo=booking.LOCAL) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("kind", "quantity", "counted"),
    [
        (Kind.GOODS, 5, True),
        (Kind.FUNDS, 100, True),
        (Kind.SERVICE, 5, True),
        (Kind.SERVICE, None, False),
        (Kind.TECHNOLOGY, None, False),
        (Kind.FACILITY, None, False),
    ],
)
def test_stock_is_counted_and_things_are_occupied(kind, quantity, counted):
    assert booking.counted(kind, quantity) is counted


@pytest.mark.parametrize(
    ("kind", "quantity", "code"),
    [(Kind.GOODS, None, "REQUIRED"), (Kind.FUNDS, 0, "REQUIRED"), (Kind.FACILITY, 3, "NOT_COUNTED")],
)
def test_a_listing_names_its_quantity_exactly_when_it_is_counted(kind, quantity, code):
    with pytest.raises(InvalidInput) as refused:
        booking.check_listing(kind, quantity)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/quantity", code)]


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.TECHNOLOGY, Kind.FACILITY])
def test_services_and_places_may_be_listed_without_a_quantity(kind):
    booking.check_listing(kind, None)


def test_goods_need_no_time_but_people_do():
    assert booking.check_times(Kind.GOODS, None, None) is None
    with pytest.raises(InvalidInput) as refused:
        booking.check_times(Kind.VOLUNTEER, None, None)
    assert refused.value.errors[0].pointer == "/starts_at"


@pytest.mark.parametrize(
    ("starts", "ends", "pointer"), [(at(9), None, "/ends_at"), (None, at(9), "/starts_at"), (at(9), at(9), "/ends_at")]
)
def test_a_half_or_empty_period_names_the_field(starts, ends, pointer):
    with pytest.raises(InvalidInput) as refused:
        booking.check_times(Kind.GOODS, starts, ends)
    assert refused.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (at(9), at(11), {Slot.WEEKDAY}),
        (at(18), at(20), {Slot.EVENING}),
        (at(17), at(19), {Slot.WEEKDAY, Slot.EVENING}),
        (at(9, 12), at(20, 12), {Slot.WEEKEND}),
        (at(19, 11), at(9, 12), {Slot.EVENING, Slot.WEEKEND}),
        (at(17), at(18), {Slot.WEEKDAY}),
        (at(23), at(24), {Slot.EVENING}),
    ],
)
def test_slots_are_local_days_and_evenings(start, end, expected):
    assert booking.slots(Period(start.astimezone(UTC), end.astimezone(UTC))) == expected


def test_half_open_periods_may_touch():
    assert not Period(at(9), at(10)).overlaps(Period(at(10), at(11)))
    assert Period(at(9), at(10)).overlaps(Period(at(9.5), at(11)))


def test_next_free_skips_gaps_that_are_too_short():
    busy = [Period(at(9), at(10)), Period(at(10.5), at(12)), Period(at(15), at(16))]
    assert booking.next_free(busy, Period(at(9), at(10))) == at(12)


def test_the_refusal_names_conflict_and_next_free_start():
    refusal = booking.already_booked([Period(at(9), at(11))], Period(at(10), at(12)))
    assert refusal.facts == {"taken_from": at(9), "taken_until": at(11), "next_free": at(11)}
    assert refusal.sentence("zh").startswith("该时段已被预约（2026-12-07 09:00 至 2026-12-07 11:00）")
    assert refusal.sentence("en").endswith("free again from 2026-12-07 11:00 (UTC+8).")


def test_a_conflict_out_of_sight_still_gets_a_useful_answer():
    refusal = booking.already_booked([], Period(at(10), at(12)))
    assert refusal.facts["next_free"] == at(12)


hours = st.integers(0, 60)
periods = st.builds(lambda start, length: Period(at(start), at(start + length)), hours, st.integers(1, 6))


@given(st.lists(periods, max_size=8), periods)
def test_next_free_is_free_and_nothing_earlier_is(busy, wanted):
    start = booking.next_free(busy, wanted)
    found = Period(start, start + wanted.length)
    assert not any(taken.overlaps(found) for taken in busy)
    step = wanted.start
    while step < start:
        earlier = Period(step, step + wanted.length)
        assert any(taken.overlaps(earlier) for taken in busy)
        step += timedelta(hours=1)


def test_more_than_is_missing_is_refused():
    booking.check_outstanding(2, outstanding=2)
    with pytest.raises(booking.QuantityExceeded):
        booking.check_outstanding(3, outstanding=2)


def test_more_than_is_left_is_refused():
    booking.check_stock(2, left=2)
    with pytest.raises(booking.StockInsufficient) as refused:
        booking.check_stock(3, left=2)
    assert refused.value.facts == {"left": 2, "wanted": 3}
