import random
from datetime import UTC, datetime
from uuid import UUID

from services.needs.domain.proposals import propose
from services.needs.domain.similarity import Statement

LABELS = {"elder_meal": "老年助餐", "parking": "停车难"}
FIRST, LAST = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def need(number: int, text: str, *persons: int, theme: str | None = None, field: str | None = None, at=FIRST):
    people = frozenset(UUID(int=person) for person in persons)
    return Statement(UUID(int=number), text, theme, field, at, people)


MEALS = [
    need(1, "中午做饭麻烦，想办个老年食堂。", 11, theme="elder_meal", field="elderly"),
    need(2, "一个人烧饭要吃三天，哪里有口热饭？", 12, theme="elder_meal", field="elderly", at=LAST),
]
UNTHEMED = need(3, "希望社区办个老年食堂，做饭太麻烦。", 13)
PARKING = need(4, "绕了三圈没位子。", 14, theme="parking", field="environment_facility")


def propose_all(needs):
    return propose(needs, floor=0.1, labels=LABELS)


def test_needs_of_one_theme_are_proposed_with_the_theme_as_reason():
    (proposal,) = propose_all([*MEALS, PARKING])
    assert proposal.need_ids == (UUID(int=1), UUID(int=2))
    assert proposal.theme == "elder_meal"
    assert proposal.field == "elderly"
    assert (proposal.first_at, proposal.last_at) == (FIRST, LAST)
    assert proposal.reasons[0].zh == "2 条需求同属主题“老年助餐”"


def test_an_unthemed_need_joins_the_group_it_resembles():
    (proposal,) = propose_all([*MEALS, UNTHEMED])
    assert UUID(int=3) in proposal.need_ids
    assert [reason.code for reason in proposal.reasons] == ["shared_theme", "similar_words", "shared_terms"]
    assert proposal.field is None


def test_unthemed_needs_find_each_other():
    (proposal,) = propose_all([need(1, "想办个老年食堂"), need(2, "老年食堂什么时候办")])
    assert proposal.theme is None
    assert [reason.code for reason in proposal.reasons] == ["similar_words", "shared_terms"]


def test_one_need_alone_is_no_concern():
    assert propose_all([PARKING]) == []
    assert propose_all([]) == []


def test_themes_are_never_mixed():
    other = need(5, MEALS[0].text, 15, theme="parking")
    proposals = propose_all([*MEALS, other, PARKING])
    assert {proposal.theme for proposal in proposals} == {"elder_meal", "parking"}


def test_a_person_who_wrote_twice_counts_once():
    twice = [need(1, "停车难", 11, theme="parking"), need(2, "没车位", 11, 12, theme="parking")]
    (proposal,) = propose_all(twice)
    assert proposal.person_count == 2


def test_the_widest_comes_first_and_the_order_of_the_input_does_not_matter():
    many = [*MEALS, UNTHEMED, PARKING, need(6, "罚单一张又一张", 1, 2, 3, 4, theme="parking")]
    expected = propose_all(many)
    assert expected[0].theme == "parking"
    for seed in range(5):
        shuffled = random.Random(seed).sample(many, len(many))
        assert propose_all(shuffled) == expected
