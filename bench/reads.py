"""Row 6 and the scale: the service over the bare statement, and a million rows over ten thousand."""

import json
import subprocess
import sys
from collections.abc import Callable

from bench import filler as needs
from bench.figures import Figure
from bench.gateway import said
from bench.load import Ask, Sample, interleaved, measure, median, ratio
from bench.machine import SERVER, pinned
from bench.stand import HOME, Stand

SMALL, LARGE = 10_000, 1_000_000


def alone(kind: str, *arguments: str) -> Sample:
    """A loop of `bench.alone` on the server's core."""
    command = pinned(SERVER, sys.executable, "-m", "bench.alone", kind, *arguments)
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, check=True)  # noqa: S603 -- our own command
    return Sample(**json.loads(done.stdout))


def hot() -> list[Figure]:
    """Rows 6 and 7: a need by its identifier, authorised, over asyncpg alone and over FastAPI alone."""
    with Stand() as stand:
        url = stand.database_url("needs")
        needs.fill(url, SMALL)
        service, ident = stand.serve("needs"), needs.some(url, 1)[0]
        ask = needs.asks(service, [ident], needs.acting("community_worker", needs.COMMUNITY))["get"]
        floor = stand.application("floor")
        model, bare = (Ask(floor.url, [path], dict[str, str], pids=(floor.pid,)) for path in ("/01a1f9c3", "/bare"))
        subjects: dict[str, Callable[[], Sample]] = {
            "service": lambda: measure(ask),
            "asyncpg": lambda: alone("get", url, str(ident)),
            "FastAPI with a model": lambda: measure(model),
            "uvicorn alone": lambda: measure(bare),
        }
        taken = interleaved(subjects)
    what = "按编号读取（经授权）÷ 裸 asyncpg · GET by id, authorised, over bare asyncpg, one core"
    beside = "按编号读取（经授权）÷ 只有 FastAPI · GET by id, authorised, over FastAPI alone"
    return [
        Figure("6", what, ">= 0.12", *ratio(taken["service"], taken["asyncpg"]), how=said(taken)),
        Figure("7", beside, ">= 0.33", *ratio(taken["service"], taken["FastAPI with a model"])),
    ]


WORKER, OFFICER, QUIET = "community_worker", "street_officer", needs.communities()[30]
# Each has twenty rows to show at both sizes, or as many as its own limit says.
LISTS = {
    "first page, busy community": (WORKER, needs.COMMUNITY, "limit=20"),
    "first page, quiet community": (WORKER, QUIET, "limit=20"),
    "deep page, community": (WORKER, needs.COMMUNITY, "deep"),
    "by state, community": (WORKER, needs.COMMUNITY, "limit=20&state=responded"),
    "by state and theme, community": (WORKER, needs.COMMUNITY, "limit=3&state=closed&theme=elder_meal"),
    "first page, street": (OFFICER, needs.STREET, "limit=20"),
    "by division, street": (OFFICER, needs.STREET, f"limit=20&division={needs.COMMUNITY}"),
    "by state, street": (OFFICER, needs.STREET, "limit=20&state=responded"),
    "first page, county": ("supervisor", needs.COUNTY, "limit=20"),
    "by state, county": ("supervisor", needs.COUNTY, "limit=20&state=submitted"),
    "a resident's own": ("resident", needs.COMMUNITY, "limit=3"),
}


def scale() -> list[Figure]:
    """What a get and each kind of page cost at a million needs over what they cost at ten thousand."""
    with Stand() as stand:
        asked = {}
        for count in (SMALL, LARGE):
            name = f"needs_{count}"
            url = stand.database_url("needs", name)
            needs.fill(url, count)
            service = stand.serve("needs", database=name)
            asked[count] = _asks(service.url, url, (service.pid, stand.postgres.pid))
        return [_compare(kind, asked[SMALL][kind], asked[LARGE][kind]) for kind in asked[SMALL]]


def _asks(address: str, url: str, pids: tuple[int, ...]) -> dict[str, Ask]:
    worker = needs.acting("community_worker", needs.COMMUNITY)
    paths = [f"/v1/needs/{ident}" for ident in needs.some(url, 200)]
    found = {"get": Ask(address, paths, worker, pids=pids)}
    author = needs.an_author(url)
    for kind, (role, scope, query) in LISTS.items():
        headers = needs.acting(role, scope, author)
        path = needs.deep_page(address, headers()) if query == "deep" else f"/v1/needs?{query}"
        found[kind] = Ask(address, [path], headers, pids=pids)
    return found


def _compare(kind: str, small: Ask, large: Ask) -> Figure:
    def one(ask: Ask) -> Callable[[], Sample]:
        return lambda: measure(ask, connections=1, seconds=1)

    taken = interleaved({"10⁴": one(small), "10⁶": one(large)})
    how = "; ".join(f"{name} p50 {median(samples, 'p50'):,.0f} µs" for name, samples in taken.items())
    what = f"10⁶ ÷ 10⁴ 条需求，p50 · a million needs over ten thousand: {kind}"
    return Figure("scale", what, "<= 1.5", *ratio(taken["10⁶"], taken["10⁴"], "p50"), unit="x", how=how)
