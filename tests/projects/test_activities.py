"""Activities over HTTP: places, check-in, attendance and its limits."""

from uuid import UUID

import pytest

from tests.harness import COMMUNITY
from tests.projects.stage import minutes_from, refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def act(actor, activity, verb, body=None, **more):
    return await actor.post(f"/v1/activities/{activity['id']}/{verb}", body if body is not None else {}, **more)


def attendance(*persons, minutes=60):
    return {"persons": [{"person_id": str(person), "minutes": minutes} for person in persons]}


async def soon(stage, project, **changes):
    return await stage.activity(project, starts=30, ends=90, **changes)


async def test_residents_take_and_give_back_their_own_place(stage):
    activity = await soon(stage, await stage.approved(), capacity=1)
    first, second = stage.acting("resident"), stage.acting("resident")
    assert taken(await act(first, activity, "signup"))["taken"] == 1
    refused(await act(first, activity, "signup"), 409, "ALREADY_SIGNED_UP")
    refused(await act(second, activity, "signup"), 409, "CAPACITY_EXCEEDED")
    refused(await act(second, activity, "withdraw"), 409, "NOT_SIGNED_UP")
    assert taken(await act(first, activity, "withdraw"))["taken"] == 0
    taken(await act(second, activity, "signup"))
    refused(await act(first, activity, "signup"), 409, "CAPACITY_EXCEEDED")


async def test_residents_act_for_themselves_and_staff_for_the_person_they_name(stage):
    activity = await soon(stage, await stage.approved())
    person = uuid7()
    refused(
        await act(stage.acting("resident"), activity, "signup", {"person_id": str(person)}), 403, "ONLY_FOR_YOURSELF"
    )
    refused(await act(stage.service.acting("resident", COMMUNITY), activity, "signup"), 403, "PERSON_UNKNOWN")
    found = refused(await act(stage.worker, activity, "signup"), 422, "INVALID_INPUT")
    assert found["errors"][0]["pointer"] == "/person_id"
    taken(await act(stage.worker, activity, "signup", {"person_id": str(person)}))
    refused(await act(stage.acting("resident", person=person), activity, "signup"), 409, "ALREADY_SIGNED_UP")


async def test_check_in_around_the_activity(stage):
    project = await stage.implementing()
    guest, walk_in = stage.acting("resident"), stage.acting("resident")
    activity = await soon(stage, project, capacity=2)
    taken(await act(guest, activity, "signup"))
    taken(await act(guest, activity, "check-in"))
    refused(await act(guest, activity, "check-in"), 409, "ALREADY_CHECKED_IN")
    assert taken(await act(walk_in, activity, "check-in"))["taken"] == 2
    refused(await act(stage.acting("resident"), activity, "check-in"), 409, "CAPACITY_EXCEEDED")
    early = await stage.activity(project, starts=61, ends=120)
    refused(await act(guest, early, "check-in"), 409, "CHECK_IN_CLOSED")
    late = await stage.activity(project, starts=-200, ends=-61)
    refused(await act(guest, late, "check-in"), 409, "CHECK_IN_CLOSED")


async def test_attendance_is_put_to_each_person(stage):
    activity = await stage.activity(await stage.implementing())
    persons = [uuid7(), uuid7()]
    records = await stage.attend(activity, persons, minutes=45)
    assert [(record["state"], record["minutes"]) for record in records] == [("recorded", 45)] * 2
    notices = await stage.service.announced("cn.wushe.projects.notice.issued.v1")
    assert {notice["data"]["person_id"] for notice in notices} == set(map(str, persons))
    assert "是否属实" in notices[0]["data"]["zh"]
    assert notices[0]["data"]["about"]["collection"] == "service-records"
    assert not notices[0]["public"]
    told = await stage.service.announced("cn.wushe.projects.service_record.recorded.v1")
    assert {event["data"]["record_id"] for event in told} == {record["id"] for record in records}
    assert taken(await stage.worker.get(f"/v1/activities/{activity['id']}"))["state"] == "held"
    refused(await act(stage.acting("resident"), activity, "signup"), 409, "ACTION_NOT_ALLOWED")


async def test_attendance_comes_in_batches(stage):
    activity = await stage.activity(await stage.implementing(), capacity=3)
    first = uuid7()
    await stage.attend(activity, [first])
    refused(await act(stage.worker, activity, "attendance", attendance(first, uuid7())), 409, "ALREADY_RECORDED")
    crowd = attendance(uuid7(), uuid7(), uuid7())
    refused(await act(stage.worker, activity, "attendance", crowd), 409, "CAPACITY_EXCEEDED")
    assert len(await stage.attend(activity, [uuid7(), uuid7()])) == 2
    assert len(await stage.service.announced("cn.wushe.projects.activity.held.v1")) == 1


async def test_nobody_is_at_two_places(stage):
    project = await stage.implementing()
    person = uuid7()
    await stage.attend(await stage.activity(project, starts=-120, ends=-60), [person])
    meeting = await stage.activity(project, starts=-90, ends=-30)
    refused(await act(stage.worker, meeting, "attendance", attendance(person, uuid7())), 409, "TIME_OVERLAP")
    await stage.attend(await stage.activity(project, starts=-60, ends=0), [person])


