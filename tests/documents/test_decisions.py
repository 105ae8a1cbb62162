"""Decisions have their shape and stand in the index; every direct dependency has its row, and its licence is true."""

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

from tests.documents import pages

FOLDER = pages.HOME / "docs" / "decisions"
REQUIREMENTS = pages.HOME / "requirements"
DEPENDENCIES = FOLDER / "0011-dependencies.md"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
SPDX = {"MIT", "BSD-3-Clause", "BSD-2-Clause", "Apache-2.0"}


def test_decisions_are_numbered_short_and_complete():
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS) > 10
    for path in DECISIONS:
        lines = path.read_text().splitlines()
        assert re.fullmatch(rf"# {path.name[:4]} .+ · .+", lines[0]), path.name
        assert lines[2].startswith("状态 Status: "), path.name
        if path != DEPENDENCIES:  # a table of all of them
            assert len(lines) <= 40, path.name
            sections = [line for line in lines if line.startswith("## ")]
            assert sections == ["## Context", "## Decision", "## Consequences", "## Alternatives"], path.name


def test_the_index_lists_every_decision_by_its_title():
    listed = re.findall(r"^\| \[(.+)\]\((.+)\) \| .+ · .+ \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    titles = [path.read_text().splitlines()[0].removeprefix("# ") for path in DECISIONS]
    assert listed == list(zip(titles, [path.name for path in DECISIONS], strict=True))


def direct() -> set[str]:
    """What pyproject.toml asks for, in every group, and what comes from npm."""
    project = tomllib.loads((pages.HOME / "pyproject.toml").read_text())
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    named = {re.match(r"[\w.-]+", each)[0] for group in groups for each in group if isinstance(each, str)}
    return named | json.loads((REQUIREMENTS / "package.json").read_text())["dependencies"].keys()


def rows() -> dict[str, str]:
    """Dependency → licence, as the decision says; a row may hold several with one licence or one each."""
    found = {}
    table = re.findall(r"^\| .+ \|$", DEPENDENCIES.read_text(), re.MULTILINE)
    for line in table[1:]:
        names, _, _, licences, _ = (cell.strip() for cell in line.strip("| ").split(" | "))
        together = [re.sub(r"\[.*\]", "", name) for name in names.split(", ")]
        each = licences.split("; ") if "; " in licences else [licences] * len(together)
        found |= dict(zip(together, each, strict=True))
    return found


def stated(name: str) -> str | None:
    """The licence a distribution states of itself, where it says so in a word."""
    if name.startswith("@"):
        locked = json.loads((REQUIREMENTS / "package-lock.json").read_text())["packages"]
        return str(locked[f"node_modules/{name}"]["license"])
    try:
        said = metadata(name)
    except PackageNotFoundError:  # lives in an environment of its own
        return None
    if said.get("License-Expression") or said.get("License") in SPDX:
        return str(said.get("License-Expression") or said["License"])
    licences = [each for each in said.get_all("Classifier") or [] if each.startswith("License ::")]
    return "MIT" if licences == ["License :: OSI Approved :: MIT License"] else None


def test_every_dependency_has_its_row_and_every_row_its_dependency():
    assert direct() == rows().keys()


def test_licences_are_those_the_distributions_state():
    said = {name: stated(name) for name in rows()}
    assert sum(licence is not None for licence in said.values()) > 25
    assert {
        name: (rows()[name], licence) for name, licence in said.items() if licence not in {None, rows()[name]}
    } == {}
