"""How a run begins and ends: temporary folders, cores, the order of the tests, and who imports what."""

import gc

import pytest

from tests import cores, scratch

LONG = {"faults", "system", "wire"}
# Files and folders whose tests start whole processes and end or kill them.
PROCESSES = {"faults", "wire", "test_commands.py", "test_imports_killed.py", "test_keys.py"}

scratch.settle()
gc.disable()


def pytest_configure(config: pytest.Config) -> None:
    """Whoever only hands the tests out need not import the system before it starts those who run them."""
    if hasattr(config, "workerinput"):
        cores.settle(int(config.workerinput["workerid"].removeprefix("gw")))
    elif config.getoption("numprocesses", None):
        return
    config.pluginmanager.import_plugin("tests.fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that no worker is left alone with one at the end; those with processes run apart."""
    for item in items:
        if PROCESSES & {item.path.name, item.path.parent.name}:
            item.add_marker("processes")
    items.sort(key=lambda item: not LONG & {item.path.name, item.path.parent.name})


def pytest_collection_finish() -> None:
    """What is imported and collected stays; looking through it again and again took a tenth of the time."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many of the systems the articles describe this run has proven."""
    from tests.system import rows  # noqa: PLC0415 -- only whoever reports needs it

    passed, failed, broken = (
        [report.nodeid for report in terminalreporter.stats.get(outcome, [])]
        for outcome in ("passed", "failed", "error")
    )
    if sentence := rows.summary(passed, [*failed, *broken]):
        terminalreporter.write_line(sentence)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Once leaks have been looked for, the kernel takes the memory back faster than Python does."""
    gc.freeze()
