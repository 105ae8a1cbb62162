"""Rows 14 to 16: the whole system on one machine, its memory, its start and what it survives."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure
from bench.machine import cpu_seconds, family, pss_mib, read
from bench.stand import FOLDER, HOME, UNLIMITED
from wushe.commands.stack import reachable_folder
from wushe.settings import PORTS

DIRECTUS = 445
"""PSS in MiB of Directus 12.4.0 alone, without its database: the lower of two earlier measurements on two cores."""
WHERE = FOLDER / "up"
SURVIVES = ("tests/faults/test_postgres.py",)


def start_and_memory() -> list[Figure]:
    """Initialise a folder with the sample district, start it again three times, and weigh the last."""
    _forget()
    try:
        _stop(_started(sample=True)[0])
        seconds, spent = [], []
        for turn in range(3):
            process, took = _started(sample=False)
            try:
                seconds.append(took)
                spent.append(cpu_seconds(process.pid))
                weights = _weigh(process.pid) if turn == 2 else {}
            finally:
                _stop(process)
    finally:
        _forget()
    return [_memory(weights), _start(seconds, spent)]


def _forget() -> None:
    for folder in (reachable_folder(WHERE / "postgres"), WHERE):
        shutil.rmtree(folder, ignore_errors=True)


def _started(*, sample: bool) -> tuple[subprocess.Popen[bytes], float]:
    """`wushe up` on free ports, and the seconds until all five said that they are ready."""
    ports = {f"WUSHE_{service.upper()}_PORT": "0" for service in PORTS}
    wanted = "--sample" if sample else "--no-sample"
    command = [sys.executable, "-m", "wushe", "up", f"--folder={WHERE}", wanted]
    WHERE.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (WHERE / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=HOME, env={**os.environ, **UNLIMITED, **ports}, stdout=log, stderr=log)  # noqa: S603 -- our own command
    _await(process, began + 60, _all_ready)
    took = time.monotonic() - began
    if sample:
        _await(process, began + 120, (WHERE / "sample.json").exists)
    return process, took


def _await(process: subprocess.Popen[bytes], deadline: float, holds: Callable[[], bool]) -> None:
    while not holds():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"wushe up did not get ready; see {WHERE / 'up.log'}")
        time.sleep(0.02)


def _all_ready() -> bool:
    try:
        services = json.loads((WHERE / "run.json").read_text())["services"]
        return all(urllib.request.urlopen(url + "/health/ready", timeout=1).status == 200 for url in services.values())  # noqa: S310 -- http to ourselves
    except (OSError, ValueError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def _weigh(pid: int) -> dict[str, float]:
    """MiB of each of the five, of PostgreSQL with all its backends, and of the supervisor."""
    time.sleep(5)  # past the first turns of relay, sealer and jobs
    found: dict[str, float] = {}
    for each in family(pid):
        found[_name(each)] = found.get(_name(each), 0) + pss_mib(each)
    return found


def _name(pid: int) -> str:
    called, words = read(Path(f"/proc/{pid}/comm")).strip(), read(Path(f"/proc/{pid}/cmdline"))
    if called.startswith("wushe-"):
        return called
    kinds = {"postgres": "PostgreSQL", "forkserver": "fork server", "tracker": "resource tracker"}
    return next((name for sign, name in kinds.items() if sign in f"{called} {words}".lower()), "wushe up")


def _memory(weights: dict[str, float]) -> Figure:
    total = sum(weights.values())
    how = ", ".join(f"{name} {mib:.0f}" for name, mib in sorted(weights.items())) + f"; MiB, sum {total:.0f}"
    what = f"五个进程 + PostgreSQL + 监护进程，PSS ÷ Directus（{DIRECTUS} MiB）· PSS over Directus alone"
    return Figure("14", what, "<= 0.9", total / DIRECTUS, total / DIRECTUS, total / DIRECTUS, n=1, how=how)


def _start(seconds: list[float], spent: list[float]) -> Figure:
    value = statistics.median(seconds)
    how = f"{statistics.median(spent):.1f} s of processor time, on two cores"
    what = "已初始化的数据，到五个进程就绪 · `wushe up` until all five are ready, initialised data"
    return Figure("15", what, "<= 3 s", value, min(seconds), max(seconds), unit="s", how=how)


def survives() -> list[Figure]:
    """Row 16: the tests that kill parents, servers and bystanders' neighbours."""
    command = [sys.executable, "-m", "pytest", "-q", *SURVIVES]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)  # noqa: S603 -- our own command
    passed = re.search(r"(\d+) passed", done.stdout)
    share = 1.0 if done.returncode == 0 else 0.0
    how = f"{passed[1] if passed else 0} passed: {' '.join(SURVIVES)}"
    what = "杀死父进程、数据库，陈旧的 pid 文件 · killed parents and servers, stale pid files"
    return [Figure("16", what, ">= 1", share, share, share, n=1, how=how)]
