"""The published formula: every term can be added up, one person has one voice, and a floor for those seldom heard."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.needs.domain.priority import Formula, Priority, Raised, of_needs, with_floor

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FORMULA = Formula(
    version=1,
    weights={"urgency": 0.4, "fit": 0.2, "breadth": 0.3, "waiting": 0.1},
    urgency={"critical": 1.0, "high": 0.75, "normal": 0.4, "low": 0.15},
    fit={"elderly": 1.0},
    other_fit=0.5,
    full_breadth=100,
    full_wait_days=100,
    equity_groups=frozenset({"disabled"}),
    equity_share=0.34,
)


def voice(number, *persons, urgency="normal", field="elderly", group="residents", days=10):
    people = frozenset(UUID(int=each) for each in persons)
    return Raised(UUID(int=number), urgency, field, group, NOW - timedelta(days=days), people)


def test_terms_add_up_to_the_score():
    found = of_needs([voice(1, 11, urgency="high"), voice(2, 12, field="culture")], FORMULA, NOW)
    assert [term.code for term in found.terms] == ["urgency", "fit", "breadth", "waiting"]
    assert found.score == pytest.approx(sum(term.contribution for term in found.terms), abs=0.01)
    assert [term.value for term in found.terms][:2] == [0.575, 0.75]
    assert (found.terms[3].contribution, found.formula_version) == (1.0, 1)


def test_broader_more_urgent_and_longer_waiting_comes_first():
    one = of_needs([voice(1, 11)], FORMULA, NOW).score
    assert of_needs([voice(1, 11), voice(2, 12)], FORMULA, NOW).score > one
    assert of_needs([voice(1, 11, urgency="critical")], FORMULA, NOW).score > one
    assert of_needs([voice(1, 11, days=50)], FORMULA, NOW).score > one
    assert of_needs([], FORMULA, NOW).score == 0.0


def test_two_hundred_needs_of_one_person_change_nothing():
    before = [voice(1, 11), voice(2, 12, urgency="high")]
    flood = [voice(100 + number, 11, urgency="critical", days=number / 100) for number in range(200)]
    assert of_needs([*before, *flood], FORMULA, NOW) == of_needs(before, FORMULA, NOW)


def priority(score, *, equity=False):
    return Priority(score, (), 1, equity)


def test_those_seldom_heard_keep_their_share_of_every_beginning():
    scored = {UUID(int=number): priority(90 - number) for number in range(6)}
    scored |= {UUID(int=100 + number): priority(10 + number, equity=True) for number in range(3)}
    placed = with_floor(scored, 0.34)
    order = sorted(scored, key=lambda ident: (-placed[ident], ident.int < 100))
    seldom = [place for place, ident in enumerate(order, 1) if scored[ident].equity]
    assert seldom == [3, 6, 9]
    assert with_floor(scored, 0.0) == {ident: found.score for ident, found in scored.items()}
    assert with_floor({}, 0.5) == {}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=12))
def test_a_floor_moves_nobody_down_in_score_nor_one_of_a_kind_past_another(given_):
    scored = {UUID(int=place): priority(score, equity=equity) for place, (score, equity) in enumerate(given_)}
    placed = with_floor(scored, 0.3)
    assert all(placed[ident] >= scored[ident].score for ident in scored)
    for kind in (True, False):
        kin = [ident for ident in scored if scored[ident].equity is kind]
        assert all(
            placed[one] >= placed[other] for one in kin for other in kin if scored[one].score > scored[other].score
        )


def test_a_need_nobody_is_known_behind_counts_by_itself():
    assert of_needs([voice(1), voice(2, urgency="high")], FORMULA, NOW).terms[0].value == 0.575
    assert of_needs([replace(voice(1, 11), urgency=None, field=None)], FORMULA, NOW).terms[1].value == 0.5
