"""Generated requests against the whole merged API, through the real gateway to the real services (S01)."""

import multiprocessing
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from samples.licheng.district import CAST
from tests.fuzz.rounds import Round, Tally, play
from tests.fuzz.town import Town, played

pytestmark = pytest.mark.fuzz

THREE = ("resident", "community_worker", "civil_affairs")
SIGNED_UP = 20
"""Steps of the play after which two projects are under way and people have signed up for their activities."""


def sent(town: Town, roles: tuple[str, ...], capsys: pytest.CaptureFixture[str], **more: object) -> list[Tally]:
    """A round for every role, each in a process of its own, and what became of them."""
    began, tallies = time.monotonic(), []
    wanted = [Round(url=town.url, **who, **more) for who in town.people(roles)]
    with (
        capsys.disabled(),
        ProcessPoolExecutor(min(len(wanted), 3), mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        for tally in pool.map(play, wanted):
            tallies.append(tally)
            sys.stdout.write("\n".join(["", f"  {tally}", *tally.told()]))
            sys.stdout.flush()
        requests, seconds = sum(tally.requests for tally in tallies), time.monotonic() - began
        sys.stdout.write(f"\n  {requests} requests in {seconds:.0f} s\n")
    return tallies


def judged(tallies: list[Tally]) -> None:
    """Everything was reached and answered, and nothing was wrong."""
    assert all(tally.requests >= tally.operations > 0 and tally.accepted for tally in tallies)
    assert not sum(tally.answers[0] for tally in tallies), "requests without an answer"
    assert not sum(tally.failures.total() for tally in tallies), "see the failures above"


def test_in_short(tmp_path, monkeypatch, capsys):
    with played(tmp_path, monkeypatch, steps=SIGNED_UP) as town:
        judged(sent(town, THREE, capsys, seed=2026, examples=2, phases=("fuzzing",), deterministic=True))


def test_at_length(tmp_path, monkeypatch, capsys):
    seed = int(os.environ.get("FUZZ_SEED") or random.randrange(1 << 32))
    examples, only = int(os.environ.get("FUZZ_EXAMPLES") or 50), os.environ.get("FUZZ_ONLY", "")
    seconds = int(os.environ.get("FUZZ_SECONDS") or 0) or None
    roles = tuple(os.environ.get("FUZZ_ROLES", "").split()) or tuple(role for role, *_ in CAST)
    with capsys.disabled():
        again = {"SEED": seed, "EXAMPLES": examples, "ONLY": only, "ROLES": " ".join(roles)}
        sys.stdout.write("\nmake fuzz " + " ".join(f"FUZZ_{name}='{value}'" for name, value in again.items()) + "\n")
    with played(tmp_path, monkeypatch, steps=None) as town:
        phases = ("examples", "coverage", "fuzzing", "stateful")
        judged(sent(town, roles, capsys, seed=seed, examples=examples, phases=phases, only=only, seconds=seconds))
