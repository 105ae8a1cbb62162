"""Two communities become one: what is open moves, what has ended and every record stays."""

import pytest

from services.needs.jobs import divisions as job
from services.needs.models import Base
from services.needs.repository.divisions import MOVING
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import (
    ELSEWHERE,
    confirmed,
    done,
    read,
    refused,
    registered,
    resident,
    responded,
    submitted,
    triaged,
    worker,
)
from tests.needs.surveying import going
from wushe.db import Aggregate, uuid7
from wushe.jobs import worker as acting_for_itself

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT = "350502001002"
PLAN = {"from_codes": [COMMUNITY], "to_code": NEXT, "reason": "街道社区撤并"}


def office(needs, scope=COUNTY):
    return needs.acting("civil_affairs", scope, person=uuid7())


async def planned(needs, **more):
    answer = await office(needs).post("/v1/division-merges", {**PLAN, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def run(needs, merge):
    answer = await office(needs).post(f"/v1/division-merges/{merge['id']}/run", if_match=merge["version"])
    assert answer.status_code == 200, answer.text
    await needs.sweep()
    return (await office(needs).get(f"/v1/division-merges/{merge['id']}")).json()


async def a_community(needs):
    author = resident(needs)
    closed = await done(author, await responded(needs, author), "outcome", {"outcome": "solved"})
    opened = await triaged(needs, resident(needs))
    await resident(needs).post(f"/v1/needs/{opened['id']}/cosign")
    alarm = await submitted(resident(needs), statement="我真的不想活了")
    linked = await done(worker(needs), await triaged(needs, resident(needs)), "accept")
    concern = await confirmed(needs, linked["id"])
    keeper = worker(needs)
    place = (await keeper.post("/v1/places", {"division": COMMUNITY, "kind": "compound", "name": "幸福里"})).json()
    home = (await keeper.post("/v1/households", {"division": COMMUNITY})).json()
    person = await registered(needs)
    return {"closed": closed, "open": [opened, alarm, linked], "concern": concern, "place": place, "home": home} | {
        "resident": person
    }


async def test_a_plan_counts_and_moves_nothing(needs):
    found = await a_community(needs)
    merge = await planned(needs)
    assert (merge["state"], merge["moved"]) == ("planned", {})
    counted = {"places": 1, "households": 1, "residents": 1, "needs": 3, "concerns": 1, "crisis_tickets": 1}
    assert {name: count for name, count in merge["planned"].items() if count} == counted
    await needs.sweep()
    assert (await read(worker(needs), found["open"][0]))["division"] == COMMUNITY
    assert [each["id"] for each in (await office(needs).get("/v1/division-merges")).json()["items"]] == [merge["id"]]


async def test_what_is_open_moves_with_all_that_hangs_on_it(needs):
    found = await a_community(needs)
    merge = await run(needs, await planned(needs))
    assert (merge["state"], merge["moved"]) == ("done", {name: n for name, n in merge["planned"].items() if n})
    now, before = worker(needs, NEXT), worker(needs)
    for need in found["open"]:
        assert (await read(now, need))["division"] == NEXT
        refused(await before.get(f"/v1/needs/{need['id']}"), 404, "NOT_FOUND")
    assert (await read(now, found["concern"]))["evidence"]["persons"] == 1
    answer = await done(now, await read(now, found["open"][0]), "accept")
    told = {event["data"]["person_id"] for event in await needs.announced("cn.wushe.needs.notice.issued.v1")}
    assert (answer["cosigner_count"], len(told) > 1) == (1, True)
    for path in (f"places/{found['place']['id']}", f"households/{found['home']['id']}"):
        assert (await now.get(f"/v1/{path}")).json()["division"] == NEXT
    assert (await now.get(f"/v1/residents/{found['resident']['id']}")).json()["division"] == NEXT
    for table in ("cosignatures", "concern_needs", "crisis_tickets", "crisis_reporters"):
        assert await needs.sql(f"select 1 from {table} where division = :code", code=COMMUNITY) == []
    moved = await needs.sql("select division from need_terms where id = :need", need=found["open"][0]["id"])
    assert {row.division for row in moved} == {NEXT}
    [announced] = await needs.announced("cn.wushe.needs.division.merged.v1")
    assert announced["public"] is True
    assert announced["data"] == {"from_codes": [COMMUNITY], "to_code": NEXT}


async def test_who_is_out_and_who_asked_to_be_forgotten_is_looked_after_under_the_new_code(needs):
    person, known = uuid7(), await registered(needs)
    out = await needs.acting("social_worker", person=person).post("/v1/visits/check-in", going())
    assert out.status_code == 201, out.text
    path = f"/v1/residents/{known['id']}/erase"
    asked = await worker(needs).post(path, {"reason": "本人申请"}, if_match=known["version"])
    assert asked.status_code == 200, asked.text
    await run(needs, await planned(needs))
    now = needs.acting("social_worker", NEXT, person=person)
    back = await now.post(f"/v1/visits/outings/{out.json()['id']}/return")
    assert (back.status_code, back.json()["state"], back.json()["division"]) == (200, "returned", NEXT)
    [erasure] = (await worker(needs, NEXT).get("/v1/erasures")).json()["items"]
    assert erasure["state"] == "open"


async def test_what_is_opened_again_follows(needs):
    author = resident(needs)
    need = await done(author, await responded(needs, author), "outcome", {"outcome": "solved"})
    await resident(needs).post(f"/v1/needs/{need['id']}/cosign")
    merge = await run(needs, await planned(needs))
    await needs.sweep()
    assert (await read(worker(needs), need))["division"] == COMMUNITY
    again = await done(author, await read(author, need), "reopen", {"reason": "又坏了"})
    assert again["state"] == "reopened"
    await needs.sweep()
    found = await read(worker(needs, NEXT), need)
    assert (found["state"], found["division"]) == ("reopened", NEXT)
    after = (await office(needs).get(f"/v1/division-merges/{merge['id']}")).json()
    assert (after["state"], after["moved"]["needs"]) == ("done", 1)
    before = len(await needs.announced("cn.wushe.needs.division.merged.v1"))
    await needs.sweep()
    assert len(await needs.announced("cn.wushe.needs.division.merged.v1")) == before == 1


STAYS = {
    "visits": "a record of what was",
    "operations": "an import says where it was sent",
    "proposal_runs": "a look at one street on one day",
    "concern_proposals": "the next look proposes anew",
    "need_registers": "counted for a community that was; the next is drafted for the new one",
    "register_objections": "with their register",
    "duty_rosters": "the new community has its own",
    "survey_forms": "of whoever wrote them",
    "adopted_projects": "a copy of what projects says",
    "triage_models": "of a county",
    "division_merges": "of a county",
}


async def test_every_kind_of_object_moves_or_stays_for_a_reason():
    kinds = {each.class_ for each in Base.registry.mappers if issubclass(each.class_, Aggregate)}
    moving = {kind.model for kind in MOVING.values()}
    assert {kind.__tablename__ for kind in kinds - moving} == set(STAYS)


async def test_history_keeps_the_old_code(needs):
    found = await a_community(needs)
    await run(needs, await planned(needs))
    street = worker(needs, STREET)
    assert (await read(worker(needs), found["closed"]))["division"] == COMMUNITY
    then = await street.get(f"/v1/places/{found['place']['id']}", params={"at": found["place"]["valid_from"]})
    assert then.json()["division"] == COMMUNITY
    rows = await needs.sql(
        "select verb, division, reason from audit where subject = :subject order by id",
        subject=f"needs/{found['open'][0]['id']}",
    )
    assert [(row.verb, row.division) for row in rows[:2]] == [("submit", COMMUNITY), ("triage", COMMUNITY)]
    assert (rows[-1].verb, rows[-1].division, COMMUNITY in rows[-1].reason) == ("remap", NEXT, True)
    told = [event["division"] for event in await needs.announced("cn.wushe.needs.need.submitted.v1")]
    assert set(told) == {COMMUNITY}


async def test_it_goes_on_where_it_broke_off_and_once_is_enough(needs, monkeypatch):
    await a_community(needs)
    merge = await planned(needs)
    monkeypatch.setattr(job, "BATCH", 2)
    path = f"/v1/division-merges/{merge['id']}"
    assert (await office(needs).post(f"{path}/run", if_match=1)).status_code == 200
    [sweep] = [each for each in needs.app.state.sweeps.scheduled if each.name == "merge_divisions"]
    for _ in range(3):
        async with needs.database.work(acting_for_itself("needs")) as work:
            await sweep.run(work)
    half = (await office(needs).get(path)).json()
    assert (half["state"], sum(half["moved"].values())) == ("running", 3)
    await needs.sweep()
    whole = (await office(needs).get(path)).json()
    assert (whole["state"], whole["moved"]) == ("done", {name: n for name, n in merge["planned"].items() if n})
    refused(await office(needs).post(f"{path}/run", if_match=whole["version"]), 409, "ACTION_NOT_ALLOWED")
    again = await planned(needs)
    assert set(again["planned"].values()) == {0}


async def test_places_of_one_name_stay_two(needs):
    for code in (COMMUNITY, NEXT):
        body = {"division": code, "kind": "compound", "name": "幸福里"}
        assert (await worker(needs, code).post("/v1/places", body)).status_code == 201
    assert (await run(needs, await planned(needs)))["state"] == "done"
    names = {place["name"] for place in (await worker(needs, NEXT).get("/v1/places")).json()["items"]}
    assert names == {"幸福里", f"幸福里（原 {COMMUNITY}）"}


async def test_who_merges_and_what(needs):
    refused(await worker(needs, COUNTY).post("/v1/division-merges", PLAN), 403, "ROLE_NOT_ALLOWED")
    refused(await office(needs, STREET).post("/v1/division-merges", PLAN), 403, "OUT_OF_SCOPE")
    beyond = {**PLAN, "from_codes": ["350503001001"]}
    refused(await office(needs).post("/v1/division-merges", beyond), 403, "OUT_OF_SCOPE")
    answer = await office(needs).post("/v1/division-merges", {**PLAN, "to_code": COMMUNITY})
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/to_code"
    assert ELSEWHERE.startswith("350502")
