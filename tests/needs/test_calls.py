"""The worker's call list: whoever no message reached is told by a person; and how the people of a need were told."""

from types import SimpleNamespace

import pytest

from tests.gateway.test_pushes import answering
from tests.harness import COMMUNITY
from tests.needs.stories import (
    ELSEWHERE,
    TRIAGE,
    done,
    notices,
    refused,
    registered,
    resident,
    responded,
    submitted,
    triaged,
    worker,
)
from tests.needs.test_division_merges import NEXT, planned, run
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
UNREACHED = "cn.wushe.gateway.person.unreached.v1"


async def miss(needs, need, person, code="need_respond", collection="needs"):
    about = {"collection": collection, "id": need["id"]}
    told = {"person_id": str(person), "code": code, "reason": "no_number", "about": about}
    answer = await needs.hear(UNREACHED, told)
    assert answer.status_code == 204, answer.text


async def answered(needs):
    """A need of a registered resident, answered."""
    known = await registered(needs)
    return await responded(needs, resident(needs, known["person_id"])), known["person_id"]


async def waiting(needs, actor=None):
    answer = await (actor or worker(needs)).get("/v1/call-list")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_whoever_was_not_reached_is_called(needs):
    need, person = await answered(needs)
    await miss(needs, need, person)
    (call,) = await waiting(needs)
    assert (call["need_id"], call["person_id"], call["reason"]) == (need["id"], person, "no_number")
    assert call["zh"] == "您关注的需求已有答复，请告诉我们是否解决。"
    assert need["statement"] not in str(call)
    told = await worker(needs).post(f"/v1/call-list/{call['id']}/done", {"result": "reached"}, if_match=call["version"])
    assert (told.json()["state"], told.json()["tries"]) == ("done", 1)
    assert await waiting(needs) == []
    again = await worker(needs).post(f"/v1/call-list/{call['id']}/done", {"result": "reached"}, if_match=2)
    refused(again, 409, "ACTION_NOT_ALLOWED")


async def test_nobody_answering_leaves_the_call_on_the_list(needs):
    need, person = await answered(needs)
    await miss(needs, need, person)
    for tries in (1, 2):
        (call,) = await waiting(needs)
        path = f"/v1/call-list/{call['id']}/done"
        told = await worker(needs).post(path, {"result": "no_answer"}, if_match=call["version"])
        assert (told.json()["state"], told.json()["tries"]) == ("waiting", tries)


async def test_however_many_notices_somebody_missed_they_are_called_once(needs):
    need, person = await answered(needs)
    await miss(needs, need, person)
    await miss(needs, need, person, "need_reopen")
    (call,) = await waiting(needs)
    assert (call["code"], call["version"]) == ("need_reopen", 2)


async def test_danger_strangers_and_what_is_no_need_are_on_no_list(needs):
    need, person = await answered(needs)
    await miss(needs, need, uuid7())
    await miss(needs, need, person, collection="projects")
    await miss(needs, {"id": str(uuid7())}, person)
    assert await waiting(needs) == []
    await miss(needs, need, person)
    await needs.sql("update needs set danger = true")
    assert await waiting(needs) == []
    (call,) = await needs.sql("select id from person_calls")
    answer = await worker(needs).post(f"/v1/call-list/{call.id}/done", {"result": "reached"}, if_match=1)
    refused(answer, 404, "NOT_FOUND")


async def test_the_list_is_the_communitys_own_and_no_residents(needs):
    need, person = await answered(needs)
    await miss(needs, need, person)
    assert await waiting(needs, worker(needs, ELSEWHERE)) == []
    assert len(await waiting(needs, needs.acting("street_officer", "350502001000"))) == 1
    refused(await resident(needs, person).get("/v1/call-list"), 403, "ROLE_NOT_ALLOWED")


async def test_the_guardian_of_a_child_and_who_took_it_down_hear_of_every_step(needs):
    guardian, staff = uuid7(), worker(needs)
    child = await registered(needs, age_band="0-13", target_groups=["child"], guardian_person_id=str(guardian))
    asked = await submitted(staff, resident_id=child["id"], channel="visit")
    await done(worker(needs), asked, "triage", TRIAGE)
    told = {each["person_id"] for each in await notices(needs, "need_triage")}
    assert told == {str(guardian), child["person_id"], str(staff.caller.person_id)}


async def test_of_a_quiet_matter_nobody_is_told_by_message(needs):
    known = await registered(needs)
    asked = await submitted(resident(needs, known["person_id"]))
    filed = await done(worker(needs), asked, "triage", {**TRIAGE, "theme": "women_dv", "danger": False})
    await done(worker(needs), filed, "accept")
    assert await needs.announced("cn.wushe.needs.notice.issued.v1") == []


async def test_how_the_people_behind_a_need_were_told_is_shown_by_number(bench, needs):
    author, neighbour = resident(needs), uuid7()
    need = await triaged(needs, author)
    item = {"code": "need_triage", "at": "2026-11-30T13:00:00Z", "read_at": None}
    way = {"channel": "sms", "state": "sent", "reason": None}
    found = [
        {**item, "person_id": str(author.caller.person_id), "ways": [way]},
        {**item, "person_id": str(neighbour), "read_at": "2026-11-30T14:00:00Z", "ways": []},
    ]
    bench.services["gateway"] = SimpleNamespace(app=answering({"items": found}, 200))
    answer = await worker(needs).get(f"/v1/needs/{need['id']}/notices")
    assert answer.status_code == 200, answer.text
    shown = answer.json()["items"]
    assert [(each["person"], each["is_author"], each["is_read"]) for each in shown] == [
        (1, True, False),
        (2, False, True),
    ]
    assert shown[0]["ways"] == [way] and str(neighbour) not in answer.text
    outside = await worker(needs, ELSEWHERE).get(f"/v1/needs/{need['id']}/notices")
    refused(outside, 404, "NOT_FOUND")


async def test_how_people_were_told_is_unknown_while_the_gateway_is_away(needs):
    need = await triaged(needs, resident(needs))
    refused(await worker(needs).get(f"/v1/needs/{need['id']}/notices"), 503, "UNAVAILABLE")


async def test_a_missed_notice_is_heard_once_however_often_it_is_delivered(needs):
    need, person = await answered(needs)
    told = {"person_id": person, "code": "need_respond", "reason": "no_number"}
    about, event_id = {"collection": "needs", "id": need["id"]}, str(uuid7())
    for _ in range(2):
        await needs.hear(UNREACHED, {**told, "about": about}, event_id=event_id, division=COMMUNITY)
    (call,) = await waiting(needs)
    assert call["version"] == 1


async def test_whoever_asked_on_behalf_of_somebody_hears_of_every_step(needs):
    known, volunteer = await registered(needs), uuid7()
    behalf = needs.acting("volunteer", person=volunteer)
    asked = await submitted(behalf, resident_id=known["id"], channel="visit")
    await done(worker(needs), asked, "triage", TRIAGE)
    told = {each["person_id"] for each in await notices(needs, "need_triage")}
    assert told == {str(volunteer), known["person_id"]}


async def test_a_call_goes_with_its_need_to_another_community(needs):
    known = await registered(needs)
    need = await triaged(needs, resident(needs, known["person_id"]))
    await miss(needs, need, known["person_id"], "need_triage")
    await run(needs, await planned(needs))
    assert await waiting(needs) == []
    assert [call["need_id"] for call in await waiting(needs, worker(needs, NEXT))] == [need["id"]]
