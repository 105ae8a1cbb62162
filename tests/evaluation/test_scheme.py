"""A scheme that may be frozen, and every reason why it may not."""

from dataclasses import replace

import pytest

from services.evaluation.domain import scheme as schemes
from wushe.errors import InvalidInput


def refused(scheme: schemes.Scheme) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as found:
        schemes.check(scheme, resident_floor=60)
    return {(error.pointer, error.code) for error in found.value.errors}


def test_the_template_is_acceptable_and_survives_storage():
    schemes.check(schemes.DEFAULT, resident_floor=60)
    stored = schemes.as_json(schemes.DEFAULT)
    assert schemes.as_json(schemes.from_json(stored)) == stored
    assert schemes.from_json(stored).grades[2].factor == schemes.GRADES[2].factor


def test_the_fingerprint_follows_the_meaning_not_the_order_of_keys():
    stored = schemes.as_json(schemes.DEFAULT)
    assert schemes.fingerprint(stored) == schemes.fingerprint(dict(reversed(stored.items())))
    assert schemes.fingerprint(stored) != schemes.fingerprint(stored | {"missing": "no_composite"})


def test_a_scheme_may_do_without_a_composite():
    schemes.check(replace(schemes.DEFAULT, weights=None), resident_floor=60)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"items": schemes.ITEMS[:6]}, "/ballot_items", "REQUIRED"),
        ({"items": schemes.ITEMS[6:]}, "/ballot_items", "REQUIRED"),
        ({"items": [*schemes.ITEMS, schemes.ITEMS[0]]}, "/ballot_items", "DUPLICATE"),
        ({"outputs": []}, "/output_indicators", "REQUIRED"),
        ({"outcomes": []}, "/outcome_measures", "REQUIRED"),
        ({"weights": {"satisfaction": 60, "impact": 40}}, "/weights", "SUM_NOT_100"),
        ({"weights": {"satisfaction": 60, "impact": 40, "output": 1, "outcome": 1}}, "/weights", "SUM_NOT_100"),
        ({"weights": {"satisfaction": 30, "impact": 29, "output": 21, "outcome": 20}}, "/weights",
         "RESIDENT_WEIGHT_TOO_LOW"),
        ({"grades": schemes.GRADES[:3]}, "/grades", "NOT_DESCENDING"),
        ({"grades": schemes.GRADES[::-1]}, "/grades", "NOT_DESCENDING"),
        ({"grades": []}, "/grades", "NOT_DESCENDING"),
    ],
)  # fmt: skip
def test_refused(change, pointer, code):
    assert (pointer, code) in refused(replace(schemes.DEFAULT, **change))
