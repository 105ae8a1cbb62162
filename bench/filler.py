"""Synthetic needs in any number, and the callers who read them."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import httpx
import psycopg

from bench.load import Ask
from bench.stand import HOME, Server
from gateway.identity import development_token
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, Trust, sign
from wushe.settings import DEVELOPMENT_ROOT

SAMPLE = HOME / "samples" / "licheng"
COMMUNITY, STREET, COUNTY = "350502001001", "350502001000", "350502000000"
TRUST = Trust(root=DEVELOPMENT_ROOT, folder=None)
PERSON = UUID("01a00000-0000-7000-8000-000000000001")
BODY = json.dumps(
    {
        "statement": "3 号楼门前的路灯坏了两周，晚上老人下楼看不清台阶",
        "division": COMMUNITY,
        "channel": "meeting",
        "input": "typed",
        "consent_version": "2026-1",
    }
).encode()

# Newest last, as time writes them; busy communities have many needs, most needs are closed.
_FILL = """
insert into needs (id, division, state, statement, channel, input, place, consent_version, author_person_id, proxy,
  danger, danger_kinds, field, target_group, urgency, theme, cosigner_count, silent, submitted_at, created_at,
  updated_at, version, event_seq)
select uuidv7((number - %(count)s) * interval '90 seconds'),
  (%(divisions)s::text[])[1 + floor(spread * spread * %(places)s)],
  (%(states)s::text[])[1 + floor(random() * 100)],
  (%(statements)s::text[])[1 + number %% %(sentences)s],
  'visit', 'typed', '3 号楼', '2026-1', md5((number / 3)::text)::uuid, false, random() < 0.01, '[]',
  'elderly', 'elderly', 'normal', (%(themes)s::text[])[1 + number %% %(subjects)s], number %% 7, false, at, at, at, 3, 3
from (select number, random() as spread, now() + (number - %(count)s) * interval '90 seconds' as at
      from generate_series(1, %(count)s) as number) as drawn
"""
_STATES = {
    "closed": 60,
    "responded": 8,
    "planned": 8,
    "linked": 6,
    "rejected": 5,
    "accepted": 4,
    "triaged": 3,
    "submitted": 3,
    "withdrawn": 3,
}


def communities() -> list[str]:
    """The communities of the sample district, and as many of a county that does not exist."""
    with (SAMPLE / "divisions.csv").open(newline="", encoding="utf-8") as file:
        ours = [row["code12"] for row in csv.DictReader(file) if row["level"] == "5"]
    return [COMMUNITY, *(code for each in ours if each != COMMUNITY for code in (each, f"999999{each[6:]}"))]


def _column(name: str, column: str) -> list[str]:
    with (SAMPLE / name).open(newline="", encoding="utf-8") as file:
        return [row[column] for row in csv.DictReader(file)]


def fill(url: str, count: int) -> None:
    """Write that many needs as the superuser, in the order of their time, and let the planner look at them."""
    places, statements, themes = communities(), _column("needs_dev.csv", "text"), _column("themes.csv", "theme")
    states = [state for state, share in _STATES.items() for _ in range(share)]
    given = {
        "count": count,
        "divisions": places,
        "places": len(places),
        "states": states,
        "statements": statements,
        "sentences": len(statements),
        "themes": themes,
        "subjects": len(themes),
    }
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("select setseed(0.5)")
        admin.execute(_FILL, given)
        admin.execute("vacuum (analyze) needs")


def some(url: str, count: int, *, division: str = COMMUNITY) -> list[UUID]:
    """Identifiers of harmless needs of one division, spread over time."""
    found = (
        "select id from (select id, row_number() over (order by id) as number, count(*) over () as total from needs"
        " where division = %s and not danger) as each where number %% greatest(1, total / %s) = 0 limit %s"
    )
    with psycopg.connect(url, autocommit=True) as admin:
        return [row[0] for row in admin.execute(found, (division, count, count)).fetchall()]


def an_author(url: str, division: str = COMMUNITY) -> UUID:
    """Somebody who asked for something in a division."""
    found = "select author_person_id from needs where division = %s order by id desc limit 1"
    with psycopg.connect(url) as admin:
        row = admin.execute(found, (division,)).fetchone()
    assert row is not None
    ident: UUID = row[0]
    return ident


def acting(role: str, scope: str, person: UUID | None = None) -> Callable[[], Mapping[str, str]]:
    """The headers of a caller the gateway vouches for, signed anew for each sample because they hold 30 seconds."""

    def headers() -> Mapping[str, str]:
        caller = Caller(
            subject=f"bench:{role}",
            client="bench",
            person_id=person,
            role=role,
            scope=scope,
            request_id=str(uuid7()),
            issuer="gateway",
        )
        signed = sign(caller, issuer="gateway", audience="needs", trust=TRUST)
        return {HEADER: signed, "accept": "application/json", "user-agent": "wrk", "content-type": "application/json"}

    return headers


def bearing(role: str = "community_worker", scope: str = COMMUNITY) -> Callable[[], Mapping[str, str]]:
    """The headers of the same caller at the gateway."""
    headers = {
        "authorization": f"Bearer {development_token(role=role, scope=scope, person_id=PERSON)}",
        "accept": "application/json",
        "user-agent": "wrk",
        "content-type": "application/json",
    }
    return lambda: headers


def asks(server: Server, idents: Sequence[UUID], headers: Callable[[], Mapping[str, str]]) -> dict[str, Ask]:
    """Get, list and create as one server is asked for them."""
    pids = (server.pid,)
    return {
        "get": Ask(server.url, [f"/v1/needs/{ident}" for ident in idents], headers, pids=pids),
        "list": Ask(server.url, ["/v1/needs?limit=20"], headers, pids=pids),
        "create": Ask(server.url, ["/v1/needs"], headers, method="POST", body=BODY, keyed=True, pids=pids),
    }


def deep_page(url: str, headers: Mapping[str, str], pages: int = 3) -> str:
    """The path of a page further back, reached as any client reaches it."""
    path = "/v1/needs?limit=20"
    for _ in range(pages):
        answer = httpx.get(url + path, headers=dict(headers), trust_env=False).raise_for_status()
        path = f"/v1/needs?limit=20&cursor={answer.json()['next_cursor']}"
    return path
