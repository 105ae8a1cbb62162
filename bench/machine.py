"""Two cores and what runs on them: the server measured on one, load generator and database on the other."""

import os
import platform
import shutil
import subprocess
import sysconfig
from contextlib import suppress
from pathlib import Path

SERVER, *_, REST = sorted(os.sched_getaffinity(0)) * 2
"""The core of the server that is measured, and the core of everything else."""


def require_two_cores() -> None:
    """Refuse a machine on which the load would disturb what it measures."""
    if SERVER == REST:
        raise SystemExit("需要两个核 · the bench needs two cores")


def program(name: str) -> str | None:
    """Where Debian put a program, if it is installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def pinned(core: int, *command: str) -> list[str]:
    """A command that runs on one core, its children with it."""
    return ["taskset", "--cpu-list", str(core), *command]


def family(pid: int) -> list[int]:
    """A process and everything that descends from it."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, read(task).split())
    return found


def read(path: Path) -> str:
    """A file of a process, empty when the process has just ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def pin(pid: int, core: int) -> None:
    """Move a running family onto one core; whoever it forks later follows."""
    for each in family(pid):
        with suppress(ProcessLookupError):
            os.sched_setaffinity(each, {core})


def cpu_seconds(pid: int) -> float:
    """Processor time a family has used, from the scheduler's nanoseconds."""
    tasks = (task for each in family(pid) for task in Path(f"/proc/{each}/task").glob("*/schedstat"))
    return sum(int(text.split()[0]) for text in map(read, tasks) if text) / 1e9


def pss_mib(pid: int) -> float:
    """Proportional set size of one process in MiB: its own memory and its share of what is shared."""
    lines = read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def description() -> str:
    """The machine in one line, for the page of figures."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    build = "PGO" if optimised else "no PGO"
    busy = os.getloadavg()[0]
    return (
        f"{len(os.sched_getaffinity(0))} cores, {model}; Python {platform.python_version()} ({build}); load {busy:.1f}"
    )


def version_of(*command: str) -> str:
    """The first line a program says about itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- names of our own
    return (done.stdout + done.stderr).strip().partition("\n")[0]
