"""Intervals against worked figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import statistics


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (9, 10, 0.5958, 0.9821),
        (45, 50, 0.7864, 0.9565),
        (90, 100, 0.8256, 0.9448),
        (3, 3, 0.4385, 1),
        (0, 5, 0, 0.4345),
        (0, 0, 0, 1),
    ],
)
def test_wilson(successes, trials, low, high):
    assert statistics.wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_a_finite_population_narrows_the_error():
    assert statistics.standard_error(0.9, 30) == pytest.approx(0.0548, abs=5e-5)
    assert statistics.standard_error(0.9, 30, 45) == pytest.approx(0.0320, abs=5e-5)


def test_silence_bounds():
    assert statistics.bounds(27, 30, 45) == pytest.approx((0.60, 0.9333), abs=5e-5)
    assert statistics.bounds(0, 0, 0) == (0, 1)


def test_everyone_answered_is_a_census():
    assert statistics.estimate(4, 5, 5) == statistics.Estimate(0.8, 0.8, 0.8, "census")


def test_nobody_answered_says_nothing():
    assert statistics.estimate(0, 0, 9) == statistics.Estimate(0, 0, 1, "none")


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_every_interval_holds_its_share_and_stays_in_the_unit(n, hits, more):
    hits = min(hits, n)
    found = statistics.estimate(hits, n, n + more)
    assert 0 <= found.low <= found.share + 1e-12
    assert found.share - 1e-12 <= found.high <= 1
    worst, best = statistics.bounds(hits, n, n + more)
    assert 0 <= worst <= best <= 1
