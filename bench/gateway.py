"""Rows 1 to 5: the gateway beside nginx, and beside the usual recipe."""

import statistics
from collections.abc import Callable, Mapping, Sequence

from bench import filler as needs
from bench.figures import Figure
from bench.load import Ask, Sample, interleaved, measure, median, ratio
from bench.machine import REST, SERVER, program
from bench.stand import FOLDER, Server, Stand, proxying, serving

HOP = "aiohttp alone"
"""What the gateway could not be faster than while it passes requests on with aiohttp."""
SIZES = {"1": ("small.json", 700, ">= 0.13"), "2": ("large.json", 66 * 1024, ">= 0.40")}


def said(taken: Mapping[str, Sequence[Sample]]) -> str:
    """The medians of every subject: requests a second and processor microseconds of the server."""
    return "; ".join(
        f"{name} {median(samples):,.0f}/s, {median(samples, 'cpu'):,.0f} µs" for name, samples in taken.items()
    )


def absent(*rows: str) -> list[Figure]:
    """What is shown where nginx is not installed."""
    return [Figure(row, "nginx 未安装 · nginx not installed", "", 0, 0, 0, n=1) for row in rows]


def static() -> list[Figure]:
    """Rows 1, 2 and 5, before an upstream that answers from files."""
    if not program("nginx"):
        return absent("1", "2", "5")
    with Stand() as stand:
        upstream = _files(stand)
        gateway = stand.serve("gateway", peers=f"needs={upstream.url}")
        proxy = stand.nginx("proxy", proxying(upstream), core=SERVER)
        hop = stand.application("hop", BENCH_UPSTREAM=upstream.url)
        subjects = {"gateway": gateway, "nginx": proxy, HOP: hop}
        recipe = stand.application("recipe", BENCH_UPSTREAM=upstream.url)
        beside: dict[str, dict[str, Server]] = {"1": subjects | {"recipe": recipe}, "2": subjects}
        taken = {
            row: interleaved({name: _taking(server, file) for name, server in beside[row].items()})
            for row, (file, _, _) in SIZES.items()
        }
    return [*(_beside_nginx(row, taken[row]) for row in SIZES), _beside_recipe(taken["1"])]


def _files(stand: Stand) -> Server:
    folder = FOLDER / "files"
    (folder / "v1" / "needs").mkdir(parents=True, exist_ok=True)
    for name, size, _ in SIZES.values():
        (folder / "v1" / "needs" / name).write_text('{"pad":"' + "x" * (size - 10) + '"}')
    return stand.nginx("upstream", serving(folder), core=REST)


def _taking(server: Server, file: str) -> Callable[[], Sample]:
    ask = Ask(server.url, [f"/v1/needs/{file}"], needs.bearing(), pids=(server.pid,))
    return lambda: measure(ask)


def _beside_nginx(row: str, taken: Mapping[str, Sequence[Sample]]) -> Figure:
    _, size, goal = SIZES[row]
    what = f"网关 ÷ nginx，吞吐量，{size / 1024:.1f} KB · gateway over nginx, throughput"
    return Figure(row, what, goal, *ratio(taken["gateway"], taken["nginx"]), how=said(taken))


def _beside_recipe(taken: Mapping[str, Sequence[Sample]]) -> Figure:
    what = "网关 ÷ FastAPI+httpx 网关，吞吐量 · gateway over the FastAPI+httpx recipe, throughput"
    return Figure("5", what, ">= 12", *ratio(taken["gateway"], taken["recipe"]), how=said(taken))


def real() -> list[Figure]:
    """Rows 3 and 4, before the real service on its real database."""
    if not program("nginx"):
        return absent("3", "4")
    with Stand() as stand:
        needs.fill(stand.database_url("needs"), 10_000)
        service = stand.serve("needs")
        gateway = stand.serve("gateway", core=REST, peers=f"needs={service.url}")
        proxy = stand.nginx("proxy", proxying(service), core=REST)
        hop = stand.application("hop", core=REST, BENCH_UPSTREAM=service.url)
        idents = needs.some(stand.database_url("needs"), 50)
        role = ("community_worker", needs.COMMUNITY)
        asked = {
            "gateway": needs.asks(gateway, idents, needs.bearing(*role)),
            "nginx": needs.asks(proxy, idents, needs.acting(*role)),
            HOP: needs.asks(hop, idents, needs.acting(*role)),
            "service": needs.asks(service, idents, needs.acting(*role)),
        }
        return [*_end_to_end(asked), _added(asked)]


def _end_to_end(asked: Mapping[str, Mapping[str, Ask]]) -> list[Figure]:
    found = []
    for kind in ("get", "list", "create"):
        taken = interleaved({name: _measuring(asked[name][kind]) for name in ("gateway", "nginx")})
        what = f"网关+服务 ÷ nginx+服务，吞吐量，{kind} · gateway+service over nginx+service, throughput"
        found.append(Figure("3", what, ">= 0.90", *ratio(taken["gateway"], taken["nginx"]), how=said(taken)))
    return found


def _measuring(ask: Ask, connections: int = 8) -> Callable[[], Sample]:
    return lambda: measure(ask, connections=connections)


def _added(asked: Mapping[str, Mapping[str, Ask]]) -> Figure:
    taken = interleaved({name: _measuring(kinds["get"], 1) for name, kinds in asked.items()}, rounds=5)
    bare = median(taken["service"], "p50")
    added = {name: [hop.p50 - bare for hop in taken[name]] for name in ("gateway", HOP, "nginx")}
    # The hop of nginx is about as long as what one round differs from the next: only the medians are divided.
    typical = statistics.median(added["nginx"])
    how = "; ".join(
        f"{name} +{statistics.median(each):,.0f} µs ({min(each):,.0f}–{max(each):,.0f})" for name, each in added.items()
    )
    how += f"; service alone {median(taken['service'], 'p50'):,.0f} µs"
    what = "网关增加的时延 ÷ nginx 增加的时延，p50，1 个连接 · added p50 over nginx's, one connection"
    ours = added["gateway"]
    if typical <= 0:  # no ratio, and no goal reached or missed
        what = "网关增加的时延，p50，1 个连接；nginx 的量不出 · added p50 of the gateway; nginx's is below the noise"
        return Figure("4", what, "", statistics.median(ours), min(ours), max(ours), unit="µs", n=5, how=how)
    pairs = [each / typical for each in ours]
    return Figure("4", what, "<= 1.8", statistics.median(pairs), min(pairs), max(pairs), unit="x", n=5, how=how)
