"""Visits and all that comes of them, over HTTP."""

from datetime import timedelta

import pytest

from tests.harness import COMMUNITY, STREET
from tests.needs.handing import handed_in, picture
from tests.needs.stories import CANTEEN, ELSEWHERE, read, refused, registered, resident, worker
from tests.needs.surveying import ANSWERS, ENDED, STARTED, fielding, form, recorded, team, visit
from wushe import clock
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
LAMP = "3 号楼门前的路灯坏了两周，晚上看不清台阶"


def soon(days: int = 3) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def whole(known, version, **more):
    """A visit with everything that can come of one."""
    body = {
        "form_version_id": version["form_version_id"],
        "resident_ids": [known["id"]],
        "answers": ANSWERS,
        "needs": [{"statement": CANTEEN, "field": "elderly"}, {"statement": LAMP}],
        "service_note": "陪老人量了血压，聊了半小时。",
        "follow_up": {"task": "电话回访送餐", "due_on": soon()},
    }
    return {**body, **more}


async def test_one_form_makes_visit_needs_note_of_service_and_follow_up(needs):
    known, version, person = await registered(needs), await form(needs), uuid7()
    by = needs.acting("community_worker", person=person)
    found = await recorded(by, **whole(known, version))
    assert (found["visitor_person_id"], found["place"], found["started_at"]) == (
        str(person),
        "3 号楼 201",
        STARTED,
    )
    one, other = [await read(by, {"id": ident}) for ident in found["need_ids"]]
    assert (one["statement"], one["channel"], one["input"]) == (CANTEEN, "visit", "worker_notes")
    assert {one["visit_id"], other["visit_id"]} == {found["id"]}
    assert (one["resident_id"], one["author_person_id"], one["proxy"]) == (known["id"], known["person_id"], True)
    assert (found["follow_up"]["task"], found["follow_up"]["assignee_person_id"]) == ("电话回访送餐", str(person))
    (told,) = await needs.announced("cn.wushe.needs.visit.recorded.v1")
    assert told["data"] == {
        "visit_id": found["id"],
        "visitor_person_id": str(person),
        "resident_person_ids": [known["person_id"]],
        "method": "home",
        "minutes": 40,
        "made_on": "2026-01-05",
    }
    assert told["public"] is False


async def test_a_refusal_in_the_third_need_leaves_nothing(needs):
    known, version = await registered(needs), await form(needs)
    third = {"statement": "希望有人陪诊", "resident_id": str(uuid7())}
    body = visit(**whole(known, version))
    body["needs"] = [*body["needs"], third]
    refused(await worker(needs).post("/v1/visits", body), 422, "INVALID_INPUT")
    for table in ("visits", "needs", "follow_ups", "event"):
        assert await needs.sql(f"select 1 from {table}") == [], table
    body["needs"][2] = {"statement": "希望有人陪诊"}
    assert (await worker(needs).post("/v1/visits", body)).status_code == 201


async def test_needs_heard_on_a_visit_are_those_of_whoever_was_visited(needs):
    visited, other = await registered(needs), await registered(needs)
    heard = [{"statement": CANTEEN, "resident_id": other["id"]}]
    answer = await worker(needs).post("/v1/visits", visit(resident_ids=[visited["id"]], needs=heard))
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["code"] == "NOT_VISITED"
    heard[0]["resident_id"] = visited["id"]
    found = await recorded(worker(needs), resident_ids=[visited["id"]], needs=heard)
    assert len(found["need_ids"]) == 1


async def test_what_was_answered_is_sealed_and_every_look_is_on_record(needs):
    known, version = await registered(needs), await form(needs)
    found = await recorded(worker(needs), **whole(known, version), notes="门口堆物")
    ((sealed,),) = await needs.sql("select sealed from visits")
    assert "血压".encode() not in sealed
    assert "腿疼" not in str(await needs.sql("select * from visits"))
    shown = (await worker(needs).get(f"/v1/visits/{found['id']}")).json()
    assert shown["answers"] == {**ANSWERS, "risk": 3, "station": "社工站"}
    assert (shown["notes"], shown["service_note"]) == ("门口堆物", "陪老人量了血压，聊了半小时。")
    looks = await needs.sql("select 1 from audit where verb = 'read' and subject = :s", s=f"visits/{found['id']}")
    assert len(looks) == 1
    listed = (await worker(needs).get(f"/v1/visits?resident_id={known['id']}")).json()["items"]
    assert [each["id"] for each in listed] == [found["id"]]
    assert "answers" not in listed[0]
    assert (await worker(needs).get(f"/v1/visits?resident_id={uuid7()}")).json()["items"] == []


