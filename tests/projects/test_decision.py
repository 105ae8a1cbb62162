"""Collective decisions with exact rationals; the worked numbers are 120 owners with 10,560.00 m²."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.domain.decision import (
    BodyNotCompetent,
    Count,
    RuleNotInForce,
    Threshold,
    decide,
    parse_rule,
    read_counts,
    require_day,
)
from services.projects.domain.presets import DECISION_RULES
from wushe.errors import InvalidInput

SPECIAL = parse_rule("owners_278_special", DECISION_RULES["owners_278_special"])
ORDINARY = parse_rule("owners_278_ordinary", DECISION_RULES["owners_278_ordinary"])
SQUARE_METRE = 10_000
OWNERS, AREA = 120, 10_560 * SQUARE_METRE


def counts(participating, yes):
    """Heads and square metres (in cm²) of those who took part and of those who agreed."""
    return {
        "heads": Count(OWNERS, participating[0], yes[0]),
        "area_cm2": Count(AREA, round(participating[1] * SQUARE_METRE), round(yes[1] * SQUARE_METRE)),
    }


def shortfalls(result):
    return {(missing.axis, missing.test): missing.short_by for missing in result.missing}


def test_exactly_two_thirds_is_a_quorum_and_exactly_three_quarters_passes():
    result = decide(SPECIAL, counts((80, 7_040), (60, 5_280)))
    assert (result.quorum_met, result.passed, result.missing) == (True, True, ())


def test_one_owner_short_is_no_quorum_however_large_the_area():
    result = decide(SPECIAL, counts((79, 7_600), (79, 7_600)))
    assert not result.quorum_met
    assert not result.passed
    assert shortfalls(result) == {("heads", "quorum"): 1}


def test_two_thirds_of_those_taking_part_are_not_three_quarters():
    result = decide(SPECIAL, counts((90, 7_920), (60, 7_000)))
    assert result.quorum_met
    assert shortfalls(result) == {("heads", "pass"): 8}


def test_an_equal_half_is_not_more_than_half():
    result = decide(ORDINARY, counts((80, 7_040), (40, 4_000)))
    assert result.quorum_met
    assert shortfalls(result) == {("heads", "pass"): 1}


def test_one_more_and_one_square_centimetre_over_half_pass():
    assert decide(ORDINARY, counts((80, 7_040), (41, 3_520.01))).passed
    assert not decide(ORDINARY, counts((80, 7_040), (41, 3_520))).passed


def test_both_axes_must_agree():
    assert shortfalls(decide(SPECIAL, counts((80, 7_040), (60, 5_279.9999)))) == {("area_cm2", "pass"): 1}


@pytest.mark.parametrize("code", ["owners_279", "owners_278_ordinary", "villagers_reps"])
def test_nobody_taking_part_never_passes(code):
    rule = parse_rule(code, DECISION_RULES[code])
    nobody = {axis.name: Count(10, 0, 0) for axis in rule.axes}
    assert not decide(rule, nobody).passed


def test_interested_owners_must_be_unanimous():
    rule = parse_rule("owners_279", DECISION_RULES["owners_279"])
    assert decide(rule, {"heads": Count(6, 6, 6)}).passed
    assert shortfalls(decide(rule, {"heads": Count(6, 6, 5)})) == {("heads", "pass"): 1}
    assert shortfalls(decide(rule, {"heads": Count(6, 5, 5)})) == {("heads", "quorum"): 1}


def test_representatives_need_two_thirds_present_and_more_than_half_of_those():
    rule = parse_rule("villagers_reps", DECISION_RULES["villagers_reps"])
    assert decide(rule, {"heads": Count(30, 20, 11)}).passed
    assert shortfalls(decide(rule, {"heads": Count(30, 19, 10)})) == {("heads", "quorum"): 1}
    assert shortfalls(decide(rule, {"heads": Count(30, 20, 10)})) == {("heads", "pass"): 1}


def test_any_number_of_axes():
    half = {"share": "1/2", "strict": False}
    rule = parse_rule("three", {"axes": {name: {"pass": half} for name in ("heads", "area_cm2", "households")}})
    fine = dict.fromkeys(("heads", "area_cm2", "households"), Count(10, 4, 2))
    assert decide(rule, fine).passed
    assert shortfalls(decide(rule, fine | {"households": Count(10, 4, 1)})) == {("households", "pass"): 1}


@given(
    share=st.fractions(0, 1, max_denominator=12),
    strict=st.booleans(),
    whole=st.integers(1, 10**9),
    part=st.integers(0, 10**9),
)
def test_the_shortfall_is_the_least_number_that_meets_the_share(share, strict, whole, part):
    threshold = Threshold(Fraction(share), strict)

    def met(number):
        reached = Fraction(number, whole) > share if strict else Fraction(number, whole) >= share
        return reached and (strict or number > 0)

    short = threshold.short_by(part, whole)
    assert met(part + short)
    assert short == 0 or not met(part + short - 1)


@pytest.mark.parametrize(
    ("code", "held_on"),
    [
        ("residents_2018", date(2026, 1, 1)),
        ("residents_2026", date(2026, 3, 1)),
        ("owners_278_ordinary", date(2020, 12, 31)),
    ],
)
def test_expired_disabled_and_future_rules_are_refused(code, held_on):
    with pytest.raises(RuleNotInForce):
        parse_rule(code, DECISION_RULES[code]).require_in_force(held_on)


@pytest.mark.parametrize(
    ("code", "held_on"), [("residents_2018", date(2025, 12, 31)), ("owners_278_ordinary", date(2021, 1, 1))]
)
def test_a_rule_covers_its_first_and_last_day(code, held_on):
    parse_rule(code, DECISION_RULES[code]).require_in_force(held_on)


def test_a_rule_covers_the_meeting_and_its_record():
    rule = parse_rule("residents_2018", DECISION_RULES["residents_2018"])
    with pytest.raises(RuleNotInForce) as refusal:
        rule.require_in_force(date(2025, 12, 31), date(2026, 1, 1))
    assert refusal.value.facts == {"rule": "residents_2018", "day": "2026-01-01"}


def test_a_meeting_is_held_between_the_plan_and_its_record():
    days = {"designed_on": date(2026, 3, 1), "today": date(2026, 3, 2)}
    require_day(date(2026, 3, 1), **days)
    require_day(date(2026, 3, 2), **days)
    for day, code in ((date(2026, 2, 28), "BEFORE_DESIGN"), (date(2026, 3, 3), "IN_THE_FUTURE")):
        with pytest.raises(InvalidInput) as refusal:
            require_day(day, **days)
        assert [error.code for error in refusal.value.errors] == [code]


def test_consultation_is_advice():
    assert not parse_rule("consultation", DECISION_RULES["consultation"]).binding
    assert SPECIAL.binding


def test_a_council_cannot_decide_for_the_owners():
    SPECIAL.require_body("owners_assembly")
    with pytest.raises(BodyNotCompetent):
        SPECIAL.require_body("compound_council")


@pytest.mark.parametrize(
    ("totals", "participating", "yes", "faults"),
    [
        ({"heads": 3}, {"heads": 2}, {"heads": 1, "area_cm2": 1}, ["/totals/area_cm2", "/participating/area_cm2"]),
        ({"heads": 3, "area_cm2": 0}, {"heads": 2, "area_cm2": 0}, {"heads": 1, "area_cm2": 0}, ["/totals/area_cm2"]),
        (
            {"heads": 3, "area_cm2": 9},
            {"heads": 4, "area_cm2": 9},
            {"heads": 1, "area_cm2": 9},
            ["/participating/heads"],
        ),
        ({"heads": 3, "area_cm2": 9}, {"heads": 2, "area_cm2": 8}, {"heads": 1, "area_cm2": 9}, ["/yes/area_cm2"]),
        (
            {"heads": 3, "area_cm2": 9, "households": 2},
            {"heads": 2, "area_cm2": 8},
            {"heads": 1, "area_cm2": 7},
            ["/totals/households"],
        ),
    ],
)
def test_counts_that_cannot_be_are_named(totals, participating, yes, faults):
    with pytest.raises(InvalidInput) as refusal:
        read_counts(SPECIAL, totals=totals, participating=participating, yes=yes)
    assert [error.pointer for error in refusal.value.errors] == faults
