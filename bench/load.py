"""Load from `wrk`: so many connections for so many seconds, and what the server spent on it."""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from bench.machine import REST, cpu_seconds, pinned, program

SCRIPT = Path(__file__).with_name("load.lua")
SECONDS, ROUNDS, CONNECTIONS = 2.0, 3, 8


@dataclass(frozen=True)
class Sample:
    """One measurement: requests a second, median microseconds of an answer, processor microseconds of the server."""

    rate: float
    cpu: float
    p50: float = 0.0


@dataclass(frozen=True)
class Ask:
    """One kind of request, or the same request to many paths in turn."""

    url: str
    paths: Sequence[str]
    headers: Callable[[], Mapping[str, str]] = dict
    method: str = "GET"
    body: bytes = b""
    keyed: bool = False
    pids: tuple[int, ...] = field(default=())
    """The families whose processor time counts."""


def measure(ask: Ask, *, connections: int = CONNECTIONS, seconds: float = SECONDS) -> Sample:
    """Send it for a while; a single failed request ends the bench."""
    with tempfile.TemporaryDirectory(prefix="wushe-bench-") as folder:
        command = _command(ask, Path(folder), connections, seconds)
        before = sum(map(cpu_seconds, ask.pids))
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- our own command
        spent = sum(map(cpu_seconds, ask.pids)) - before
    said = json.loads(done.stdout.strip().splitlines()[-1])
    if said["failed"] or not said["requests"]:
        raise SystemExit(f"{said['failed']} requests of {said['requests']} failed: {ask.url}{ask.paths[0]}")
    return Sample(
        rate=said["requests"] * 1e6 / said["microseconds"],
        cpu=spent * 1e6 / said["requests"],
        p50=said["p50"],
    )


def _command(ask: Ask, folder: Path, connections: int, seconds: float) -> list[str]:
    (folder / "paths").write_text("\n".join(ask.paths) + "\n")
    (folder / "body").write_bytes(ask.body)
    wrk = program("wrk")
    if wrk is None:
        raise SystemExit("缺少 wrk · wrk is not installed: apt-get install wrk")
    duration = f"{max(1, round(seconds))}s"
    said = [f"{name}: {value}" for name, value in ask.headers().items()]
    return [
        *pinned(REST, wrk, "-t1", f"-c{connections}", f"-d{duration}", "--latency", "-s", str(SCRIPT), ask.url),
        *("--", ask.method, str(folder / "body") if ask.body else "-"),
        *(f"{uuid4().hex}-" if ask.keyed else "-", str(folder / "paths"), *said),
    ]


def interleaved(subjects: Mapping[str, Callable[[], Sample]], *, rounds: int = ROUNDS) -> dict[str, list[Sample]]:
    """Measure each in turn, round after round, so that whatever disturbs the machine disturbs all; once to warm up."""
    found: dict[str, list[Sample]] = {name: [] for name in subjects}
    for turn in range(rounds + 1):
        for name, take in subjects.items():
            sample = take()
            if turn:
                found[name].append(sample)
    return found


def median(samples: Sequence[Sample], what: str = "rate") -> float:
    """The median of one column."""
    found: float = statistics.median(getattr(sample, what) for sample in samples)
    return found


def ratio(upper: Sequence[Sample], lower: Sequence[Sample], what: str = "rate") -> tuple[float, float, float]:
    """The ratio of two medians, with the lowest and highest ratio of one round."""
    pairs = [getattr(a, what) / getattr(b, what) for a, b in zip(upper, lower, strict=True)]
    return median(upper, what) / median(lower, what), min(pairs), max(pairs)
