"""Row similar: what may be the same among any number of needs, over HTTP, beside the bare statement."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from random import Random

import httpx
import psycopg

from bench import filler as needs
from bench.figures import Figure
from bench.machine import cpu_seconds
from bench.stand import Stand
from services.needs.domain.duplicates import terms
from wushe.db import uuid7

COUNT, ASKED = 100_000, 400
# Half of the register is one community's, so that the pairs asked for have thousands of needs each.
_CROWD = "update needs set division = %s where id in (select id from needs order by random() limit %s)"
_TERMS = """
insert into need_terms (term, division, id)
select distinct unnest(said.terms), needs.division, needs.id
from needs join (select unnest(%s::text[]) as statement, unnest(%s::text[])::int[] as terms) as said using (statement)
where not danger
"""
BARE = """
select found.id from unnest(%s::int[]) as asked(term)
cross join lateral (
  select page.id, count(*) over () as spread
  from (select id from need_terms where term = asked.term and division = %s order by id desc limit 100) as page
) as found
group by found.id order by sum(1.0 / found.spread) desc, found.id desc limit 100
"""


def fill(url: str, count: int) -> list[str]:
    """So many needs with the index of their words; the statements to ask about."""
    needs.fill(url, count)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(_CROWD, (needs.COMMUNITY, count // 2))
        said = [row[0] for row in admin.execute("select distinct statement from needs").fetchall()]
        numbers = ["{" + ",".join(map(str, terms(each))) + "}" for each in said]
        admin.execute(_TERMS, (said, numbers))
        admin.execute("vacuum (analyze) needs")
        admin.execute("vacuum (analyze) need_terms")
    return said


def mixed(said: Sequence[str], count: int) -> list[str]:
    """Statements nobody made: half of one and half of another."""
    dice = Random(1)  # noqa: S311 -- the same mixture at every run
    pairs = [dice.sample(sorted(said), 2) for _ in range(count)]
    return [one[: len(one) // 2 + 1] + other[len(other) // 2 :] for one, other in pairs]


def _timed(ask: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Milliseconds of each, one after the other, after a tenth of them to warm up."""
    spent = []
    for text in [*texts[: len(texts) // 10], *texts]:
        began = time.perf_counter()
        ask(text)
        spent.append((time.perf_counter() - began) * 1000)
    return spent[len(texts) // 10 :]


def percentile(spent: Sequence[float], share: float) -> float:
    """The value that many hundredths stay below."""
    return statistics.quantiles(spent, n=1000, method="inclusive")[round(share * 1000) - 1]


def at_size(count: int = COUNT) -> list[Figure]:
    """Half and ninety-nine hundredths of the answers stay below this; the bare statement in the same run beside it."""
    with Stand() as stand:
        url = stand.database_url("needs")
        texts = mixed(fill(url, count), ASKED)
        service, headers = stand.serve("needs"), needs.acting("community_worker", needs.COMMUNITY)
        with httpx.Client(base_url=service.url, trust_env=False) as client, psycopg.connect(url) as admin:

            def over_http(text: str) -> object:
                body = json.dumps({"statement": text, "division": needs.COMMUNITY})
                sent = {**headers(), "idempotency-key": str(uuid7())}
                return client.post("/v1/needs/similar", content=body, headers=sent).raise_for_status().json()

            def bare(text: str) -> object:
                return admin.execute(BARE, (terms(text, limit=40), needs.COMMUNITY)).fetchall()

            family = (service.pid, stand.postgres.pid)
            before = sum(map(cpu_seconds, family))
            answered = _timed(over_http, texts)
            spent = (sum(map(cpu_seconds, family)) - before) * 1000 / (len(texts) * 1.1)
            return [_figure(count, answered, _timed(bare, texts), spent)]


def _figure(count: int, answered: Sequence[float], stated: Sequence[float], spent: float) -> Figure:
    p99, half = percentile(answered, 0.99), statistics.median(answered)
    how = (
        f"p50 {half:.1f} ms, p99 {p99:.1f} ms; bare statement p50 {statistics.median(stated):.1f}"
        f" ms, p99 {percentile(stated, 0.99):.1f} ms; {spent:.1f} ms of processor an answer;"
        " one after the other, half of the needs in one community"
    )
    what = f"{count:,} 条需求中找相似，p99 · similar needs among so many"
    return Figure(
        "similar",
        what,
        "<= 50 ms" if count <= COUNT else "",
        p99,
        min(answered),
        max(answered),
        unit="ms",
        n=len(answered),
        how=how,
    )
