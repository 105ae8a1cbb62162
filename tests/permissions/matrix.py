"""docs/permissions.md as the tests read it: what each role may do, and what the page says about it."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
MAY, ON_CONDITION, NOT = "●", "○", "–"
ANYONE, SERVICE = "anyone", "service"


@dataclass(frozen=True)
class Action:
    """One row of the matrix."""

    name: str
    cells: dict[str, str]
    operations: tuple[str, ...]

    @property
    def roles(self) -> set[str]:
        """The roles that may, with or without a condition."""
        return {role for role, cell in self.cells.items() if cell != NOT} - {ANYONE, SERVICE}

    @property
    def conditional(self) -> bool:
        """Whether some role may on a condition only."""
        return ON_CONDITION in self.cells.values()


def _tables() -> list[list[list[str]]]:
    """Every table of the page: rows of cells, without headings of groups."""
    found: list[list[list[str]]] = [[]]
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            found.append([])
        elif not line.startswith(("| ---", "| **")):
            found[-1].append([cell.strip() for cell in line.strip().strip("|").split(" | ")])
    return [table for table in found if table]


def _quoted(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


MATRIX, _CONDITIONS, _ROLES = _tables()
ROLES = {short.split(" · ")[1]: code.strip("`") for code, short, *_ in _ROLES[1:]}
CONDITIONS = {name: _quoted(tests) for name, _, tests in _CONDITIONS[1:]}


def actions() -> list[Action]:
    """Every action of the matrix."""
    columns = [cell.split("<br>")[1] for cell in MATRIX[0][1:-1]]
    columns = [ROLES.get(short, short) for short in columns]
    return [
        Action(name, dict(zip(columns, cells, strict=True)), _quoted(operations))
        for name, *cells, operations in MATRIX[1:]
    ]