async def test_answers_are_checked_against_the_version_they_name(needs):
    known, version = await registered(needs), await form(needs)
    body = visit(**whole(known, version, answers={**ANSWERS, "falls": 99}))
    problem = refused(await worker(needs).post("/v1/visits", body), 422, "INVALID_INPUT")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/answers/falls", "CONSTRAINT")]
    body = {**visit(answers=ANSWERS), "resident_ids": [known["id"]]}
    problem = refused(await worker(needs).post("/v1/visits", body), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == "/form_version_id"


async def test_answers_of_somebody_known_need_their_consent(needs):
    known, version = await registered(needs), await form(needs)
    body = visit(**whole(known, version, needs=[]), consent_version=None)
    refused(await worker(needs).post("/v1/visits", body), 422, "CONSENT_MISSING")


async def test_files_in_answers_are_kept_by_whoever_keeps_files(needs, gateway):
    version, visitor = await form(needs), worker(needs)
    door = (await handed_in(gateway, visitor, picture()))["file_id"]
    await recorded(visitor, answers={**ANSWERS, "door": door}, form_version_id=version["form_version_id"])
    assert [each["data"]["file_id"] for each in await needs.announced("cn.wushe.needs.file.attached.v1")] == [door]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"ended_at": "2026-01-05T08:00:00+08:00"}, "/ended_at"),
        ({"ended_at": "2026-01-07T09:00:00+08:00"}, "/ended_at"),
        ({"started_at": "2099-01-05T09:00:00+08:00", "ended_at": "2099-01-05T09:10:00+08:00"}, "/ended_at"),
        ({"resident_ids": [str(uuid7())]}, "/resident_ids/0"),
        ({"place_id": str(uuid7())}, "/place_id"),
        ({"outcome": "absent", "service_note": "聊天"}, "/service_note"),
        ({"outcome": "refused", "needs": [{"statement": CANTEEN}]}, "/needs"),
        ({"channel": "hotline"}, "/channel"),
        ({"follow_up": {"task": "回访", "due_on": "2026-01-06"}}, "/follow_up/due_on"),
        ({"follow_up": {"task": "回访", "due_on": soon(), "resident_id": str(uuid7())}}, "/follow_up/resident_id"),
    ],
)
async def test_a_visit_that_cannot_have_been_is_refused(needs, more, pointer):
    problem = refused(await worker(needs).post("/v1/visits", visit(**more)), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == pointer
    assert await needs.sql("select 1 from visits") == []


async def test_a_visit_is_recorded_in_ones_own_divisions(needs):
    refused(await worker(needs).post("/v1/visits", visit(division=ELSEWHERE)), 403, "OUT_OF_SCOPE")
    refused(await resident(needs).post("/v1/visits", visit()), 403, "ROLE_NOT_ALLOWED")
    found = await recorded(worker(needs))
    refused(await worker(needs, ELSEWHERE).get(f"/v1/visits/{found['id']}"), 404, "NOT_FOUND")


async def test_an_erased_resident_leaves_no_words_behind(needs):
    known, other, version = await registered(needs), await registered(needs), await form(needs)
    task = {"task": "给王奶奶送药", "due_on": soon()}
    found = await recorded(
        worker(needs), **whole(known, version, resident_ids=[known["id"], other["id"]], follow_up=task)
    )
    path = f"/v1/residents/{known['id']}/erase"
    answer = await worker(needs).post(path, {"reason": "本人要求"}, if_match=known["version"])
    assert answer.status_code in {200, 201, 202}, answer.text
    shown = (await worker(needs).get(f"/v1/visits/{found['id']}")).json()
    assert (shown["answers"], shown["service_note"], shown["place"]) == (None, None, None)
    left = str(await needs.sql("select * from visits")) + str(await needs.sql("select * from follow_ups"))
    assert "王奶奶" not in left


# Danger


async def test_danger_in_an_answer_opens_a_need_at_once(needs):
    known, version = await registered(needs), await form(needs)
    answers = {**ANSWERS, "words": "活着没意思，不想活了"}
    body = whole(known, version, answers=answers, needs=[], consent_version=None)
    found = await recorded(worker(needs), **body)
    assert found["help_lines"]
    (need,) = [await read(worker(needs), {"id": ident}) for ident in found["need_ids"]]
    assert (need["danger"], need["urgency"], need["statement"]) == (True, "critical", "活着没意思，不想活了")
    assert (need["resident_id"], need["visit_id"]) == (known["id"], found["id"])
    assert [event for event in await needs.announced() if event["public"]] == []
    assert "不想活" not in str(await needs.announced())


async def test_a_choice_that_means_danger_opens_a_need_at_once(needs):
    version = await form(needs)
    answers = {"mood": "despair", "words": "没事"}
    found = await recorded(worker(needs), answers=answers, form_version_id=version["form_version_id"])
    (need,) = [await read(worker(needs), {"id": ident}) for ident in found["need_ids"]]
    assert (need["danger"], need["statement"]) == (True, "今天心情：说过不想活")
    assert found["help_lines"]


async def test_danger_behind_a_closed_door_is_taken_down_without_a_name(needs):
    found = await recorded(worker(needs), outcome="absent", notes="敲门没人应，门里有臭味", consent_version=None)
    (need,) = [await read(worker(needs), {"id": ident}) for ident in found["need_ids"]]
    assert (need["danger"], need["resident_id"], need["channel"]) == (True, None, "outreach")


# Surveys and who goes out


async def test_a_survey_knows_how_far_it_is(needs):
    cells = [
        {"name": "独居老人", "target": 2, "target_group": "living_alone_elderly"},
        {"name": "其他居民", "target": 5, "division": COMMUNITY},
    ]
    person, volunteer = uuid7(), uuid7()
    people = team(community_worker=person, volunteer=volunteer)
    plan = await fielding(needs, method="quota", cells=cells, team=people)
    await needs.sql("update survey_plans set started_at = '2026-01-05T00:00:00Z'")
    alone = await registered(needs, target_groups=["living_alone_elderly"])
    others = [await registered(needs), await registered(needs)]
    (home,) = await needs.sql(
        "insert into households (id, division, created_at, version, event_seq, updated_at)"
        f" values (gen_random_uuid(), '{COMMUNITY}', now(), 1, 0, now()) returning id"
    )
    await needs.sql("update residents set household_id = :home", home=home[0])
    by, helper = needs.acting("community_worker", person=person), needs.acting("volunteer", person=volunteer)
    asked = {"plan_id": plan["id"], "answers": ANSWERS}
    await recorded(by, **asked, resident_ids=[alone["id"]])
    await recorded(by, **asked, resident_ids=[alone["id"]])  # the same person again
    await recorded(helper, **asked, resident_ids=[each["id"] for each in others])
    await recorded(helper, plan_id=plan["id"], outcome="refused")
    found = (await by.get(f"/v1/survey-plans/{plan['id']}/progress")).json()
    numbers = ("visits", "reached", "refused", "persons", "households", "planned", "last_day")
    assert [found[name] for name in numbers] == [4, 3, 1, 3, 1, 7, "2026-01-05"]
    parts = [(part["name"], part["target"], part["visits"], part["persons"]) for part in found["cells"]]
    assert parts == [("独居老人", 2, 2, 1), ("其他居民", 5, 2, 2)]
    done = {each["visitor_person_id"]: each["visits"] for each in found["visitors"]}
    assert done == {str(person): 2, str(volunteer): 2}
    assert (await helper.get(f"/v1/survey-plans/{plan['id']}/progress")).status_code == 200


async def test_a_survey_is_answered_by_its_team_while_it_runs(needs):
    person = uuid7()
    plan = await fielding(needs, team=team(social_worker=person))
    mine, asked = needs.acting("social_worker", person=person), {"plan_id": plan["id"], "answers": ANSWERS}
    refused(await mine.post("/v1/visits", visit(**asked)), 409, "SURVEY_NOT_OPEN")  # made before it began
    await needs.sql("update survey_plans set started_at = '2026-01-05T02:00:00Z'")
    refused(await worker(needs).post("/v1/visits", visit(**asked)), 403, "NOT_ON_THE_TEAM")
    problem = refused(await mine.post("/v1/visits", visit(plan_id=plan["id"])), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == "/answers"
    other = visit(**asked, form_version_id=(await form(needs))["form_version_id"])
    assert refused(await mine.post("/v1/visits", other), 422, "INVALID_INPUT")["errors"][0]["code"] == "ANOTHER"
    answer = await worker(needs).post(f"/v1/survey-plans/{plan['id']}/close", if_match=2)
    assert answer.status_code == 200
    assert (await recorded(mine, **asked))["form_version_id"] == plan["form_version_id"]  # sent in afterwards
    await needs.sql("update survey_plans set closed_at = '2026-01-05T00:30:00Z', started_at = '2026-01-04T00:00:00Z'")
    refused(await mine.post("/v1/visits", visit(**asked)), 409, "SURVEY_NOT_OPEN")


async def test_a_team_from_the_whole_street_records_where_it_is(needs):
    person, place = uuid7(), await form(needs, division=STREET)
    plan = await fielding(needs, division=STREET, form_version_id=place["form_version_id"], team=team(volunteer=person))
    await needs.sql("update survey_plans set started_at = '2026-01-05T00:00:00Z'")
    mine = needs.acting("volunteer", person=person)
    found = await recorded(mine, plan_id=plan["id"], answers=ANSWERS)
    assert found["division"] == COMMUNITY
    progress = (await worker(needs, STREET).get(f"/v1/survey-plans/{plan['id']}/progress")).json()
    assert (progress["visits"], progress["cells"][0]["name"]) == (1, None)


async def test_volunteers_record_and_see_what_they_were_sent_for(needs):
    person = uuid7()
    mine = needs.acting("volunteer", person=person)
    refused(await mine.post("/v1/visits", visit()), 403, "VISIT_NOT_ASSIGNED")
    task = {"task": "再去看看", "due_on": soon(), "assignee_person_id": str(person)}
    first = await recorded(worker(needs), follow_up=task)
    other = await recorded(worker(needs), follow_up={"task": "回访", "due_on": soon()})
    assert [each["task"] for each in (await mine.get("/v1/follow-ups")).json()["items"]] == ["再去看看"]
    refused(await mine.get(f"/v1/follow-ups/{other['follow_up']['id']}"), 404, "NOT_FOUND")
    strange = visit(follow_up_id=other["follow_up"]["id"])
    refused(await mine.post("/v1/visits", strange), 404, "NOT_FOUND")
    found = await recorded(mine, follow_up_id=first["follow_up"]["id"])
    assert [each["id"] for each in (await mine.get("/v1/visits")).json()["items"]] == [found["id"]]
    assert (await mine.get(f"/v1/visits/{found['id']}")).status_code == 200
    refused(await mine.get(f"/v1/visits/{first['id']}"), 404, "NOT_FOUND")


async def test_a_grid_worker_records_their_own_visits_and_sees_no_others(needs):
    person = uuid7()
    mine = needs.acting("grid_worker", person=person)
    other = await recorded(worker(needs))
    found = await recorded(mine)
    problem = refused(await mine.post("/v1/visits", visit(visitor_person_id=str(uuid7()))), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == "/visitor_person_id"
    assert [each["id"] for each in (await mine.get("/v1/visits")).json()["items"]] == [found["id"]]
    refused(await mine.get(f"/v1/visits/{other['id']}"), 404, "NOT_FOUND")
    assert (await needs.acting("grid_worker").get("/v1/visits")).json()["items"] == []


async def test_staff_record_what_somebody_else_did_and_name_them(needs):
    person = str(uuid7())
    nobody = needs.acting("community_worker")
    problem = refused(await nobody.post("/v1/visits", visit()), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == "/visitor_person_id"
    assert (await recorded(nobody, visitor_person_id=person))["visitor_person_id"] == person


# Follow-ups


async def test_a_follow_up_is_overdue_until_somebody_says_what_came_of_it(needs):
    task = {"task": "电话回访", "due_on": soon(2)}
    found = (await recorded(worker(needs), follow_up=task))["follow_up"]
    overdue = "/v1/follow-ups?overdue=true"
    assert (await worker(needs).get(overdue)).json()["items"] == []
    await needs.advance(days=4)
    assert [each["id"] for each in (await worker(needs).get(overdue)).json()["items"]] == [found["id"]]
    path = f"/v1/follow-ups/{found['id']}/finish"
    done = (await worker(needs).post(path, {"result": "已送餐"}, if_match=1)).json()
    assert (done["state"], done["result"]) == ("done", "已送餐")
    assert (await worker(needs).get(overdue)).json()["items"] == []
    refused(await worker(needs).post(path, {"result": "再次"}, if_match=2), 409, "ACTION_NOT_ALLOWED")


async def test_a_visit_sent_twice_is_recorded_once(needs):
    by, key = worker(needs), str(uuid7())
    answers = [await by.post("/v1/visits", visit(started_at=STARTED, ended_at=ENDED), key=key) for _ in range(3)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await needs.sql("select 1 from visits")) == 1
