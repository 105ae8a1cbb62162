"""The formula of contrast against published values; that every check sees its fault is shown with a browser."""

import pytest

from tests.report import checks


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("rgb(0, 0, 0)", "rgb(255, 255, 255)", 21.0),
        ("rgb(255, 255, 255)", "rgb(119, 119, 119)", 4.48),  # the grey that just misses AA
        ("rgb(118, 118, 118)", "rgb(255, 255, 255)", 4.54),  # and the one that just meets it
        ("rgb(255, 0, 0)", "rgb(255, 255, 255)", 4.0),
        ("rgb(9, 9, 9)", "rgb(9, 9, 9)", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert checks.contrast(one, other) == pytest.approx(ratio, abs=0.005)
