from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.similarity import Likeness, Statement, pairs, rank, shared_terms

CANTEEN = "我们小区老人多，中午做饭麻烦，希望办个老年食堂。"
CANTEEN_TOO = "能不能开一个老年食堂，老人中午做饭太麻烦。"
PARKING = "停车位太少，晚上回来没地方停车。"


def statement(number: int, text: str, **more) -> Statement:
    return Statement(UUID(int=number), text, **more)


def test_a_statement_is_like_itself_and_unlike_another():
    likeness = Likeness([CANTEEN, CANTEEN, PARKING])
    assert likeness.of(0, 1) == pytest.approx(1)
    assert likeness.of(0, 2) < 0.05


def test_the_nearest_comes_first_with_its_reasons():
    found = rank(CANTEEN, [statement(1, PARKING), statement(2, CANTEEN_TOO)], floor=0.1, limit=5)
    assert [match.statement.need_id for match in found] == [UUID(int=2)]
    wording, terms = found[0].reasons
    assert wording.code == "similar_words"
    assert terms.code == "shared_terms"
    assert "老年食堂" in terms.zh
    assert "老年食堂" in terms.en


def test_nothing_below_the_floor_and_no_more_than_the_limit():
    same = [statement(number, CANTEEN_TOO) for number in range(10)]
    assert len(rank(CANTEEN, same, floor=0.1, limit=3)) == 3
    assert rank(CANTEEN, [statement(1, PARKING)], floor=0.1, limit=3) == []


def test_equals_are_ranked_by_id():
    same = [statement(number, CANTEEN_TOO) for number in (3, 1, 2)]
    assert [m.statement.need_id.int for m in rank(CANTEEN, same, floor=0.1, limit=3)] == [1, 2, 3]


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
