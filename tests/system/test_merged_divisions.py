"""Two communities become one: whoever worked or lived in the first goes on in the second."""

import pytest
import pytest_asyncio

from tests.harness import COMMUNITY, COUNTY
from tests.needs import stories
from tests.system.courier import carry
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT = "350502001002"


@pytest_asyncio.fixture(loop_scope="session")
async def houses(bench):
    return await bench.open("needs"), await bench.open("gateway")


async def merged(bench, needs):
    office = needs.acting("civil_affairs", COUNTY, person=uuid7())
    plan = {"from_codes": [COMMUNITY], "to_code": NEXT, "reason": "街道社区撤并"}
    merge = (await office.post("/v1/division-merges", plan)).json()
    assert (await office.post(f"/v1/division-merges/{merge['id']}/run", if_match=1)).status_code == 200
    await needs.sweep()
    await needs.sweep()
    await carry(bench)


async def held(gateway):
    rows = await gateway.sql("select role, division from grants order by role, division")
    return [tuple(row) for row in rows]


async def test_roles_and_links_go_where_their_division_went(bench, houses):
    needs, gateway = houses
    known = await stories.registered(needs)
    slip = await stories.worker(needs).post(f"/v1/residents/{known['id']}/link-code")
    account = gateway.acting("resident", COMMUNITY)
    assert (await account.post("/v1/me/residency", {"code": slip.json()["code"]})).status_code == 201
    for role, scopes in (("community_worker", [COMMUNITY]), ("committee", [COMMUNITY, NEXT]), ("auditor", [COUNTY])):
        for scope in scopes:
            await gateway.sql(
                "insert into grants (id, division, account_id, role, created_at)"
                " select gen_random_uuid(), :scope, account_id, :role, now() from residencies",
                scope=scope,
                role=role,
            )
    await merged(bench, needs)
    assert await held(gateway) == [("auditor", COUNTY), ("committee", NEXT), ("community_worker", NEXT)]
    assert [row.division for row in await gateway.sql("select division from residencies")] == [NEXT]
    kept = await gateway.sql("select division, reason from audit where verb = 'grant' order by id")
    assert [(row.division, row.reason) for row in kept] == [(NEXT, f"community_worker was {COMMUNITY}")]
