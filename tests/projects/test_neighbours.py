"""A person is served next door: their own rows are theirs in the whole county, nobody else's are."""

from uuid import UUID

import pytest

from tests.harness import COUNTY
from tests.projects.stage import refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT_DOOR, ELSEWHERE = "350502001002", "350503001001"


async def served(stage):
    [record] = await stage.attend(await stage.activity(await stage.implementing()), [uuid7()])
    return record, UUID(record["person_id"])


@pytest.mark.parametrize("role", ["resident", "guardian", "volunteer", "community_worker"])
async def test_one_answers_for_oneself_from_next_door(stage, role):
    record, person = await served(stage)
    neighbour = stage.acting(role, NEXT_DOOR, person=person)
    path = f"/v1/service-records/{record['id']}"
    assert taken(await neighbour.post(f"{path}/confirm", {}))["state"] == "confirmed"
    assert taken(await neighbour.post(f"{path}/dispute", {"reason": "记错了。"}))["state"] == "disputed"


async def test_a_neighbour_reaches_nobody_elses_record(stage):
    record, person = await served(stage)
    path = f"/v1/service-records/{record['id']}"
    for actor in (
        stage.acting("resident", NEXT_DOOR),
        stage.service.acting("resident", NEXT_DOOR),
        stage.acting("resident", ELSEWHERE, person=person),
    ):
        refused(await actor.post(f"{path}/confirm", {}), 404, "NOT_FOUND")
        refused(await actor.post(f"{path}/dispute", {"reason": "不是。"}), 404, "NOT_FOUND")
    caller = stage.acting("community_worker", NEXT_DOOR)
    refused(await caller.post(f"{path}/confirm", {"via": "call_back"}), 404, "NOT_FOUND")
    refused(await caller.post(f"{path}/lapse", {"reason": "三次未接。"}), 404, "NOT_FOUND")


async def test_ones_own_records_are_found_in_the_whole_county(stage):
    record, person = await served(stage)
    listed, one = "/v1/service-records", f"/v1/service-records/{record['id']}"
    attendances = f"/v1/activities/{record['activity_id']}/attendances"
    neighbour = stage.acting("resident", NEXT_DOOR, person=person)
    for path in (listed, attendances):
        assert [row["id"] for row in taken(await neighbour.get(path))["items"]] == [record["id"]]
    assert taken(await neighbour.get(one))["state"] == "recorded"
    for nobody in (stage.acting("resident", NEXT_DOOR), stage.acting("resident", ELSEWHERE, person=person)):
        assert taken(await nobody.get(listed))["items"] == []
        refused(await nobody.get(one), 404, "NOT_FOUND")
        refused(await nobody.get(attendances), 404, "NOT_FOUND")
    assert taken(await stage.acting("community_worker", NEXT_DOOR, person=person).get(listed))["items"] == []


async def test_residents_take_part_next_door_and_staff_stay_in_their_place(stage):
    activity = await stage.activity(await stage.implementing(), starts=30, ends=90)
    path = f"/v1/activities/{activity['id']}"
    neighbour = stage.acting("resident", NEXT_DOOR)
    assert taken(await neighbour.post(f"{path}/signup", {}))["taken"] == 1
    taken(await neighbour.post(f"{path}/check-in", {}))
    assert taken(await neighbour.post(f"{path}/withdraw", {}))["taken"] == 0
    body = {"person_id": str(uuid7())}
    for outsider in (stage.acting("community_worker", NEXT_DOOR), stage.acting("grid_worker", NEXT_DOOR)):
        refused(await outsider.post(f"{path}/signup", body), 404, "NOT_FOUND")
    refused(await stage.acting("resident", ELSEWHERE).post(f"{path}/signup", {}), 404, "NOT_FOUND")
    assert taken(await stage.acting("community_worker", COUNTY).post(f"{path}/signup", body))["taken"] == 1
