"""Ranking: hard rules, points with reasons, and why there is nobody."""

from dataclasses import fields, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain import matching
from services.resources.domain.booking import Kind, Slot
from services.resources.domain.matching import Candidate, Wanted

WANTED = Wanted(
    kind=Kind.VOLUNTEER,
    division="350502001001",
    skills=frozenset({"书法"}),
    slots=frozenset({Slot.WEEKEND}),
    outstanding=2,
)


def make_candidate(number: int = 1, **changes) -> Candidate:
    fitting = Candidate(
        id=UUID(int=number),
        kind=Kind.VOLUNTEER,
        division="350502001001",
        is_verified=True,
        skills=frozenset({"书法"}),
        slots=frozenset({Slot.WEEKEND}),
    )
    return replace(fitting, **changes)


def rank(*candidates, limit=10):
    return matching.rank(WANTED, candidates, weights=matching.DEFAULT_WEIGHTS, limit=limit)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("kind", {"kind": Kind.FACILITY}),
        ("verified", {"is_verified": False}),
        ("skills", {"skills": frozenset({"法律"})}),
        ("time", {"slots": frozenset({Slot.WEEKDAY})}),
        ("stock", {"left": 0}),
        ("declined", {"has_declined": True}),
        ("booked", {"is_busy": True}),
    ],
)
def test_each_rule_removes_and_is_counted(rule, changes):
    ranking = rank(make_candidate(**changes))
    assert ranking.best == ()
    assert {step.code: step.removed for step in ranking.funnel if step.removed} == {rule: 1}
    assert next(step.only_obstacle for step in ranking.funnel if step.code == rule) == 1
    if rule not in matching.LEFT_TO_RESERVING:
        with pytest.raises(matching.NotSuitable) as refused:
            matching.require_suitable(WANTED, make_candidate(**changes))
        assert refused.value.facts["rule"] == rule


def test_stock_and_double_booking_are_left_to_the_reservation():
    matching.require_suitable(WANTED, make_candidate(is_busy=True, left=0))


def test_the_funnel_adds_up_and_names_the_only_obstacle():
    ranking = rank(
        make_candidate(1),
        make_candidate(2, is_verified=False),
        make_candidate(3, is_verified=False, is_busy=True),
        make_candidate(4, is_busy=True),
    )
    steps = {step.code: (step.before, step.removed, step.only_obstacle) for step in ranking.funnel}
    assert steps["verified"] == (4, 2, 1)
    assert steps["booked"] == (2, 1, 1)
    assert ranking.considered == 4
    assert [one.id for one in ranking.best] == [UUID(int=1)]


@pytest.mark.parametrize(
    ("division", "points"),
    [("350502001001", 35), ("350502001000", 26), ("350502002001", 17), ("350503001001", 8), ("110101001001", 0)],
)
def test_nearer_is_better(division, points):
    (best,) = rank(make_candidate(division=division)).best
    assert next(term.points for term in best.terms if term.code == "proximity") == points


def test_specialists_familiar_faces_and_the_less_loaded_come_first():
    generalist = make_candidate(1, skills=frozenset({"书法", "法律"}))
    familiar = make_candidate(2, served=1)
    loaded = make_candidate(3, load=3)
    plain = make_candidate(4)
    order = [one.id.int for one in rank(generalist, familiar, loaded, plain).best]
    assert order == [2, 4, 1, 3]


def test_every_point_has_a_reason_in_both_languages():
    (best,) = rank(make_candidate()).best
    assert best.score == sum(term.points for term in best.terms)
    assert all(term.zh and term.en and 0 <= term.points <= term.weight for term in best.terms)
    assert sum(term.weight for term in best.terms) == 100


def test_a_smaller_stock_covers_less():
    goods = replace(WANTED, kind=Kind.GOODS, skills=frozenset(), outstanding=4)
    lots = [make_candidate(number, kind=Kind.GOODS, left=left) for number, left in ((1, 1), (2, 9))]
    ranking = matching.rank(goods, lots, weights=matching.DEFAULT_WEIGHTS)
    assert [one.id.int for one in ranking.best] == [2, 1]
    assert [next(t.zh for t in one.terms if t.code == "coverage") for one in ranking.best] == [
        "可满足 4/4",
        "可满足 1/4",
    ]


def test_weights_are_data():
    far = make_candidate(1, division="110101001001", served=1)
    near = make_candidate(2)
    by_continuity = matching.rank(WANTED, [near, far], weights={"continuity": 100})
    assert [one.id.int for one in by_continuity.best] == [1, 2]


def test_a_candidate_carries_nothing_about_ethnicity_religion_or_politics():
    assert {field.name for field in fields(Candidate)} == {
        "id", "kind", "division", "is_verified", "skills", "slots", "left", "is_busy", "has_declined", "served", "load",
    }  # fmt: skip


candidates = st.lists(
    st.builds(
        make_candidate,
        st.integers(1, 10**6),
        is_verified=st.booleans(),
        is_busy=st.booleans(),
        served=st.integers(0, 2),
        load=st.integers(0, 4),
        division=st.sampled_from(["350502001001", "350502002001", "110101001001"]),
    ),
    unique_by=lambda one: one.id,
    max_size=15,
)


@given(candidates, st.randoms())
def test_the_order_of_the_input_does_not_matter(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rank(*found) == rank(*shuffled)


@given(candidates)
def test_best_and_removed_add_up_to_everybody(found):
    ranking = rank(*found, limit=100)
    assert len(ranking.best) + sum(step.removed for step in ranking.funnel) == len(found)
    assert [one.score for one in ranking.best] == sorted((one.score for one in ranking.best), reverse=True)
