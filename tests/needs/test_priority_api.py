"""Priorities over HTTP: explained term by term, and deaf to whoever writes two hundred times."""

import pytest

from tests.harness import COUNTY
from tests.needs.stories import (
    CANTEEN,
    ELSEWHERE,
    TRIAGE,
    accepted,
    clustered,
    confirmed,
    done,
    drafted,
    proposed,
    read,
    refused,
    registered,
    resident,
    submitted,
    worker,
)
from tests.needs.surveying import recorded
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP = {"statement": "楼下路灯不亮，摸黑走路"}
OF_LAMPS = {"field": "environment_facility", "target_group": "residents", "urgency": "low", "theme": "street_light"}


async def explained(needs, thing):
    collection = "concerns" if "title" in thing else "needs"
    answer = await worker(needs).get(f"/v1/{collection}/{thing['id']}/priority")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_term_of_a_priority_is_explained(needs):
    first, second = [await accepted(needs, resident(needs)) for _ in range(2)]
    concern = await confirmed(needs, first["id"], second["id"])
    found = await explained(needs, concern)
    assert [term["code"] for term in found["terms"]] == ["urgency", "fit", "breadth", "waiting"]
    assert found["score"] == pytest.approx(sum(term["contribution"] for term in found["terms"]), abs=0.02)
    assert (found["formula_version"], found["equity"], len(found["needs"])) == (1, False, 2)
    assert found["ordered_by"] == found["score"] == concern["priority"]
    alone = await explained(needs, first)
    assert alone["score"] < found["score"] and alone["need_id"] == first["id"]
    refused(await resident(needs).get(f"/v1/needs/{first['id']}/priority"), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs, ELSEWHERE).get(f"/v1/concerns/{concern['id']}/priority"), 404, "NOT_FOUND")


async def test_a_new_formula_is_a_new_version(needs):
    need = await accepted(needs, resident(needs))
    officer = needs.acting("civil_affairs", COUNTY)
    path = "/v1/rules/needs/priority_formula"
    rule = (await officer.get(f"{path}?division={COUNTY}")).json()
    value = rule["value"] | {"weights": {"urgency": 1, "fit": 0, "breadth": 0, "waiting": 0}}
    change = {"division": COUNTY, "value": value, "source": "试改"}
    assert (await officer.put(path, change, if_match=rule["version"])).status_code == 200
    found = await explained(needs, need)
    assert (found["score"], found["terms"][0]["contribution"]) == (40.0, 40.0)


