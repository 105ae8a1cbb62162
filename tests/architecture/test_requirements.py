"""Locks pin by hash, name no host and hold what pyproject.toml asks for."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
HOST = re.compile(r"https?://|file:|--(?:extra-)?index-url|--find-links|--trusted-host", re.IGNORECASE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_names_no_host_and_pins_every_hash(lock):
    text = lock.read_text()
    assert HOST.search(text) is None
    pins = re.findall(r"^[a-z0-9][\w.\[\]-]*==[^\s;\\]+", text, re.MULTILINE)
    assert len(pins) > 20
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_lock_of_the_linter_names_no_host_and_pins_every_hash():
    packages = json.loads((ROOT / "requirements" / "package-lock.json").read_text())["packages"]
    pinned = {name: each for name, each in packages.items() if name}
    assert pinned
    for name, each in pinned.items():
        assert "resolved" not in each, f"{name} names a registry; requirements/.npmrc keeps it out"
        assert each["integrity"].startswith("sha512-"), name


def test_direct_dependencies_are_locked():
    direct = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = (ROOT / "requirements" / "run.txt").read_text()
    assert direct
    for requirement in direct:
        name = re.match(r"[\w.-]+", requirement)[0]
        assert re.search(rf"^{re.escape(name)}(\[[\w,]+\])?==", locked, re.MULTILINE), name


def test_run_and_dev_agree():
    run, dev = (
        dict(re.findall(r"^([a-z0-9][\w.-]*)[^=\n]*==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("run.txt", "dev.txt")
    )
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}
