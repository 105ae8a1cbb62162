"""What is read, masked and derived of an identity; groups and contacts over time."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from services.needs.domain.codes import AgeBand, TargetGroup
from services.needs.domain.contact import ContactKind, SafeContact
from services.needs.domain.groups import Period, current, read_periods, replaced, since, write_periods
from services.needs.domain.identity import Identity, age_band, masked, plain, read_identity
from wushe.errors import InvalidInput

TODAY = date(2026, 11, 30)
NUMBER = "999999199001010016"


def read(**given) -> Identity:
    return read_identity(Identity(**given), today=TODAY, test_region_allowed=True)


def test_an_identity_has_one_spelling_and_its_id_tells_the_birthday():
    found = read(name="张小明", phone="+86 138 1234 5678", id_number="999999 19900101 0016")
    assert found == Identity(name="张小明", phone="13812345678", id_number=NUMBER, birth_date=date(1990, 1, 1))
    assert Identity.opened(found.sealed()) == found


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"phone": "123"}, "/identity/phone"),
        ({"id_number": "123"}, "/identity/id_number"),
        ({"id_number": NUMBER, "birth_date": date(1990, 1, 2)}, "/identity/birth_date"),
        ({"birth_date": date(2026, 12, 1)}, "/identity/birth_date"),
    ],
)
def test_what_contradicts_itself_is_named(given, pointer):
    with pytest.raises(InvalidInput) as refused:
        read(**given)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_masks_tell_people_apart_and_find_nobody():
    whole = read(name="欧阳小明", phone="13812345678", id_number=NUMBER, address="海滨社区 3 号楼 501")
    shown = masked(whole, listed=False)
    assert shown == {
        "name": "欧**",
        "phone": "138****5678",
        "id_number": "999999********0016",
        "address": "海滨社区***",
        "birth_date": "1990-**-**",
    }
    assert masked(whole, listed=True)["id_number"] == "9****************6"
    assert masked(read(phone="0595-22345678", address="中山路 1 号"), listed=True) == {
        "name": None,
        "phone": "059****5678",
        "id_number": None,
        "address": "***",
        "birth_date": None,
    }
    assert plain(whole, frozenset({"phone"})) == dict.fromkeys(shown) | {"phone": "13812345678"}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2012, 12, 1), "0-13"),
        (date(2012, 11, 30), "14-17"),
        (date(2008, 11, 30), "18-59"),
        (date(1966, 12, 1), "18-59"),
        (date(1966, 11, 30), "60-79"),
        (date(1946, 11, 30), "80+"),
        (date(2008, 2, 29), "18-59"),
    ],
)
def test_a_birthday_tells_the_band_of_today(born, band):
    assert age_band(Identity(birth_date=born), today=TODAY, declared=AgeBand.FROM_80) == band


def test_without_a_birthday_the_declared_band_stands_and_one_is_needed():
    assert age_band(None, today=TODAY, declared=AgeBand.FROM_60) is AgeBand.FROM_60
    with pytest.raises(InvalidInput):
        age_band(Identity(), today=TODAY, declared=None)


# Groups over time

LOW, OLD = TargetGroup.LOW_INCOME, TargetGroup.ELDERLY


def test_a_group_holds_from_its_first_to_its_last_day():
    year = Period(LOW, date(2026, 1, 1), TODAY)
    assert [year.holds(day) for day in (date(2025, 12, 31), date(2026, 1, 1), TODAY, date(2026, 12, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert current([year, Period(OLD), Period(LOW)], TODAY) == [LOW, OLD]
    assert read_periods(write_periods([year, Period(OLD)]), []) == [year, Period(OLD)]
    assert read_periods(None, ["elderly"]) == [Period(OLD)]


def test_what_is_left_out_ends_yesterday_and_stays_on_record():
    before = [Period(OLD, date(2020, 1, 1)), Period(LOW, date(2021, 1, 1), date(2022, 1, 1))]
    wanted = since(before, [LOW], TODAY)
    after = replaced(before, wanted, TODAY)
    assert after == [Period(OLD, date(2020, 1, 1), date(2026, 11, 29)), before[1], Period(LOW, TODAY)]
    assert current(after, TODAY) == [LOW]
    assert replaced(after, since(after, [LOW], TODAY), TODAY) == after


# Contacts


def at(hour: int) -> datetime:
    return datetime(2026, 11, 30, (hour - 8) % 24, tzinfo=UTC)


def test_whoever_asked_for_nothing_may_be_called_and_texted_but_nobody_leaves_word():
    wish = SafeContact.read(None)
    assert [wish.allows(kind, at(12)) for kind in ContactKind] == [True, True, False]


def test_hours_are_those_of_a_clock_in_china_and_may_go_over_midnight():
    day, night = SafeContact(from_hour=9, to_hour=18), SafeContact(from_hour=22, to_hour=6)
    assert [day.allows(ContactKind.CALL, at(hour)) for hour in (8, 9, 17, 18)] == [False, True, True, False]
    assert [night.allows(ContactKind.CALL, at(hour)) for hour in (21, 22, 5, 6)] == [False, True, True, False]


def test_only_through_somebody_else_means_never_directly():
    wish = SafeContact(via_person_id=uuid4())
    assert not any(wish.allows(kind, at(12)) for kind in ContactKind)
