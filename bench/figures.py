"""Figures beside their goals: one line each, printed, kept as JSON, and written into docs/performance.md."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from bench.stand import FOLDER, HOME

PAGE = HOME / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by make bench -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True)
class Figure:
    """One figure of one row and the goal it is held to."""

    row: str
    what: str
    goal: str
    """`>= 0.13`, `<= 3 s`, or empty for a floor that is only shown."""
    value: float
    low: float
    high: float
    unit: str = ""
    n: int = 3
    how: str = ""
    """The medians behind it."""

    @property
    def limit(self) -> float:
        """The number in the goal."""
        return float(self.goal.split()[1])

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        return not self.goal or (self.value >= self.limit if self.goal[0] == ">" else self.value <= self.limit)

    @property
    def gap(self) -> str:
        """How far beyond the goal, or short of it."""
        if not self.goal:
            return ""
        share = self.value / self.limit if self.goal[0] == ">" else self.limit / self.value
        return f"{'✓' if self.holds else '✗'} {(share - 1) * 100:+.0f} %"

    def cells(self) -> list[str]:
        """The line as it is shown."""
        value = f"{self.value:.3g}{self.unit and ' '}{self.unit}"
        spread = f"{self.low:.3g}–{self.high:.3g} (n={self.n})" if self.n > 1 else ""
        return [self.row, self.what, self.goal, value, self.gap, spread, self.how]


HEADINGS = ("#", "what", "goal", "figure", "gap", "lowest–highest", "medians behind it")


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    table = Table(*HEADINGS)
    for figure in figures:
        table.add_row(*figure.cells())
    Console().print(table)


def keep(figures: Sequence[Figure], machine: str) -> None:
    """Write the figures as JSON, beside the data folder of `make run`."""
    kept = [asdict(figure) | {"holds": figure.holds} for figure in figures]
    text = json.dumps({"machine": machine, "figures": kept}, ensure_ascii=False, indent=1)
    (FOLDER / "figures.json").write_text(text)


def publish(figures: Sequence[Figure], machine: str) -> None:
    """Put the table between its marks in docs/performance.md; what people wrote around it stays."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = [f"机器 · machine: {machine}.", "", "| " + " | ".join(HEADINGS) + " |", "|---|---|---|---|---|---|---|"]
    lines += ["| " + " | ".join(figure.cells()) + " |" for figure in figures]
    PAGE.write_text(before + BEGIN + "\n".join(lines) + "\n" + END + after)
