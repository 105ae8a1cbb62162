"""The default rules as the migration inserts them."""

import importlib.util
from pathlib import Path
from types import ModuleType


def default_rules() -> ModuleType:
    path = Path(__file__).parents[2] / "migrations" / "needs" / "0003_default_rules.py"
    spec = importlib.util.spec_from_file_location("default_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def crisis_net() -> list[dict]:
    net = default_rules().CRISIS_NET
    return [{"kind": kind, "lines": lines.split(), "patterns": patterns.split()} for kind, lines, patterns in net]


def help_lines() -> list[dict]:
    return [{"number": number, "zh": zh, "en": en} for number, zh, en in default_rules().HELP_LINES]
