"""Wrapping of issuing keys, the settings they need, and processes that die with their parent."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import ValidationError

from services.evaluation.domain import wrapping
from services.evaluation.settings import Settings

KEK = bytes(range(32))


def test_a_wrapped_key_comes_back_only_whole_and_for_its_own_id():
    wrapped = wrapping.wrap(KEK, b"private", key_id="a")
    assert wrapping.unwrap(KEK, wrapped, key_id="a") == b"private"
    assert wrapped != wrapping.wrap(KEK, b"private", key_id="a")
    for kek, sealed, key_id in ((KEK, wrapped, "b"), (bytes(32), wrapped, "a"), (KEK, wrapped[:-1], "a")):
        with pytest.raises(InvalidTag):
            wrapping.unwrap(kek, sealed, key_id=key_id)


def test_production_needs_a_wrapping_key(tmp_path, monkeypatch):
    monkeypatch.setenv("WUSHE_PROFILE", "production")
    with pytest.raises(ValidationError, match="WUSHE_EVALUATION_KEK_FILE"):
        Settings(trust_dir=tmp_path)
    assert Settings(trust_dir=tmp_path, kek_file=tmp_path / "kek").port == 8004


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


PARENT = """
import asyncio, sys
from services.evaluation.clients import SigningProcesses

async def main():
    signing = SigningProcesses(1)
    await signing.generate()
    print(*signing._pool._processes, flush=True)
    await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_killed_parent_leaves_no_signing_process(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    root = str(Path(__file__).parents[2])
    command = [sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": root}) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 5
        while alive(child) and time.monotonic() < deadline:
            time.sleep(0.02)
    assert not alive(child)
