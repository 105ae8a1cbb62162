"""Service records over HTTP: only the person's word, or an outsider's call-back, counts."""

from uuid import UUID

import pytest

from tests.projects.stage import refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def say(actor, record, verb="confirm", body=None):
    return await actor.post(f"/v1/service-records/{record['id']}/{verb}", body or {})


@pytest.fixture
def call_back():
    return {"via": "call_back"}


async def recorded(stage, count=1):
    return await stage.attend(await stage.activity(await stage.implementing()), [uuid7() for _ in range(count)])


async def test_the_person_confirms(stage):
    [record] = await recorded(stage)
    confirmed = await stage.say(record)
    assert (confirmed["state"], confirmed["via"]) == ("confirmed", "self")
    [told] = await stage.service.announced("cn.wushe.projects.service_record.confirmed.v1")
    assert told["data"] == {
        "record_id": record["id"],
        "project_id": record["project_id"],
        "person_id": record["person_id"],
        "activity_id": record["activity_id"],
        "minutes": 60,
    }


async def test_the_person_denies_and_may_think_again(stage):
    [record] = await recorded(stage)
    assert (await stage.say(record, "dispute", {"reason": "没有参加。"}))["state"] == "disputed"
    assert len(await stage.service.announced("cn.wushe.projects.service_record.disputed.v1")) == 1
    assert (await stage.say(record))["state"] == "confirmed"
    assert (await stage.say(record, "dispute", {"reason": "记错了。"}))["state"] == "disputed"


async def test_nobody_else_answers_for_a_person(stage):
    [record] = await recorded(stage)
    for actor in (stage.acting("resident"), stage.acting("community_worker")):
        refused(await say(actor, record), 403, "NOT_YOUR_RECORD")
        refused(await say(actor, record, "dispute", {"reason": "不是真的。"}), 403, "NOT_YOUR_RECORD")
    refused(await say(stage.worker, record), 403, "ROLE_NOT_ALLOWED")


async def test_an_outside_community_worker_calls_back(stage, call_back):
    [record] = await recorded(stage)
    for insider in (
        stage.acting("community_worker", person=stage.member),
        stage.acting("community_worker", person=stage.author),
        stage.acting("community_worker", org=stage.agency),
        stage.service.acting("community_worker"),
        stage.acting("resident", person=UUID(record["person_id"])),
    ):
        refused(await say(insider, record, "confirm", call_back), 403, "CALL_BACK_NOT_ALLOWED")
    confirmed = taken(await say(stage.acting("community_worker"), record, "confirm", call_back))
    assert (confirmed["state"], confirmed["via"]) == ("confirmed", "call_back")


async def test_a_call_back_does_not_overrule_a_denial(stage, call_back):
    [record] = await recorded(stage)
    await stage.say(record, "dispute", {"reason": "没有参加。"})
    refused(await say(stage.acting("community_worker"), record, "confirm", call_back), 409, "ACTION_NOT_ALLOWED")


async def test_a_call_back_may_bring_a_denial(stage, call_back):
    [record] = await recorded(stage)
    body = call_back | {"reason": "本人称当天在外地。"}
    assert taken(await say(stage.acting("community_worker"), record, "dispute", body))["state"] == "disputed"


async def test_who_cannot_be_reached_counts_for_nothing_until_they_speak(stage):
    first, second = await recorded(stage, 2)
    await stage.say(first)
    outsider = stage.acting("community_worker")
    insider = stage.acting("community_worker", org=stage.agency)
    refused(await say(insider, second, "lapse", {"reason": "三次未接。"}), 403, "CALL_BACK_NOT_ALLOWED")
    assert taken(await say(outsider, second, "lapse", {"reason": "三次未接。"}))["state"] == "lapsed"
    assert (await stage.say(second))["state"] == "confirmed"
    refused(await say(outsider, second, "lapse", {"reason": "三次未接。"}), 409, "ACTION_NOT_ALLOWED")


async def test_a_lapsed_record_does_not_keep_the_project_open(stage):
    first, second = await recorded(stage, 2)
    await stage.say(first)
    taken(await say(stage.acting("community_worker"), second, "lapse", {"reason": "三次未接。"}))
    project = await stage.read({"id": first["project_id"]})
    path = f"/internal/projects/{project['id']}/records"
    heard = taken(await stage.service.sibling("evaluation").get(path))["records"]
    assert {"record_id": second["id"], "person_id": second["person_id"], "state": "lapsed"} in heard
    assert (await stage.verb(stage.worker, project, "complete"))["record_count"] == 1


async def test_an_answer_is_given_once(stage):
    [record] = await recorded(stage)
    await stage.say(record)
    resident = stage.acting("resident", person=UUID(record["person_id"]))
    assert refused(await say(resident, record), 409, "ACTION_NOT_ALLOWED")["allowed"] == ["dispute"]


async def test_completion_seals_the_records(stage):
    project = await stage.completed()
    found = taken(await stage.worker.get(f"/v1/service-records?project_id={project['id']}"))["items"]
    resident = stage.acting("resident", person=UUID(found[0]["person_id"]))
    refused(await say(resident, found[0], "dispute", {"reason": "反悔。"}), 409, "RECORDS_SEALED")


async def test_residents_read_their_own_records(stage):
    records = await recorded(stage, 2)
    resident = stage.acting("resident", person=UUID(records[0]["person_id"]))
    mine = taken(await resident.get("/v1/service-records"))["items"]
    assert [record["id"] for record in mine] == [records[0]["id"]]
    assert taken(await resident.get(f"/v1/service-records/{records[0]['id']}"))["state"] == "recorded"
    refused(await resident.get(f"/v1/service-records/{records[1]['id']}"), 404, "NOT_FOUND")
    assert len(taken(await stage.worker.get("/v1/service-records?state=recorded"))["items"]) == 2
    for role in ("donor", "finance_officer", "grid_worker"):
        refused(await stage.acting(role).get("/v1/service-records"), 403, "ROLE_NOT_ALLOWED")


@pytest.mark.parametrize("role", ["resident", "guardian", "volunteer", "volunteer_leader"])
async def test_whoever_was_served_reads_and_confirms_under_any_of_their_roles(stage, role):
    records = await recorded(stage, 2)
    served = stage.acting(role, person=UUID(records[0]["person_id"]))
    assert [record["id"] for record in taken(await served.get("/v1/service-records"))["items"]] == [records[0]["id"]]
    refused(await served.get(f"/v1/service-records/{records[1]['id']}"), 404, "NOT_FOUND")
    refused(await say(served, records[1]), 403, "NOT_YOUR_RECORD")
    assert taken(await say(served, records[0]))["state"] == "confirmed"
