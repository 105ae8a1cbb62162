"""Row 9: get, list and create beside the textbook route, on one table with one server."""

from functools import partial
from uuid import UUID

import jwt

from bench import filler as needs
from bench.figures import Figure
from bench.gateway import said
from bench.load import Ask, interleaved, measure, ratio
from bench.reads import SMALL
from bench.stand import Stand
from bench.textbook import SECRET

GOALS = {"get": ">= 2.0", "list": ">= 2.0", "create": ">= 0.8"}


def textbook() -> list[Figure]:
    """Throughput over the textbook's; ours with scope, audit, idempotency and outbox."""
    with Stand() as stand:
        url = stand.database_url("needs")
        needs.fill(url, SMALL)
        service, ident = stand.serve("needs"), needs.some(url, 1)[0]
        floor = stand.application("floor", BENCH_DATABASE_URL=url)
        bare = Ask(floor.url, [f"/page/{needs.COMMUNITY}"], dict[str, str], pids=(floor.pid,))
        other = stand.application("textbook", BENCH_DATABASE_URL=url.replace("postgresql", "postgresql+asyncpg", 1))
        claims = {"sub": str(UUID(int=7)), "division": needs.COMMUNITY}
        token = {"authorization": f"Bearer {jwt.encode(claims, SECRET)}", "content-type": "application/json"}
        ours = needs.asks(service, [ident], needs.acting("community_worker", needs.COMMUNITY))
        theirs = needs.asks(other, [ident], lambda: token)
        found = []
        for kind, goal in GOALS.items():
            subjects = {"wushe": partial(measure, ours[kind]), "textbook": partial(measure, theirs[kind])}
            if kind == "list":
                subjects["FastAPI, asyncpg and the model alone"] = partial(measure, bare)
            taken = interleaved(subjects)
            what = f"÷ 教科书写法，吞吐量，{kind} · over the textbook route, throughput"
            found.append(Figure("9", what, goal, *ratio(taken["wushe"], taken["textbook"]), how=said(taken)))
    return found
