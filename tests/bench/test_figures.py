"""A figure is held to its goal in the right direction, and a new table leaves what people wrote."""

import pytest

from bench import figures
from bench.figures import Figure
from bench.load import Sample, ratio


@pytest.mark.parametrize(
    ("goal", "value", "holds", "gap"),
    [
        (">= 0.13", 0.26, True, "✓ +100 %"),
        (">= 12", 9.0, False, "✗ -25 %"),
        ("<= 3 s", 1.5, True, "✓ +100 %"),
        ("<= 1.5", 3.0, False, "✗ -50 %"),
        ("", 3.0, True, ""),
    ],
)
def test_a_goal_has_a_direction(goal, value, holds, gap):
    figure = Figure("1", "what", goal, value, value, value)
    assert (figure.holds, figure.gap) == (holds, gap)


def test_a_ratio_is_of_medians_and_its_spread_of_rounds():
    ours, theirs = [[Sample(rate=rate, cpu=1) for rate in rates] for rates in ((10, 30, 20), (10, 10, 5))]
    assert ratio(ours, theirs) == (2.0, 1.0, 4.0)


def test_a_new_table_leaves_what_stands_around_it(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setattr(figures, "PAGE", page)
    page.write_text(f"before\n{figures.BEGIN}old\n{figures.END}after\n")
    figures.publish([Figure("6", "what", ">= 0.12", 0.125, 0.1, 0.2, how="medians")], "two cores")
    figures.publish([Figure("6", "what", ">= 0.12", 0.125, 0.1, 0.2, how="medians")], "two cores")
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert text.count("| 6 | what | >= 0.12 | 0.125 | ✓ +4 % | 0.1–0.2 (n=3) | medians |") == 1
