"""`python -m bench`: every row, or those named (`python -m bench 6 scale`); `python -m bench needs --file ANY.csv`."""

import sys
import time
from collections.abc import Callable

from bench import calls, gateway, reads, routes, similar, whole
from bench.figures import Figure, keep, publish, show
from bench.machine import description, require_two_cores
from bench.needs.__main__ import main as needs_figures

GROUPS: dict[tuple[str, ...], Callable[[], list[Figure]]] = {
    ("1", "2", "5"): gateway.static,
    ("3", "4"): gateway.real,
    ("6", "7"): reads.hot,
    ("9",): routes.textbook,
    ("13",): calls.siblings,
    ("14", "15"): whole.start_and_memory,
    ("16",): whole.survives,
    ("scale",): reads.scale,
    ("similar",): similar.at_size,
}


def main(wanted: list[str]) -> None:
    """Measure, print, keep; a full run also writes docs/performance.md."""
    unknown = set(wanted) - {row for rows in GROUPS for row in rows}
    if unknown:
        raise SystemExit(f"没有这一行 · no such row: {', '.join(sorted(unknown))}")
    require_two_cores()
    began, machine = time.monotonic(), description()
    figures: list[Figure] = []
    for rows, run in GROUPS.items():
        if not wanted or set(rows) & set(wanted):
            print(f"{', '.join(rows)} …", file=sys.stderr, flush=True)
            figures += run()
    show(figures)
    print(f"{machine}; {time.monotonic() - began:.0f} s")
    keep(figures, machine)
    if not wanted:
        publish(figures, machine)


if sys.argv[1:2] == ["needs"]:
    needs_figures(sys.argv[2:])
else:
    main(sys.argv[1:])
