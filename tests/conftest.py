"""How a run begins: where temporary folders are, and who imports what."""

import gc
import os

import pytest

from tests import scratch

scratch.settle()
gc.disable()


def pytest_configure(config: pytest.Config) -> None:
    """Whoever only hands the tests out need not import the system before it starts those who run them."""
    if hasattr(config, "workerinput"):
        _settle_on_a_core(int(config.workerinput["workerid"].removeprefix("gw")))
    elif config.getoption("numprocesses", None):
        return
    config.pluginmanager.import_plugin("tests.fixtures")


def _settle_on_a_core(number: int) -> None:
    """Keep a worker and its servers together: they take turns, and to wake one another across cores took a tenth.

    Whoever races still does: twenty transactions take turns statement by statement.
    """
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[number % len(cores)]})


def pytest_collection_finish() -> None:
    """What is imported and collected stays; looking through it again and again took a tenth of the time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
