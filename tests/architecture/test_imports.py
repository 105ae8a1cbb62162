"""The import contracts hold, name every module of the kit, and each of them catches its violation."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# By contract: the file, the line put into it, and the chain the linter has to show.
VIOLATIONS = {
    "tiers": [
        ("wushe/clock.py", "import services.needs", "wushe.clock -> services.needs "),
        ("gateway/app.py", "import services.needs.events", "gateway.app -> services.needs.events "),
    ],
    "independent-services": [
        ("services/projects/clients.py", "import services.needs.events", "clients -> services.needs.events "),
    ],
    "rooms": [
        (
            "services/needs/repository/areas.py",
            "import services.needs.usecases",
            "repository.areas -> services.needs.usecases ",
        ),
        ("services/needs/unlisted.py", "", "services.needs.unlisted\n"),
    ],
    "gateway-rooms": [
        ("gateway/routing.py", "import gateway.proxy", "gateway.routing -> gateway.proxy "),
        ("gateway/unlisted.py", "", "gateway.unlisted\n"),
    ],
    "pure-domain": [
        ("services/needs/domain/wire.py", "import pydantic", "needs.domain.wire -> pydantic "),
        ("services/projects/domain/stored.py", "import wushe.tables", "projects.domain.stored -> wushe.tables "),
    ],
    "queries-in-repositories": [
        ("services/needs/usecases/query.py", "import sqlalchemy", "needs.usecases.query -> sqlalchemy "),
        ("gateway/usecases/query.py", "import sqlalchemy", "gateway.usecases.query -> sqlalchemy "),
    ],
    "serving-without-alembic": [("wushe/app.py", "import wushe.migrate", "wushe.app -> wushe.migrate ")],
    "no-cycles": [("wushe/errors.py", "import wushe.work", ".errors -> .work ")],
}

# What a domain imports beside the standard library and the two modules every tier may use.
ADMITTED = {
    "services/evaluation/domain/blind.py": {"cryptography"},  # blind signatures are the rule itself
    "services/evaluation/domain/wrapping.py": {"cryptography"},
    "services/needs/domain/triage/model.py": {"numpy"},  # reading a statement is a product of tables of numbers
    "services/needs/domain/triage/suggesting.py": {"numpy"},
    "services/needs/domain/triage/training.py": {"numpy"},
}


def lint(folder: Path) -> subprocess.Popen:
    return subprocess.Popen([LINT, "--no-cache", "--no-logo"], cwd=folder, stdout=subprocess.PIPE, text=True)


def copy_of(folder: Path) -> Path:
    for name in ("wushe", "services", "gateway", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def sections(report: str) -> dict[str, str]:
    """What the linter tells about each broken contract, by id."""
    starts = {contract["id"]: report.rfind(f"\n{contract['name']}\n-") for contract in CONTRACTS.values()}
    found = sorted((start, name) for name, start in starts.items() if start >= 0)
    ends = [*(start for start, _ in found), len(report)]
    return {name: report[begin:end] for (_, name), (begin, end) in zip(found, pairwise(ends), strict=True)}


def test_contracts_hold_and_each_catches_its_violation(tmp_path):
    holding = lint(ROOT)
    folder = copy_of(tmp_path)
    for name, line, _ in (violation for found in VIOLATIONS.values() for violation in found):
        path = folder / name
        before = path.read_text() if path.exists() else '"""Injected."""\n'
        path.write_text(f"{before}\n{line}\n")
    broken = lint(folder)
    report, complaint = holding.communicate()[0], broken.communicate()[0]
    assert holding.returncode == 0 and f"{len(CONTRACTS)} kept, 0 broken" in report, report
    assert broken.returncode == 1
    assert set(VIOLATIONS) == set(CONTRACTS)
    told = sections(complaint)
    for contract, found in VIOLATIONS.items():
        for name, _, chain in found:
            assert chain in told.get(contract, ""), (contract, name, complaint)


def test_every_module_of_the_kit_is_closed_to_domains():
    kit = {
        f"wushe.{path.stem}"
        for path in (ROOT / "wushe").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and not path.name.startswith("__")
    }
    listed = {name for name in CONTRACTS["pure-domain"]["forbidden_modules"] if name.startswith("wushe.")}
    assert listed == kit - {"wushe.errors", "wushe.clock"}


def test_domains_import_the_standard_library_and_themselves_only():
    files = [path for path in (ROOT / "services").rglob("*.py") if "domain" in (path.stem, *path.parts)]
    assert len(files) > 10
    found = {str(path.relative_to(ROOT)): foreign(path) for path in files}
    assert {name: imported for name, imported in found.items() if imported} == ADMITTED


def foreign(path: Path) -> set[str]:
    """The packages a file of a domain imports that are neither its own nor the standard library's."""
    own = re.escape(".".join(path.relative_to(ROOT).parts[:3]))
    allowed = re.compile(rf"({own}|wushe\.errors|wushe\.clock)(\.|$)")
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    tops = {name.partition(".")[0] for name in imported if not allowed.match(name)}
    return tops - sys.stdlib_module_names
