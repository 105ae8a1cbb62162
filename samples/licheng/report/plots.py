"""Plots as rows of marks on one scale; widths are per cent of the plot, so text keeps its size on every screen.

Drawn by ourselves: three kinds of marks on a line need less code than the options of a plotting library, which
would also bring its own fonts, a fixed width and no text for those who cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from textwrap import wrap

from markupsafe import Markup

LINE, MARK, AXIS = 22, 40, 56
"""Pixels that a line of text, a mark and the axis take."""
WIDEST = 29
"""Columns of text that fit a phone 360 pixels wide; a Chinese character takes nearly two."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: where its dot or bar ends, and from where to where its line goes; all in per cent of the scale."""

    label: str
    value: str
    at: float | None = None
    low: float | None = None
    high: float | None = None
    dots: Sequence[float] = ()

    @property
    def lines(self) -> list[str]:
        """The label in lines that fit a phone."""
        return wrap(self.label, WIDEST if self.label.isascii() else WIDEST * 3 // 5)

    @property
    def height(self) -> int:
        """Pixels: its label, its value and its mark."""
        return LINE * (len(self.lines) + 1) + MARK


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its words: what it shows, on which scale, and the same numbers as a table."""

    kind: str
    name: str
    title: str
    story: str
    axis: str
    marks: Sequence[Mark]
    ticks: Sequence[tuple[float, str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def floor(self) -> int:
        """Where the axis is, in pixels from the top."""
        return sum(mark.height for mark in self.marks)

    @property
    def height(self) -> int:
        """Pixels."""
        return self.floor + AXIS

    @property
    def story_told(self) -> str:
        """The text for those who do not see the picture: what it shows, then every row."""
        rows = [Markup("{}: {}").format(mark.label, mark.value) for mark in self.marks]
        return Markup("{} {}").format(self.story, Markup("; ").join(rows))

    def placed(self) -> list[tuple[int, int, Mark]]:
        """Every mark with the top of its row and the middle of its line."""
        ends = list(accumulate(mark.height for mark in self.marks))
        return [(end - mark.height, end - MARK + 18, mark) for end, mark in zip(ends, self.marks, strict=True)]


PERCENTS = tuple((float(mark), str(mark)) for mark in (0, 25, 50, 75, 100))


def counts(most: int, unit: int = 1) -> tuple[float, list[tuple[float, str]]]:
    """A scale from nothing to a round number not below the most, and its ticks in units of so many."""
    step = next(step for step in _rounds() if step * 4 >= most)
    return float(step * 4), [(25.0 * number, f"{step * number / unit:,g}") for number in range(5)]


def _rounds() -> list[int]:
    return [digit * 10**power for power in range(12) for digit in (1, 2, 5)]


def days(first: date, last: date, most: int = 2) -> list[date]:
    """At most so many days and the first, evenly apart, from the first to the last."""
    step = max(1, -(-(last - first).days // most))
    return [first + timedelta(days=number) for number in range(0, (last - first).days + 1, step)]
