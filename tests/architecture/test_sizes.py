"""Files, functions and the names of rooms stay small and plain."""

import ast
import statistics
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for name in ("wushe", "services", "gateway", "migrations", "samples", "bench")
    for path in (ROOT / name).rglob("*.py")
]
TESTS = list((ROOT / "tests").rglob("*.py"))
FORBIDDEN = {"common", "core", "utils", "helpers", "base", "manager", "service"}
FILE, FUNCTION, MEDIAN, NINETIETH = 400, 50, 9, 25


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def lengths(path: Path) -> list[tuple[int, str]]:
    """Lines of code of every function in a file, its docstring not counted."""
    return [
        (_length(node), f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    documented = ast.get_docstring(node) is not None
    doc = node.body[0].end_lineno - node.body[0].lineno + 1 if documented else 0
    return node.end_lineno - node.lineno + 1 - doc


def too_long(paths: list[Path], limit: int = FILE) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths if len(path.read_text().splitlines()) > limit]


def test_files_are_small():
    assert SOURCES and TESTS
    assert too_long(SOURCES + TESTS) == []
    assert too_long(SOURCES, limit=5) != []


def test_functions_are_short():
    found = sorted(
        (length, name) for path in SOURCES if "migrations" not in path.parts for length, name in lengths(path)
    )
    assert [name for length, name in found if length > FUNCTION] == []
    sizes = [length for length, _ in found]
    assert statistics.median(sizes) <= MEDIAN
    assert sizes[int(len(sizes) * 0.9)] <= NINETIETH


def test_rooms_have_plain_names():
    names = {part for path in SOURCES for part in (*path.parent.relative_to(ROOT).parts, path.stem)}
    assert names & FORBIDDEN == set()


def test_every_module_says_what_it_is_for():
    silent = [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(tree_of(path))]
    assert silent == []
