"""Three dimensions never silently averaged, small groups never shown, thin results never cutting money."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import scoring
from services.evaluation.domain.scheme import DEFAULT, GRADES, Missing
from services.evaluation.domain.scoring import Advice, AdviceKind, Figure, Goal, Rules, Standing

RULES = Rules(k=5, low_response=Fraction(3, 10))
FULL = Figure(Standing.ASSESSED, score=Fraction(100))
NO_BASELINE = Figure(Standing.NOT_ASSESSABLE, reason="no_baseline")


def ballot(rating: int) -> dict[str, int]:
    return dict.fromkeys(DEFAULT.codes(), rating)


def report(ratings, population, scheme=DEFAULT, outcome=NO_BASELINE):
    return scoring.report(
        scheme, ballots=[ballot(each) for each in ratings], population=population, output=FULL, outcome=outcome,
        rules=RULES,
    )  # fmt: skip


def test_delivered_counts_are_capped_at_the_plan():
    figure = scoring.delivered(["persons", "sessions"], {"persons": 40, "sessions": 4}, {"persons": 30, "sessions": 9})
    assert figure.score == Fraction(175, 2)
    assert figure.details[0] == {"code": "persons", "planned": 40, "delivered": 30, "rate": 0.75}


def test_without_a_plan_delivery_is_not_assessable():
    figure = scoring.delivered(["persons"], {}, {"persons": 30})
    assert (figure.standing, figure.score) == (Standing.NOT_ASSESSABLE, None)


def test_improvement_without_a_baseline_is_not_assessable_and_never_zero():
    figure = scoring.improvement([Goal("loneliness", None, Fraction(4), Fraction(5))])
    assert (figure.standing, figure.score, figure.reason) == (Standing.NOT_ASSESSABLE, None, "no_baseline")
    assert scoring.improvement([]).reason == "no_baseline"


def test_a_baseline_nobody_measured_against_is_not_assessable():
    figure = scoring.improvement([Goal("loneliness", Fraction(7), Fraction(4), None)])
    assert (figure.standing, figure.reason) == (Standing.NOT_ASSESSABLE, "not_measured")


def test_improvement_counts_only_goals_with_both_measurements():
    goals = [
        Goal("down", Fraction(8), Fraction(4), Fraction(6)),
        Goal("up", Fraction(0), Fraction(10), Fraction(20)),
        Goal("unknown", None, Fraction(1), Fraction(1)),
    ]
    figure = scoring.improvement(goals)
    assert figure.score == Fraction(75)
    assert [each["standing"] for each in figure.details] == ["assessed", "assessed", "not_assessable"]


def test_ratings_become_a_share_with_interval_bounds_and_items():
    result = report([5] * 27 + [2] * 3, 45)
    figure = result.parts["satisfaction"]
    assert figure.score == Fraction(90)
    assert figure.method == "wilson_finite_population"
    assert 0.75 < figure.low < 0.9 < figure.high < 1
    assert (figure.worst, figure.best) == pytest.approx((0.60, 0.9333), abs=5e-5)
    assert figure.details[0]["mean"] == 4.7
    assert result.response_rate == Fraction(2, 3)


def test_fewer_than_k_ballots_are_not_shown():
    result = report([5] * 4, 6)
    assert {result.parts[part].standing for part in ("satisfaction", "impact")} == {Standing.SUPPRESSED}
    assert (result.composite, result.grade) == (None, None)
    assert result.flags == ["suppressed"]
    assert scoring.as_json(result)["satisfaction"]["details"] == []


def test_low_response_is_flagged():
    assert report([5] * 5, 17).flags == ["low_response"]
    assert report([5] * 6, 20).flags == []
    assert report([], 0).flags == ["suppressed", "low_response"]


def test_the_composite_leaves_out_what_cannot_be_assessed_only_as_the_scheme_says():
    assert report([5] * 10, 20).composite == Decimal("100.00")
    assert report([5] * 10, 20).weights == {"satisfaction": "1/2", "output": "1/4", "impact": "1/4"}
    assert report([5] * 10, 20, replace(DEFAULT, missing=Missing.NO_COMPOSITE)).composite is None
    assert report([5] * 10, 20, replace(DEFAULT, weights=None)).composite is None


def test_with_all_dimensions_the_weights_are_the_schemes():
    outcome = Figure(Standing.ASSESSED, score=Fraction(50))
    assert report([5] * 10, 20, outcome=outcome).composite == Decimal("90.00")


@pytest.mark.parametrize(
    ("score", "code"),
    [("100", "excellent"), ("90", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "passed"),
     ("60", "passed"), ("59.99", "failed"), ("0", "failed")],
)  # fmt: skip
def test_grades(score, code):
    assert scoring.grade_of(GRADES, Decimal(score)).code == code


@pytest.mark.parametrize(
    ("grade", "flags", "upheld", "advice"),
    [
        (GRADES[0], [], False, Advice(AdviceKind.PAY, Decimal("1.00"), [])),
        (GRADES[2], [], False, Advice(AdviceKind.PAY, Decimal("0.90"), [])),
        (GRADES[3], [], False, Advice(AdviceKind.WITHHOLD, Decimal("0.00"), ["below_pass_grade"])),
        (GRADES[3], ["low_response"], False, Advice(AdviceKind.MANUAL, None, ["low_response"])),
        (GRADES[0], [], True, Advice(AdviceKind.MANUAL, None, ["appeal_upheld"])),
        (None, ["suppressed"], False, Advice(AdviceKind.MANUAL, None, ["suppressed", "no_grade"])),
    ],
)
def test_advice(grade, flags, upheld, advice):
    assert scoring.advise(grade, flags=flags, appeal_upheld=upheld) == advice


def test_the_published_report_always_shows_three_dimensions_each_with_n_and_method():
    shown = scoring.as_json(report([5] * 9 + [1], 20))
    assert list(shown["dimensions"]) == ["output", "outcome", "impact"]
    assert shown["dimensions"]["outcome"]["standing"] == "not_assessable"
    assert (shown["n"], shown["N"], shown["response_rate"]) == (10, 20, 0.5)
    assert (shown["composite"], shown["grade"], shown["factor"]) == (92.5, "excellent", "1.00")
    assert shown["satisfaction"]["interval"][0] < 0.9 < shown["satisfaction"]["interval"][1]


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(0, 30))
def test_every_report_is_whole(ratings, silent):
    result = report(ratings, len(ratings) + silent)
    assert set(result.parts) == {"satisfaction", "output", "outcome", "impact"}
    assert (result.grade is None) == (result.composite is None)
    assert (len(ratings) < 5) == ("suppressed" in result.flags)
    scoring.as_json(result)
