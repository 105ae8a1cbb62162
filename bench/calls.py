"""Row 13: what a call to another service costs the caller's processor."""

from bench.figures import Figure
from bench.gateway import said
from bench.load import interleaved, ratio
from bench.machine import REST
from bench.reads import alone
from bench.stand import Stand


def siblings() -> list[Figure]:
    """A shared httpx client over ours, which also signs the caller and bounds the answer."""
    with Stand() as stand:
        url = stand.application("fixed", core=REST).url
        taken = interleaved({"plain httpx": lambda: alone("plain", url), "wushe": lambda: alone("sibling", url)})
    what = "普通 httpx ÷ 服务间调用，处理器时间 · plain httpx over a call between services, processor time"
    return [Figure("13", what, ">= 5", *ratio(taken["plain httpx"], taken["wushe"], "cpu"), unit="x", how=said(taken))]