async def test_a_denied_record_frees_the_time(stage):
    project = await stage.implementing()
    person = uuid7()
    records = await stage.attend(await stage.activity(project), [person])
    await stage.say(records[0], "dispute", {"reason": "没有去。"})
    await stage.attend(await stage.activity(project), [person])
    resident = stage.acting("resident", person=person)
    refused(await resident.post(f"/v1/service-records/{records[0]['id']}/confirm", {}), 409, "TIME_OVERLAP")


async def test_the_database_keeps_a_persons_time_in_every_division(stage):
    """The other record is out of the caller's sight; the constraint does not care."""
    project = await stage.implementing()
    person = uuid7()
    await stage.attend(await stage.activity(project), [person])
    await stage.service.sql("update activities set division = '350502001002'")
    await stage.service.sql("update service_records set division = '350502001002'")
    meeting = await stage.activity(project)
    refused(await act(stage.worker, meeting, "attendance", attendance(person)), 409, "TIME_OVERLAP")


async def test_what_attendance_is_refused(stage):
    project = await stage.implementing()
    future = await soon(stage, project)
    refused(await act(stage.worker, future, "attendance", attendance(uuid7())), 409, "ATTENDANCE_TOO_EARLY")
    activity = await stage.activity(project)
    person = uuid7()
    for body in (attendance(person, person), attendance(person, minutes=61), attendance()):
        refused(await act(stage.worker, activity, "attendance", body), 422, "INVALID_INPUT")
    refused(await act(stage.acting("resident"), activity, "attendance", attendance(person)), 403, "ROLE_NOT_ALLOWED")
    planned = await stage.activity(await stage.approved())
    refused(await act(stage.worker, planned, "attendance", attendance(person)), 409, "ACTION_NOT_ALLOWED")


async def test_what_took_place_before_the_work_began_is_no_part_of_it(stage):
    project, saga = await stage.resourcing()
    earlier = await stage.activity(project, starts=-30, ends=-10)
    under_way = await stage.activity(project, starts=-1, ends=60)
    await stage.answer(project, saga)
    for activity in (earlier, under_way):
        body = attendance(uuid7(), minutes=5)
        refused(await act(stage.worker, activity, "attendance", body), 409, "ATTENDANCE_BEFORE_START")
    later = await soon(stage, project)
    await stage.service.advance(days=1)
    assert len(await stage.attend(later, [uuid7()])) == 1
    refused(await act(stage.worker, earlier, "attendance", attendance(uuid7())), 409, "ATTENDANCE_BEFORE_START")


async def test_an_agency_does_not_record_its_own_attendance(stage):
    activity = await stage.activity(await stage.implementing())
    manager = stage.acting("org_manager", org=stage.agency)
    refused(await act(manager, activity, "attendance", attendance(uuid7())), 403, "ROLE_NOT_ALLOWED")
    outsider = stage.acting("community_worker")
    assert len(taken(await act(outsider, activity, "attendance", attendance(uuid7())))["items"]) == 1


async def test_what_activities_are_refused(stage):
    project = await stage.designed()
    body = {
        "project_id": project["id"],
        "title": "茶话会",
        "method": "group",
        "starts_at": minutes_from(stage.now, 60),
        "ends_at": minutes_from(stage.now, 120),
        "capacity": 30,
        "place": "活动室",
    }
    refused(await stage.worker.post("/v1/activities", body), 409, "ACTION_NOT_ALLOWED")
    project = await stage.approved()
    body["project_id"] = project["id"]
    for change in (
        {"ends_at": body["starts_at"]},
        {"capacity": 0},
        {"starts_at": "2026-03-01T09:00:00"},
        {"method": "party"},
        {"starts_at": 1_772_000_000},
        {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-01T01:00:00+14:00"},
        {"starts_at": "9999-12-31T22:00:00-14:00", "ends_at": "9999-12-31T23:00:00-14:00"},
    ):
        refused(await stage.worker.post("/v1/activities", body | change), 422, "INVALID_INPUT")


async def test_a_cancelled_activity_tells_those_with_a_place(stage):
    activity = await soon(stage, await stage.approved())
    guest, gone = uuid7(), stage.acting("resident")
    taken(await act(stage.acting("resident", person=guest), activity, "signup"))
    taken(await act(gone, activity, "signup"))
    activity = taken(await act(gone, activity, "withdraw"))
    taken(await act(stage.worker, activity, "cancel", {"reason": "台风。"}, if_match=activity["version"]))
    notices = await stage.service.announced("cn.wushe.projects.notice.issued.v1")
    assert [notice["data"]["person_id"] for notice in notices] == [str(guest)]
    refused(await act(gone, activity, "signup"), 409, "ACTION_NOT_ALLOWED")


async def test_residents_see_their_own_attendance(stage):
    activity = await stage.activity(await stage.implementing())
    records = await stage.attend(activity, [uuid7(), uuid7()])
    path = f"/v1/activities/{activity['id']}/attendances"
    assert len(taken(await stage.worker.get(path))["items"]) == 2
    resident = stage.acting("resident", person=UUID(records[0]["person_id"]))
    assert [record["id"] for record in taken(await resident.get(path))["items"]] == [records[0]["id"]]
    refused(await stage.service.acting("resident", COMMUNITY).get(path), 403, "PERSON_UNKNOWN")


async def test_lists_count_the_places(stage):
    project = await stage.approved()
    activity = await soon(stage, project)
    taken(await act(stage.acting("resident"), activity, "signup"))
    await soon(stage, project)
    found = taken(await stage.worker.get(f"/v1/activities?project_id={project['id']}&state=scheduled"))["items"]
    assert [row["taken"] for row in found] == [0, 1]
