"""The worked example of CONTRIBUTING: its blocks still fit the tree, and its test fails before and passes after."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import pages

SECTION = (pages.HOME / "CONTRIBUTING.md").read_text().partition("Your first rule in 15 minutes")[2]
DIFFS = [block.text for block in pages.blocks(SECTION) if block.language == "diff"]
HUNK = re.compile(r"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@$", re.MULTILINE)


def hunks(diff: str) -> Iterator[tuple[str, str]]:
    """The lines before and after each change; their numbers are those `git apply` insists on."""
    parts = HUNK.split(diff)[1:]
    for before, after, lines in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        old, new = ([line[1:] for line in lines.splitlines()[1:] if line[:1] in kept] for kept in (" -", " +"))
        assert (len(old), len(new)) == (int(before), int(after)), f"git apply would refuse this hunk:{lines}"
        yield "\n".join(old), "\n".join(new)


def changed(diff: str) -> str:
    """The file a diff changes."""
    return str(re.search(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE)[1])


def apply(diff: str, tree: Path) -> None:
    """Change a file as `git apply` would, wherever in it the lines around the change stand."""
    path = tree / changed(diff)
    text = path.read_text()
    for old, new in hunks(diff):
        assert text.count(old) == 1, f"{path.name} has changed: {old}"
        text = text.replace(old, new)
    path.write_text(text)


def undo(diff: str, tree: Path) -> None:
    """Take back what somebody who follows the example has written already."""
    path = tree / changed(diff)
    text = path.read_text()
    for old, new in hunks(diff):
        text = text.replace(new, old)
    path.write_text(text)


def run(tree: Path, *words: str) -> int:
    """A command in the copy; 0 when it succeeds."""
    plain = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if "--noconftest" in words else {}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=tree, env={**os.environ, **plain}, capture_output=True, check=False).returncode


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the example changes and needs."""
    for folder in ("services", "wushe"):
        shutil.copytree(pages.HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for diff in DIFFS:
        (tmp_path / changed(diff)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pages.HOME / changed(diff), tmp_path / changed(diff))
        undo(diff, tmp_path)
    return tmp_path


def test_the_example_fails_before_its_rule_and_passes_after(tree: Path) -> None:
    alone = ("pytest", "-c", "/dev/null", "--noconftest", "-p", "no:cacheprovider", "tests/projects/test_attendance.py")
    test, rule, *others = DIFFS
    apply(test, tree)
    assert run(tree, *alone) != 0
    apply(rule, tree)
    assert run(tree, *alone) == 0
    for diff in others:
        apply(diff, tree)
    assert len(others) == 3


@pytest.mark.long
def test_the_example_is_a_whole_change(tmp_path: Path) -> None:
    """Its test over HTTP passes too, the pages are printed, and the checks that read the tree are content."""
    tree = tmp_path / "tree"
    shutil.copytree(pages.HOME, tree, ignore=shutil.ignore_patterns(".git", ".venv*", "var", "__pycache__", ".*_cache"))
    for diff in DIFFS:
        undo(diff, tree)
        apply(diff, tree)
    assert run(tree, "pytest", "-q", "tests/projects/test_activities.py", "-k", "over") == 0
    assert run(tree, "wushe", "docs") == run(tree, "wushe", "openapi") == 0
    assert "`SIGNUP_OVER` | 409" in (tree / "docs" / "errors.md").read_text()
    assert "SIGNUP_OVER" in (tree / "openapi" / "projects.json").read_text()
    assert run(tree, "ruff", "check", ".") == run(tree, "ruff", "format", "--check", ".") == run(tree, "mypy") == 0
    assert run(tree, "pytest", "-q", "tests/architecture") == 0
