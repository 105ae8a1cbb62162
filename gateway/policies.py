"""The privacy policy, version by version, as residents are told it (PIPL 17)."""

import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "policies.toml"


def _read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["policies"]
    return found


POLICIES = _read()
