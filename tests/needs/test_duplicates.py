"""What makes two needs one, and how it is told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.coordinates import Point
from services.needs.domain.duplicates import Facts, Stand, compare, terms
from services.needs.domain.places import PlaceKind

WEIGHTS = {"words": 5, "place": 3, "category": 1, "time": 1, "metres": 300, "days": 90}
LAMP, LAMP_TOO = "三号楼门前的路灯坏了，晚上看不清台阶", "楼门前路灯不亮，台阶看不清"
PARKING = "停车位太少，晚上回来没地方停车。"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
HERE = Point(118.675676, 24.874132)
COMPOUND = Stand(UUID(int=1), PlaceKind.COMPOUND)
BUILDING, OTHER = Stand(UUID(int=2), PlaceKind.BUILDING), Stand(UUID(int=3), PlaceKind.BUILDING)


def facts(number: int, text: str = LAMP_TOO, **more) -> Facts:
    return Facts(text=text, need_id=UUID(int=100 + number), **more)


def found(asked: Facts, *others: Facts, limit: int = 5):
    return compare(asked, others, weights=WEIGHTS, floor=0.1, limit=limit)


def codes(likely):
    return [reason.code for reason in likely.reasons]


@pytest.mark.parametrize(
    ("mine", "theirs", "zh"),
    [
        ({"stands": (BUILDING, COMPOUND)}, {"stands": (BUILDING, COMPOUND)}, "同一楼栋"),
        ({"stands": (BUILDING, COMPOUND)}, {"stands": (OTHER, COMPOUND)}, "同一小区"),
        ({"point": HERE}, {"point": Point(HERE.lon + 0.00119, HERE.lat)}, "相距 120 米"),
        ({"point": HERE}, {"point": Point(HERE.lon, HERE.lat)}, "相距不到 50 米"),
        ({"theme": "street_light"}, {"theme": "street_light"}, "同一主题"),
        ({"field": "elderly"}, {"field": "elderly"}, "同一类别"),
        ({"at": NOW}, {"at": NOW - timedelta(days=5)}, "7 天内"),
    ],
)
def test_each_thing_alike_says_so_and_counts(mine, theirs, zh):
    asked = Facts(text=LAMP, **mine)
    same, plain = found(asked, facts(1, **theirs))[0], found(Facts(text=LAMP), facts(1))[0]
    assert zh in [reason.zh for reason in same.reasons]
    assert all(reason.zh and reason.en for reason in same.reasons)
    assert same.score > plain.score


@pytest.mark.parametrize(
    "theirs",
    [
        {"stands": (Stand(UUID(int=9), PlaceKind.COMPOUND),), "point": None},
        {"stands": (), "point": Point(HERE.lon + 0.02, HERE.lat)},
        {"theme": "parking"},
        {"at": NOW - timedelta(days=300)},
    ],
)
def test_what_differs_lowers_the_score_and_gives_no_reason(theirs):
    asked = Facts(text=LAMP, stands=(BUILDING, COMPOUND), point=HERE, theme="street_light", at=NOW)
    apart, plain = found(asked, facts(1, **theirs))[0], found(asked, facts(1))[0]
    assert apart.score < plain.score
    assert codes(apart) == codes(plain) == ["similar_words", "shared_terms"]


def test_other_words_count_only_where_place_and_category_agree():
    there = {"stands": (BUILDING, COMPOUND), "theme": "street_light"}
    dark = "晚上太黑，老人不敢下楼"
    asked = Facts(text=LAMP, **there)
    assert codes(found(asked, facts(1, dark, **there))[0]) == ["same_place", "same_theme", "shared_terms"][:2]
    assert found(asked, facts(1, dark, stands=there["stands"])) == []
    assert found(asked, facts(1, PARKING)) == []


def test_the_best_come_first_equals_by_id_and_no_more_than_asked_for():
    near, far = facts(5, point=HERE), facts(1, point=Point(HERE.lon + 0.01, HERE.lat))
    asked = Facts(text=LAMP, point=HERE)
    assert [each.facts.need_id for each in found(asked, far, near)] == [near.need_id, far.need_id]
    same = [facts(number) for number in (3, 1, 2)]
    assert [each.facts.need_id.int for each in found(asked, *same, limit=2)] == [101, 102]


@given(st.text(max_size=300))
def test_terms_are_few_different_numbers_of_32_bits(text):
    numbers = terms(text)
    assert len(numbers) == len(set(numbers)) <= 64
    assert all(-(2**31) <= number < 2**31 for number in numbers)
    assert terms(text, limit=3) == numbers[:3]
