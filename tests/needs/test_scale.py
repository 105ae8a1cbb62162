"""What a page of needs costs must not grow with the register: every list walks an index, in the order it shows."""

from types import SimpleNamespace
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from bench import filler as synthetic
from services.needs.models import Need
from services.needs.repository import Needs
from tests.harness import COMMUNITY, STREET
from wushe.db import engine_for, uuid7
from wushe.identity import Caller
from wushe.pages import PageRequest
from wushe.work import Database

pytestmark = pytest.mark.asyncio(loop_scope="session")
COUNT, BLOCKS = 8_000, 60
"""So many needs stand in 600 blocks of 8 KiB; a page may touch so many of them."""


class Explained(Database):
    """Says of each statement how it was executed, and finds nothing."""

    async def fetch(self, statement, *values):
        (record,) = await super().fetch(f"explain (analyze, buffers, format json) {statement}", *values)
        self.plan = record[0][0]["Plan"]
        return []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def register(fresh_database, postgres):
    addresses = fresh_database("needs")
    superuser = postgres.url(addresses.runtime.rpartition("/")[2])
    synthetic.fill(superuser, COUNT)
    with psycopg.connect(superuser, autocommit=True) as admin:  # a small register is sorted faster than it is walked
        admin.execute(f"alter database {admin.info.dbname} set enable_sort = off")
    engine = engine_for(addresses.runtime)
    yield SimpleNamespace(database=Explained(engine, source="needs"), author=synthetic.an_author(superuser))
    await engine.dispose()


def caller(role: str, scope: str, person: UUID | None = None) -> Caller:
    return Caller(subject="s", client="c", role=role, scope=scope, person_id=person, request_id="r", issuer="gateway")


def nodes(plan: dict) -> list[dict]:
    return [plan, *(node for below in plan.get("Plans", ()) for node in nodes(below))]


def page(after: str | None = None) -> PageRequest:
    return PageRequest(20, after, b"", b"", lambda _: None)


async def explained(register, who: Caller, *, after=None, division=None, **filters) -> list[dict]:
    await Needs(register.database.glance(who)).listed(page(after), filters, division)
    return nodes(register.database.plan)


@pytest.mark.parametrize(
    ("role", "scope", "filters"),
    [
        ("community_worker", COMMUNITY, {}),
        ("community_worker", synthetic.communities()[600], {}),
        ("community_worker", COMMUNITY, {"state": "submitted"}),
        ("community_worker", COMMUNITY, {"state": "closed", "theme": "elder_meal"}),
        ("street_officer", STREET, {"division": COMMUNITY}),
        ("resident", COMMUNITY, {}),
    ],
)
async def test_a_page_reads_little_of_the_register(register, role, scope, filters):
    plan = await explained(register, caller(role, scope, register.author), **filters)
    assert [node["Node Type"] for node in plan if node.get("Relation Name") == "needs"], "looked elsewhere"
    assert "Seq Scan" not in {node["Node Type"] for node in plan if node.get("Relation Name") == "needs"}
    assert plan[0]["Shared Hit Blocks"] + plan[0]["Shared Read Blocks"] < BLOCKS


@pytest.mark.parametrize("mark", ["overdue", "escalated"])
async def test_the_few_that_bear_a_mark_are_found_by_its_own_index(register, mark):
    needs = Needs(register.database.glance(caller("community_worker", COMMUNITY)))
    await needs.listed(page(), {}, None, {mark: True})
    assert f"ix_needs_{mark}" in {node.get("Index Name") for node in nodes(register.database.plan)}


async def test_a_deep_page_costs_what_the_first_does(register):
    worker = caller("community_worker", COMMUNITY)
    first, deep = [
        (await explained(register, worker, after=after))[0]["Shared Hit Blocks"] for after in (str(uuid7()), None)
    ]
    assert deep <= first + 5


async def test_one_need_is_found_by_its_key(register):
    await register.database.glance(caller("community_worker", COMMUNITY)).get(Need, uuid7())
    assert "Index Scan" in {node["Node Type"] for node in nodes(register.database.plan)}
