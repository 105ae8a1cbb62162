"""The import contracts hold, and each of them catches its violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
VIOLATIONS = {
    "wushe/clock.py": ("import services.needs", "Applications stand on the shared kit"),
    "services/projects/clients.py": ("import services.needs.events", "Services never import one another"),
    "services/needs/repository.py": ("import services.needs.usecases", "Inside every service"),
    "services/needs/unlisted.py": ("", "Inside every service"),
    "services/needs/domain/extra.py": ("import pydantic", "Domain rules import nothing"),
    "services/needs/usecases/extra.py": ("import sqlalchemy", "Only repositories and models"),
    "gateway/app.py": ("import services.needs.events", "Applications stand on the shared kit"),
}


def lint(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def copy_of(folder: Path) -> Path:
    for name in ("wushe", "services", "gateway", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold():
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout
    assert "0 broken" in answer.stdout


@pytest.mark.parametrize(
    "violations",
    [
        # Grouped so that no violation hides another; one linter run each.
        ["wushe/clock.py", "services/needs/domain/extra.py", "services/needs/usecases/extra.py"],
        ["services/projects/clients.py", "services/needs/unlisted.py", "gateway/app.py"],
        ["services/needs/repository.py"],
    ],
)
def test_an_injected_violation_is_caught(tmp_path, violations):
    folder = copy_of(tmp_path)
    for name in violations:
        path, line = folder / name, VIOLATIONS[name][0]
        before = path.read_text() if path.exists() else '"""Injected."""\n'
        path.write_text(f"{before}\n{line}\n")
    answer = lint(folder)
    assert answer.returncode == 1
    for name in violations:
        contract = next(line for line in answer.stdout.splitlines() if line.startswith(VIOLATIONS[name][1]))
        assert contract.endswith("BROKEN"), (name, answer.stdout)