async def test_concerns_are_listed_by_priority_page_by_page(needs):
    made = []
    for count in (1, 3, 2):
        joined = [await accepted(needs, resident(needs)) for _ in range(count)]
        made.append(await confirmed(needs, *[need["id"] for need in joined]))
    wanted = [made[1]["id"], made[2]["id"], made[0]["id"]]
    reader, seen, path = worker(needs), [], "/v1/concerns?order=priority&limit=1"
    while path:
        page = (await reader.get(path)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        path = f"/v1/concerns?order=priority&limit=1&cursor={cursor}" if cursor else None
    assert seen == wanted
    assert [item["id"] for item in (await worker(needs).get("/v1/concerns")).json()["items"]] == [
        each["id"] for each in made[::-1]
    ]


async def order(needs):
    return [item["id"] for item in (await worker(needs).get("/v1/concerns?order=priority")).json()["items"]]


async def of_those_seldom_heard(needs, author):
    filed = {"field": "culture", "target_group": "disabled", "urgency": "low", "theme": None}
    quiet = await submitted(author, statement="想要一个康复训练的地方")
    return await done(worker(needs), await done(worker(needs), quiet, "triage", filed), "accept")


async def test_a_floor_lifts_concerns_of_those_seldom_heard(needs):
    for _ in range(5):
        await confirmed(needs, (await accepted(needs, resident(needs)))["id"])
    concern = await confirmed(needs, (await of_those_seldom_heard(needs, resident(needs)))["id"])
    before = (await worker(needs).get("/v1/concerns?order=priority")).json()["items"]
    assert before[-1]["id"] == concern["id"]
    await clustered(needs)
    after = (await worker(needs).get("/v1/concerns?order=priority")).json()["items"]
    assert [item["id"] for item in after].index(concern["id"]) == 4
    found = await explained(needs, concern)
    assert found["equity"] and found["ordered_by"] > found["score"]
    assert (await read(worker(needs), concern))["version"] == concern["version"]  # an open edit stays good


async def test_a_need_taken_back_costs_no_concern_the_floor_under_it(needs):
    for _ in range(5):
        await confirmed(needs, (await accepted(needs, resident(needs)))["id"])
    author = resident(needs)
    stays, goes = await of_those_seldom_heard(needs, resident(needs)), await of_those_seldom_heard(needs, author)
    concern = await confirmed(needs, stays["id"], goes["id"])
    await clustered(needs)
    before = await order(needs)
    assert before.index(concern["id"]) == 4
    await done(author, await read(author, goes), "withdraw")
    assert (await read(worker(needs), concern))["need_count"] == 1
    assert await order(needs) == before


async def test_two_hundred_needs_of_one_resident_change_no_evidence_no_priority_and_no_rank(needs):
    """Two hundred real requests: what one insistent person can do, and what comes of it."""
    loud, neighbours = uuid7(), [uuid7(), uuid7()]
    lamp = await submitted(resident(needs, loud), **LAMP)
    lamps = [await done(worker(needs), lamp, "triage", OF_LAMPS)]
    meals = [await accepted(needs, resident(needs, person), statement=CANTEEN) for person in neighbours]
    other = await submitted(resident(needs), **LAMP)
    lamps.append(await done(worker(needs), other, "triage", OF_LAMPS))
    await clustered(needs)
    before = await proposed(needs)
    author = resident(needs, loud)
    flood = [await submitted(author, **LAMP, place=f"{number} 号楼") for number in range(200)]
    assert len(flood) == 200
    await needs.sql(
        "update needs set state = 'accepted', field = 'environment_facility', urgency = 'high' where place is not null"
    )
    await needs.sql("update needs set state = 'accepted' where state = 'triaged'")
    await clustered(needs)
    after = await proposed(needs)
    kept = ("id", "title", "theme", "person_count", "first_at")
    assert [[each[name] for name in kept] for each in after] == [[each[name] for name in kept] for each in before]
    assert {each["need_count"] for each in after} == {2, 202}
    small = await drafted(needs, lamps[0]["id"], lamps[1]["id"])
    broader = await drafted(needs, *[need["id"] for need in meals], lamps[1]["id"])
    ranked = await order(needs)
    assert set(ranked) == {small["id"], broader["id"]}
    large = await drafted(needs, lamps[0]["id"], lamps[1]["id"], *[need["id"] for need in flood[:198]])
    assert [each for each in await order(needs) if each != large["id"]] == ranked
    assert abs((place := await order(needs)).index(large["id"]) - place.index(small["id"])) == 1, "beside its like"
    one, two = await explained(needs, small), await explained(needs, large)
    assert (one["score"], one["terms"]) == (two["score"], two["terms"])
    few, many = [(await read(worker(needs), each))["evidence"] for each in (small, large)]
    assert {**many, "needs": 2} == few
    assert few["persons"] == 2 and (await read(worker(needs), meals[0]))["state"] == "accepted"


async def test_evidence_counts_households_and_visits(needs):
    found = await read(worker(needs), await drafted(needs, (await accepted(needs, resident(needs)))["id"]))
    assert (found["evidence"]["households"], found["evidence"]["visits"]) == (0, 0)
    household = (await worker(needs).post("/v1/households", {"division": found["division"]})).json()
    answer = await worker(needs).post(
        "/v1/residents",
        {"division": found["division"], "age_band": "60-79", "target_groups": ["elderly"], "synthetic": True},
    )
    author = answer.json()["person_id"]
    await needs.sql(
        "update residents set household_id = :household where person_id = :person",
        household=household["id"],
        person=author,
    )
    need = await accepted(needs, resident(needs, author))
    shown = await read(worker(needs), await drafted(needs, need["id"]))
    assert shown["evidence"]["households"] == 1
    assert TRIAGE["theme"] == shown["theme"]


async def test_evidence_counts_each_visit_on_which_somebody_new_was_heard(needs):
    heard = []
    for said in (("楼下办个食堂", "晚上也送饭"), ("楼下办个食堂",)):
        known = await registered(needs)
        wanted = [{"statement": words} for words in said]
        visit = await recorded(worker(needs), resident_ids=[known["id"]], needs=wanted)
        heard += [await read(worker(needs), {"id": ident}) for ident in visit["need_ids"]]
    assert len(heard) == 3
    for need in heard:
        await done(worker(needs), await done(worker(needs), need, "triage", TRIAGE), "accept")
    found = (await read(worker(needs), await confirmed(needs, *[need["id"] for need in heard])))["evidence"]
    assert (found["needs"], found["persons"], found["visits"]) == (3, 2, 2)


async def test_a_merge_costs_a_concern_neither_evidence_nor_priority(needs):
    known = await registered(needs)
    visit = await recorded(worker(needs), resident_ids=[known["id"]], needs=[{"statement": CANTEEN}])
    heard = await read(worker(needs), {"id": visit["need_ids"][0]})
    heard = await done(worker(needs), await done(worker(needs), heard, "triage", TRIAGE), "accept")
    await needs.sql("update needs set submitted_at = submitted_at - interval '100 days' where id = :id", id=heard["id"])
    written = await accepted(needs, resident(needs), place="5 号楼")
    concern = await confirmed(needs, heard["id"], written["id"])
    before, score = (await read(worker(needs), concern))["evidence"], (await explained(needs, concern))["score"]
    assert (before["visits"], before["places"]) == (1, 2)
    heard = await read(worker(needs), heard)
    await done(worker(needs), heard, "merge", {"into_id": written["id"], "reason": "同一个食堂"})
    after = await read(worker(needs), concern)
    assert {**after["evidence"], "needs": 2} == before and after["evidence"]["needs"] == 1
    assert (await explained(needs, concern))["score"] == score == after["priority"]
