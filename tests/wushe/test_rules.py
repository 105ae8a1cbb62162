"""Rule data: the nearest division wins, editing is a new version, audited, never a change of kind."""

import psycopg
import pytest
import pytest_asyncio

from tests.harness import COMMUNITY, COUNTY
from tests.wushe.test_writes import rows
from wushe import rules
from wushe.authorize import Roles
from wushe.housekeeping import forget_answers
from wushe.identity import Caller
from wushe.rules import RuleIn, rule_router

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def ruled(probe, probe_addresses):
    with psycopg.connect(probe_addresses.owner, autocommit=True) as owner:
        owner.execute("delete from rule")
        owner.execute(
            "insert into rule (code, division, version, valid_from, value, source)"
            " values ('days', '000000000000', 1, '2000-01-01', '7', 'law'),"
            " ('days', '350502000000', 1, '2000-01-01', '5', 'county notice')"
        )
    app = probe.app
    if not any(getattr(route, "path", "").startswith("/v1/rules") for route in app.routes):
        app.include_router(rule_router("probe", readers=Roles("worker"), editors=Roles("editor")))
    return probe


async def test_the_nearest_division_wins(ruled):
    async with ruled.database.work(Caller(scope=COMMUNITY)) as work:
        assert await rules.value(work, "days", COMMUNITY) == 5
        assert await rules.value(work, "days", "310110001001") == 7
        assert await rules.find(work, "hours", COMMUNITY) is None


async def test_editing_adds_a_version_and_an_audit_row(ruled):
    editor, worker = ruled.acting("editor", COUNTY), ruled.acting("worker", COUNTY)
    path, place = "/v1/rules/probe/days", f"?division={COMMUNITY}"
    seen = await worker.get(path + place)
    assert (seen.json()["value"], seen.headers["etag"]) == (5, '"v1"')
    change = {"division": COUNTY, "value": 6, "source": "区民政局通知"}
    assert (await worker.put(path, change, if_match=1)).status_code == 403
    assert (await editor.put(path, change, if_match=9)).json()["code"] == "STALE_VERSION"
    assert (await editor.put(path, {**change, "value": "6"}, if_match=1)).json()["code"] == "RULE_MISSHAPEN"
    assert (await editor.put(path, {**change, "division": "310110000000"}, if_match=1)).status_code == 403
    assert (await editor.put(path, change, if_match=1)).json()["version"] == 2
    assert (await worker.get(path + place)).json()["value"] == 6
    [(verb, reason, before, after)] = await rows(ruled, "select verb, reason, before_hash, after_hash from audit")
    assert (verb, reason) == ("replace", "区民政局通知")
    assert before != after
    assert (await rows(ruled, "select count(*) from rule where division = '350502000000'"))[0][0] == 2


async def test_old_answers_are_forgotten(ruled, probe_addresses):
    await ruled.acting("editor", COUNTY).put(
        "/v1/rules/probe/days", RuleIn(division=COUNTY, value=6, source="x").model_dump(), if_match=1
    )
    async with ruled.database.work(Caller(scope=COUNTY)) as work:
        assert await forget_answers(work) == 0
    with psycopg.connect(probe_addresses.owner, autocommit=True) as owner:
        owner.execute("update idempotency set created_at = created_at - interval '73 hours'")
    async with ruled.database.work(Caller(scope=COUNTY)) as work:
        assert await forget_answers(work) == 1
