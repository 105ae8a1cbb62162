"""The public log: leaves, root, receipts, answers."""

import hashlib

import pytest

from services.evaluation.domain import tally
from wushe.errors import InvalidInput

SALT = bytes(16)


def test_a_leaf_hides_and_binds_the_answers():
    first = tally.leaf(SALT, {"a": 5, "b": 4})
    assert first == tally.leaf(SALT, {"b": 4, "a": 5})
    assert first != tally.leaf(bytes([1] * 16), {"a": 5, "b": 4})
    assert first != tally.leaf(SALT, {"a": 5, "b": 3})


def test_the_root_does_not_depend_on_the_order_of_arrival():
    leaves = [tally.leaf(SALT, {"a": rating}) for rating in range(1, 6)]
    assert tally.root(leaves) == tally.root(leaves[::-1])
    assert tally.root(leaves) != tally.root(leaves[:-1])


def test_the_root_of_one_and_of_none():
    leaf = tally.leaf(SALT, {"a": 1})
    assert tally.root([leaf]) == hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).hexdigest()
    assert tally.root([]) == hashlib.sha256(b"").hexdigest()


def test_three_leaves_split_two_and_one():
    one, two, three = (hashlib.sha256(b"\x00" + bytes([each]) * 32).digest() for each in (1, 2, 3))
    pair = hashlib.sha256(b"\x01" + one + two).digest()
    expected = hashlib.sha256(b"\x01" + pair + three).hexdigest()
    assert tally.root(["03" * 32, "01" * 32, "02" * 32]) == expected


def test_a_receipt_is_short_and_starts_the_leaf():
    assert tally.receipt("ab12" * 16) == "AB12-AB12-AB12-AB12"


def test_answers_are_complete_known_and_one_to_five():
    tally.check_answers({"a": 1, "b": 5}, ["a", "b"])
    with pytest.raises(InvalidInput) as refused:
        tally.check_answers({"a": 6, "c": 1}, ["a", "b"])
    assert {(error.pointer, error.code) for error in refused.value.errors} == {
        ("/answers/a", "OUT_OF_RANGE"),
        ("/answers/b", "REQUIRED"),
        ("/answers/c", "UNKNOWN"),
    }
