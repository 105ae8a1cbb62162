"""Worked examples of GB 32100-2015 and GB 11714."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import uscc


@pytest.mark.parametrize(
    ("body", "check"),
    [("91350100M000100Y4", "3"), ("11320000MB151840X", "J"), ("91999999MATY00019", "Y")],
)
def test_check_character_of_the_worked_examples(body, check):
    assert uscc.check_character(body) == check


@pytest.mark.parametrize(("body", "check"), [("M000100Y", "4"), ("MB151840", "X")])
def test_organisation_part_has_its_own_value_table(body, check):
    assert uscc.organisation_check(body) == check


def test_the_often_copied_wrong_check_character_is_refused():
    verdict = uscc.examine("91350100M000100Y4Z", test_region_allowed=False)
    assert [error.code for error in verdict.errors] == ["MALFORMED"]
    verdict = uscc.examine("91350100M000100Y4W", test_region_allowed=False)
    assert [error.code for error in verdict.errors] == ["CHECKSUM"]


def test_a_valid_code_has_neither_errors_nor_warnings():
    assert uscc.examine("91350100M000100Y43", test_region_allowed=False) == uscc.Verdict()


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100m000100y43", "9135010OM000100Y43", "9" * 19])
def test_other_lengths_and_letters_are_malformed(code):
    assert [error.code for error in uscc.examine(code, test_region_allowed=True).errors] == ["MALFORMED"]


def test_the_test_region_is_a_switch():
    assert uscc.examine("91999999MATY00019Y", test_region_allowed=True).errors == ()
    refused = uscc.examine("91999999MATY00019Y", test_region_allowed=False)
    assert [error.code for error in refused.errors] == ["TEST_REGION"]


def test_a_wrong_organisation_part_is_only_a_warning():
    body = "91350100M000100Y5"
    verdict = uscc.examine(body + uscc.check_character(body), test_region_allowed=False)
    assert verdict.errors == ()
    assert verdict.warnings == ("ORGANISATION_PART",)


@given(st.text(alphabet=uscc.ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
def test_any_single_mistyped_character_is_found(body, place, other):
    code = body + uscc.check_character(body)
    mistyped = code[:place] + other + code[place + 1 :]
    errors = uscc.examine(mistyped, test_region_allowed=True).errors
    assert bool(errors) == (mistyped != code)
