"""The unified social credit code, GB 32100-2015, and the organisation part inside it, GB 11714."""

from dataclasses import dataclass

from wushe.errors import FieldError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TEST_REGION = "999999"
LENGTH = 18

_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a code's characters tell: errors forbid it, warnings are shown to whoever verifies the provider."""

    errors: tuple[FieldError, ...] = ()
    warnings: tuple[str, ...] = ()


def check_character(body: str) -> str:
    """The 18th character for the first seventeen."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """The check character for the eight characters of an organisation code; letters count from A = 10."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def examine(code: str, *, test_region_allowed: bool) -> Verdict:
    """Judge a code by length, alphabet, checksum and region; a wrong organisation part is only a warning."""
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return Verdict(errors=(_malformed(),))
    if check_character(code[:-1]) != code[-1]:
        return Verdict(errors=(_mistyped(),))
    if code[2:8] == TEST_REGION and not test_region_allowed:
        return Verdict(errors=(_nowhere(),))
    sound = organisation_check(code[8:16]) == code[16]
    return Verdict(warnings=() if sound else ("ORGANISATION_PART",))


def _malformed() -> FieldError:
    return FieldError(
        pointer="/uscc",
        code="MALFORMED",
        zh="统一社会信用代码为 18 位数字和大写字母，不含 I、O、Z、S、V。",
        en="A unified social credit code has 18 digits and capital letters without I, O, Z, S and V.",
    )


def _mistyped() -> FieldError:
    return FieldError(
        pointer="/uscc",
        code="CHECKSUM",
        zh="统一社会信用代码的校验位不正确，请核对。",
        en="The check character of the unified social credit code is wrong.",
    )


def _nowhere() -> FieldError:
    return FieldError(
        pointer="/uscc",
        code="TEST_REGION",
        zh="行政区划 999999 只用于测试。",
        en="Region 999999 exists for tests only.",
    )
