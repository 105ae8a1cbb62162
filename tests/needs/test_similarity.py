import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.similarity import Likeness, pairs, shared_terms

CANTEEN = "我们小区老人多，中午做饭麻烦，希望办个老年食堂。"
PARKING = "停车位太少，晚上回来没地方停车。"


def test_a_statement_is_like_itself_and_unlike_another():
    likeness = Likeness([CANTEEN, CANTEEN, PARKING])
    assert likeness.of(0, 1) == pytest.approx(1)
    assert likeness.of(0, 2) < 0.05


def test_common_characters_are_no_evidence():
    assert pairs("我们希望能不能有") == {}


def test_terms_are_the_longest_shared_runs():
    assert shared_terms(["电动车飞线充电", "楼上飞线充电危险"]) == ["飞线充电"]


def test_punctuation_breaks_a_term():
    assert shared_terms(["飞线，充电", "飞线。充电"]) == ["充电", "飞线"]


@given(st.lists(st.text(max_size=60), min_size=2, max_size=6))
def test_likeness_is_symmetric_and_between_nothing_and_all(texts):
    likeness = Likeness(texts)
    assert likeness.of(0, 1) == pytest.approx(likeness.of(1, 0))
    assert -1e-9 <= likeness.of(0, 1) <= 1 + 1e-9
