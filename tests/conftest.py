"""How a run begins: where temporary folders are, and who imports what."""

import gc

import pytest

from tests import scratch

scratch.settle()
gc.disable()


def pytest_configure(config: pytest.Config) -> None:
    """Whoever only hands the tests out need not import the system before it starts those who run them."""
    hands_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not hands_out:
        config.pluginmanager.import_plugin("tests.fixtures")


def pytest_collection_finish() -> None:
    """What is imported and collected stays; looking through it again and again took a tenth of the time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
