"""Runs over HTTP: names stay, labels have no say, and the clock begins what is due."""

import pytest

from services.needs.jobs.proposals import run_clustering
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import ELSEWHERE, accepted, clustered, done, proposed, read, refused, resident, worker

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def renamed(needs, proposal, title):
    path = f"/v1/concerns/proposals/{proposal['id']}/rename"
    answer = await worker(needs, STREET).post(path, {"title": title}, if_match=proposal["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_name_a_person_gave_stays_while_its_proposal_grows(needs):
    for _ in range(2):
        await accepted(needs, resident(needs))
    await clustered(needs)
    [before] = await proposed(needs)
    named = await renamed(needs, before, "楼下没有食堂")
    assert (named["title"], named["named"]) == ("楼下没有食堂", True)
    path = f"/v1/concerns/proposals/{before['id']}/rename"
    refused(await worker(needs).post(path, {"title": "x"}, if_match=before["version"]), 412, "STALE_VERSION")
    await accepted(needs, resident(needs))
    run = await clustered(needs)
    [after] = await proposed(needs)
    assert (after["id"], after["title"], after["need_count"]) == (before["id"], "楼下没有食堂", 3)
    assert run["report"] == {"born": 0, "died": 0, "merged": 0, "split": 0, "moved_share": 0.0}


async def test_what_people_filed_has_no_say(needs):
    for _ in range(2):
        await accepted(needs, resident(needs))
    await clustered(needs)
    before = await proposed(needs)
    await needs.sql("update needs set theme = 'parking', field = 'culture', target_group = 'child', urgency = 'low'")
    await clustered(needs)
    assert await proposed(needs) == before


async def test_a_run_done_twice_has_one_effect_and_what_left_is_proposed_no_more(needs):
    authors = [resident(needs) for _ in range(2)]
    for author in authors:
        await accepted(needs, author)
    first = await clustered(needs)
    await run_clustering(needs.database, first["id"])
    assert (await worker(needs).get(f"/v1/concerns/proposals/runs/{first['id']}")).json() == first
    [proposal] = await proposed(needs)
    need = await read(worker(needs), {"id": proposal["need_ids"][0]})
    author = next(each for each in authors if str(each.caller.person_id) == need["author_person_id"])
    await done(author, need, "withdraw")
    assert await proposed(needs) == []  # at once, before anybody looks anew
    run = await clustered(needs)
    assert (run["report"]["died"], run["proposal_count"]) == (1, 0)
    runs = (await worker(needs).get("/v1/concerns/proposals/runs")).json()["items"]
    assert [each["id"] for each in runs] == [run["id"], first["id"]]


async def test_every_county_is_looked_at_when_it_is_due(needs):
    for _ in range(2):
        await accepted(needs, resident(needs))
    officer = worker(needs, COUNTY)

    async def runs():
        return (await officer.get("/v1/concerns/proposals/runs")).json()["items"]

    await needs.sweep()
    [run] = await runs()
    assert (run["division"], run["state"]) == (COUNTY, "running")
    await needs.sweep()
    assert len(await runs()) == 1
    await run_clustering(needs.database, run["id"])
    assert len(await proposed(needs, COUNTY)) == 1


async def test_runs_are_for_ones_own_division(needs):
    body = {"division": ELSEWHERE}
    refused(await worker(needs).post("/v1/concerns/proposals/runs", body), 403, "OUT_OF_SCOPE")
    refused(await resident(needs).post("/v1/concerns/proposals/runs", {"division": COMMUNITY}), 403, "ROLE_NOT_ALLOWED")
