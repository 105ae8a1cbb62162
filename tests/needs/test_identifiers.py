"""The worked examples of identifiers: GB 11643, telephone numbers, division codes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.identifiers import (
    DivisionLevel,
    DivisionParts,
    ResidentId,
    Sex,
    TownshipKind,
    check_digit,
    read_division,
    read_id,
    read_phone,
)

TODAY = date(2026, 11, 30)


def read(number, *, test=False):
    return read_id(number, today=TODAY, test_region_allowed=test)


@pytest.mark.parametrize(("body", "check"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_check_digit_of_the_worked_examples(body, check):
    assert check_digit(body) == check


@pytest.mark.parametrize("text", ["11010519491231002X", "11010519491231002x", " 110105 19491231 002X "])
def test_a_valid_id_tells_region_birth_and_sex(text):
    assert read(text) == ResidentId("11010519491231002X", "110105", date(1949, 12, 31), Sex.FEMALE)


def test_an_odd_seventeenth_digit_is_a_man():
    assert read("110105194912310" + "01" + check_digit("11010519491231001")).sex is Sex.MALE


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "CHECKSUM"),
        ("110105194902310021", "BAD_DATE"),
        ("19490231", "MALFORMED"),
        ("11010519491231002", "MALFORMED"),
        ("11010519491231002Y", "MALFORMED"),
        ("44052418800101001" + "4", "BAD_DATE"),
        ("11010520261201001" + check_digit("11010520261201001"), "BAD_DATE"),
        ("98010519491231002" + check_digit("98010519491231002"), "UNKNOWN_REGION"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "MALFORMED"),
    ],
)
def test_what_is_no_id(number, code):
    found = read(number)
    assert (found.code, found.pointer) == (code, "/identity/id_number")
    assert number not in found.zh + found.en


def test_born_today_is_not_in_the_future():
    body = "11010520261130001"
    assert read(body + check_digit(body)).born == TODAY


def test_the_test_region_is_a_switch():
    assert read("999999199001010016", test=True).born == date(1990, 1, 1)
    assert read("999999199001010016").code == "UNKNOWN_REGION"


@given(st.integers(0, 16), st.integers(0, 9))
def test_any_single_mistyped_digit_is_found(place, digit):
    body = "11010519491231002"
    mistyped = body[:place] + str(digit) + body[place + 1 :] + "X"
    assert isinstance(read(mistyped), ResidentId) == (mistyped == body + "X")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("86-138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("16600000000", "16600000000"),
        ("19300000000", "19300000000"),
        ("0595-22345678", "0595-22345678"),
        ("059522345678", "0595-22345678"),
        ("(010) 62345678", "010-62345678"),
    ],
)
def test_telephone_numbers_have_one_spelling(text, number):
    assert read_phone(text) == number


@pytest.mark.parametrize("text", ["12812345678", "1381234567", "138123456789", "22345678", "电话", "", "0595-223"])
def test_what_is_no_telephone_number(text):
    assert read_phone(text).code == "MALFORMED"


@pytest.mark.parametrize(
    ("code", "level", "township"),
    [
        ("350000000000", DivisionLevel.PROVINCE, None),
        ("350500000000", DivisionLevel.PREFECTURE, None),
        ("350502000000", DivisionLevel.COUNTY, None),
        ("350502001000", DivisionLevel.TOWNSHIP, TownshipKind.STREET),
        ("350502001001", DivisionLevel.COMMUNITY, TownshipKind.STREET),
        ("350502100201", DivisionLevel.COMMUNITY, TownshipKind.TOWN),
        ("350502200201", DivisionLevel.COMMUNITY, TownshipKind.TOWNSHIP),
        ("350502400001", DivisionLevel.COMMUNITY, TownshipKind.OTHER),
    ],
)
def test_a_division_code_tells_its_level_and_the_kind_of_its_township(code, level, township):
    assert read_division(code) == DivisionParts(level, township)


@pytest.mark.parametrize(
    "code", ["", "350502", "3505020010011", "35050200100X", "000000000000", "３５０５０２００１００１"]
)
def test_what_is_no_division_code(code):
    assert read_division(code) is None
