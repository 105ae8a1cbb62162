"""Finding what was asked for already, over HTTP."""

import pytest

from tests.harness import COMMUNITY, STREET
from tests.needs.stories import TRIAGE, done, refused, resident, responded, submitted, triaged, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP, LAMP_TOO = "三号楼门前的路灯坏了，晚上看不清台阶", "楼门前路灯不亮，台阶看不清"
POINT = {"lon": 118.675676, "lat": 24.874132, "crs": "wgs84"}
NEXT = "350502001002"
NEAR = {**POINT, "lon": 118.676676}


async def like(actor, need):
    answer = await actor.get(f"/v1/needs/{need['id']}/similar")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def asked(actor, statement=LAMP_TOO, **more):
    answer = await actor.post("/v1/needs/similar", {"statement": statement, "division": COMMUNITY, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_worker_finds_what_is_like_a_need_with_reasons(needs):
    office = worker(needs)
    compound = (await office.post("/v1/places", {"division": COMMUNITY, "kind": "compound", "name": "甲"})).json()
    one = await triaged(needs, resident(needs), statement=LAMP, place_id=compound["id"])
    other = await submitted(resident(needs), statement=LAMP_TOO, place_id=compound["id"])
    await submitted(resident(needs), statement="停车位太少，晚上回来没地方停车。")
    [item] = await like(office, one)
    assert (item["need_id"], item["statement"]) == (other["id"], LAMP_TOO)
    assert [reason["code"] for reason in item["reasons"]] == ["similar_words", "same_place", "recent", "shared_terms"]
    assert 0.3 < item["score"] <= 1
    assert [each["need_id"] for each in await like(office, other)] == [one["id"]]
    assert await like(resident(needs, one["author_person_id"]), one) == []
    refused(await resident(needs).get(f"/v1/needs/{other['id']}/similar"), 404, "NOT_FOUND")


async def test_nearer_is_more_alike_and_the_distance_is_told(needs):
    near = await triaged(needs, resident(needs), statement=LAMP, location=NEAR)
    nowhere = await triaged(needs, resident(needs), statement=LAMP)
    found = await asked(resident(needs), location=POINT)
    assert [item["need_id"] for item in found] == [near["id"], nowhere["id"]] or found[0]["score"] != found[1]["score"]
    told = {item["need_id"]: [reason["zh"] for reason in item["reasons"]] for item in found}
    assert "相距 100 米" in told[near["id"]]
    assert not any("相距" in zh for zh in told[nowhere["id"]])


async def test_who_words_it_otherwise_still_finds_it_by_theme_and_place(needs):
    office = worker(needs)
    compound = (await office.post("/v1/places", {"division": COMMUNITY, "kind": "compound", "name": "甲"})).json()
    one = await submitted(resident(needs), statement="电梯门经常关不严，夹过人。", place_id=compound["id"])
    await done(office, one, "triage", {**TRIAGE, "theme": "elevator_broken"})
    said = "一到六楼就咣当响，坐着心慌，报修三回了"
    [item] = await asked(resident(needs), said, place_id=compound["id"])
    assert item["need_id"] == one["id"]
    assert [reason["code"] for reason in item["reasons"]][:2] == ["same_place", "same_theme"]
    assert await asked(resident(needs), said) == []  # of the same theme, and perhaps at the other end


async def test_neighbours_see_neither_words_nor_what_must_stay_quiet(needs):
    await triaged(needs, resident(needs), statement=LAMP)
    quiet = await submitted(resident(needs), statement="家里老吵，孩子害怕，希望有人劝劝")
    await done(worker(needs), quiet, "triage", {**TRIAGE, "theme": "women_dv"})
    assert [item["statement"] for item in await asked(resident(needs))] == [None]
    told = await asked(resident(needs), "家里老吵架，希望有人劝劝")
    assert [item["need_id"] for item in told] == []
    assert [item["need_id"] for item in await asked(worker(needs), "家里老吵架，希望有人劝劝")] == [quiet["id"]]


async def test_danger_never_enters_and_comes_and_goes_with_its_mark(needs):
    one = await submitted(resident(needs), statement=LAMP)
    marked = await done(worker(needs), one, "triage", {**TRIAGE, "danger": True})
    assert await asked(worker(needs)) == []
    assert await needs.sql("select * from need_terms") == []
    assert await like(worker(needs), marked) == []
    answered = await done(worker(needs), marked, "respond", {"answer": "已上门。"})
    reopened = await done(worker(needs), answered, "reopen", {"reason": "再看"})
    await done(worker(needs), reopened, "triage", {**TRIAGE, "danger": False})
    assert [item["need_id"] for item in await asked(worker(needs))] == [one["id"]]


async def test_what_has_ended_or_is_elsewhere_is_not_shown(needs):
    author = resident(needs)
    await done(author, await responded(needs, author, statement=LAMP), "outcome", {"outcome": "solved"})
    elsewhere = needs.acting("resident", NEXT, person=uuid7())
    await done(worker(needs, NEXT), await submitted(elsewhere, statement=LAMP, division=NEXT), "triage", TRIAGE)
    assert await asked(resident(needs)) == []


async def test_a_street_looks_through_all_its_communities(needs):
    one = await triaged(needs, resident(needs), statement=LAMP)
    officer = needs.acting("street_officer", STREET, person=uuid7())
    answer = await officer.post("/v1/needs/similar", {"statement": LAMP_TOO, "division": STREET})
    assert [item["need_id"] for item in answer.json()["items"]] == [one["id"]]
