"""Identifiers of people and places: resident ID (GB 11643), telephone numbers, 12-digit division codes."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wushe.errors import FieldError

TEST_REGION = "999999"
"""No such region exists; synthetic persons live there."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_ID = re.compile(r"[0-9]{17}[0-9X]")
# GB/T 2260 at the level of provinces. Counties come and go while the numbers issued there stay valid, so no list of
# counties may refuse one. 83 is the residence permit of Taiwan's residents.
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_EARLIEST = date(1900, 1, 1)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)-?(\d{7,8})")


class Sex(StrEnum):
    """As the 17th digit of a resident ID tells it."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class ResidentId:
    """What a valid resident ID says about its holder."""

    number: str
    region: str
    born: date
    sex: Sex


def check_digit(body: str) -> str:
    """The 18th character for the first seventeen digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def read_id(text: str, *, today: date, test_region_allowed: bool) -> ResidentId | FieldError:
    """Read a resident ID, or say what is wrong with it: form, region, date, check digit."""
    number = re.sub(r"[\s-]", "", text).upper()
    if _ID.fullmatch(number) is None:
        return _wrong_id("MALFORMED", "身份证号为 18 位，最后一位可以是 X", "An ID has 18 digits, the last may be X")
    if not _known_region(number[:6], test_region_allowed=test_region_allowed):
        return _wrong_id("UNKNOWN_REGION", "身份证号的地区码不存在", "The ID names a region that does not exist")
    born = _birth_date(number[6:14])
    if born is None or not _EARLIEST <= born <= today:
        return _wrong_id("BAD_DATE", "身份证号中的出生日期不正确", "The birth date in the ID is not possible")
    if check_digit(number[:17]) != number[17]:
        return _wrong_id("CHECKSUM", "身份证号的校验位不正确，请核对", "The last character of the ID is wrong")
    return ResidentId(number, number[:6], born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _known_region(region: str, *, test_region_allowed: bool) -> bool:
    return test_region_allowed if region == TEST_REGION else _PROVINCES.fullmatch(region[:2]) is not None


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _wrong_id(code: str, zh: str, en: str) -> FieldError:
    return FieldError("/identity/id_number", code, f"{zh}。", f"{en}.")


def read_phone(text: str) -> str | FieldError:
    """A telephone number in one spelling: a mobile without country code, or area code and number of a landline."""
    plain = re.sub(r"[\s()（）]", "", text)
    mobile = re.sub(r"^(?:\+?86|0086)-?", "", plain).replace("-", "")
    if _MOBILE.fullmatch(mobile):
        return mobile
    landline = _LANDLINE.fullmatch(plain)
    if landline:
        return f"{landline[1]}-{landline[2]}"
    return FieldError(
        "/identity/phone",
        "MALFORMED",
        "电话须为 11 位手机号，或带区号的座机号。",
        "A telephone number is a mobile of 11 digits, or a landline with its area code.",
    )


class DivisionLevel(StrEnum):
    """How far down a 12-digit code reaches."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMUNITY = "community"


class TownshipKind(StrEnum):
    """What digits 7 to 9 say by GB/T 10114; names say otherwise often enough that none is judged by its name."""

    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DivisionParts:
    """A 12-digit code taken apart."""

    level: DivisionLevel
    township: TownshipKind | None


_LEVELS = (
    (2, DivisionLevel.PROVINCE),
    (4, DivisionLevel.PREFECTURE),
    (6, DivisionLevel.COUNTY),
    (9, DivisionLevel.TOWNSHIP),
    (12, DivisionLevel.COMMUNITY),
)


def read_division(code: str) -> DivisionParts | None:
    """The level of a 12-digit code, and the kind of its township by number; None for what is no code."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()) or code[:2] == "00":
        return None
    level = next(level for digits, level in _LEVELS if set(code[digits:]) <= {"0"})
    below = level in (DivisionLevel.TOWNSHIP, DivisionLevel.COMMUNITY)
    return DivisionParts(level, _township(int(code[6:9])) if below else None)


def _township(number: int) -> TownshipKind:
    if number < 100:
        return TownshipKind.STREET
    if number < 200:
        return TownshipKind.TOWN
    return TownshipKind.TOWNSHIP if number < 400 else TownshipKind.OTHER
