import pytest

from tests.needs.stories import (
    TRIAGE,
    accepted,
    confirmed,
    done,
    hear_design,
    hear_project,
    notices,
    read,
    resident,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PROJECT = "cn.wushe.projects.project"


async def planned(needs, person=None):
    """A need planned into an approved project."""
    need = await accepted(needs, resident(needs, person))
    concern = await confirmed(needs, need["id"])
    project_id = uuid7()
    await hear_design(needs, project_id, concern["id"])
    await hear_project(needs, "approved", project_id)
    return project_id, need, concern


async def test_a_design_alone_changes_no_need(needs):
    need = await accepted(needs, resident(needs))
    concern = await confirmed(needs, need["id"])
    await hear_design(needs, uuid7(), concern["id"])
    assert (await read(worker(needs), need))["state"] == "linked"


async def test_an_approved_project_plans_the_needs_of_its_concerns(needs):
    person = uuid7()
    project_id, need, concern = await planned(needs, person)
    shown = await read(worker(needs), need)
    assert (shown["state"], shown["project_id"]) == ("planned", str(project_id))
    assert (await read(worker(needs), concern))["state"] == "addressed"
    assert [told["person_id"] for told in await notices(needs, "need_plan")] == [str(person)]
    assert len(await needs.announced("cn.wushe.needs.concern.addressed.v1")) == 1


async def test_a_second_project_finds_its_concern_addressed(needs):
    first, need, concern = await planned(needs)
    second = uuid7()
    await hear_design(needs, second, concern["id"])
    await hear_project(needs, "approved", second)
    assert (await read(worker(needs), need))["project_id"] == str(first)
    assert len(await needs.announced("cn.wushe.needs.concern.addressed.v1")) == 1


async def test_a_completed_project_answers_its_needs_and_silence_closes_them(needs):
    person, neighbour = uuid7(), uuid7()
    project_id, need, _ = await planned(needs, person)
    await resident(needs, neighbour).post(f"/v1/needs/{need['id']}/cosign")
    await hear_project(needs, "completed", project_id)
    shown = await read(worker(needs), need)
    assert (shown["state"], shown["answer"]) == ("responded", "项目“幸福食堂”已完成。")
    assert {told["person_id"] for told in await notices(needs, "need_respond")} == {str(person), str(neighbour)}
    await needs.advance(days=15)
    closed = await read(worker(needs), need)
    assert (closed["state"], closed["silent"]) == ("closed", True)


async def test_the_author_judges_what_a_project_did(needs):
    person = uuid7()
    project_id, need, _ = await planned(needs, person)
    await hear_project(needs, "completed", project_id)
    shown = await read(resident(needs, person), need)
    judged = await done(resident(needs, person), shown, "outcome", {"outcome": "partly"})
    assert (judged["state"], judged["outcome"]) == ("closed", "partly")


async def test_a_cancelled_project_gives_its_needs_back(needs):
    person = uuid7()
    project_id, need, concern = await planned(needs, person)
    await hear_project(needs, "cancelled", project_id)
    assert (await read(worker(needs), need))["state"] == "linked"
    assert (await read(worker(needs), need))["project_id"] is None
    assert (await read(worker(needs), concern))["state"] == "confirmed"
    assert [notice["person_id"] for notice in await notices(needs, "need_unplan")] == [str(person)]
    second = uuid7()
    await hear_design(needs, second, concern["id"])
    await hear_project(needs, "approved", second)
    assert (await read(worker(needs), need))["project_id"] == str(second)


async def test_a_terminated_project_gives_back_what_is_not_answered(needs):
    project_id, need, concern = await planned(needs)
    await hear_project(needs, "started", project_id)
    await hear_project(needs, "terminated", project_id)
    assert (await read(worker(needs), need))["state"] == "linked"
    assert (await read(worker(needs), concern))["state"] == "confirmed"


@pytest.mark.parametrize("verb", ["cancelled", "terminated"])
async def test_a_project_given_up_before_its_plan_is_none_of_ours(needs, verb):
    await hear_project(needs, verb, uuid7())
    assert await needs.sql("select 1 from adopted_projects") == []
    assert await needs.announced() == []


@pytest.mark.parametrize("verbs", [["cancelled"], ["approved", "cancelled"]])
async def test_giving_up_one_project_leaves_anothers_concern_alone(needs, verbs):
    first, need, concern = await planned(needs)
    second = uuid7()
    await hear_design(needs, second, concern["id"])
    for verb in verbs:
        await hear_project(needs, verb, second)
    shown = await read(worker(needs), need)
    assert (shown["state"], shown["project_id"]) == ("planned", str(first))
    assert (await read(worker(needs), concern))["state"] == "addressed"


async def test_a_concern_without_waiting_needs_is_still_its_projects(needs):
    need = await accepted(needs, resident(needs))
    concern = await confirmed(needs, need["id"])
    need = await read(worker(needs), need)
    await done(worker(needs), need, "respond", {"answer": "已安排送餐。"})
    first, second = uuid7(), uuid7()
    for project_id in (first, second):
        await hear_design(needs, project_id, concern["id"])
        await hear_project(needs, "approved", project_id)
    await hear_project(needs, "cancelled", second)
    assert (await read(worker(needs), concern))["state"] == "addressed"
    await hear_project(needs, "cancelled", first)
    assert (await read(worker(needs), concern))["state"] == "confirmed"


@pytest.mark.parametrize(
    ("verb", "code", "words"),
    [
        ("started", "project_start", "已开始实施"),
        ("accepted", "project_accept", "已结项"),
        ("paid", "project_pay", "已拨付"),
    ],
)
async def test_people_behind_the_needs_hear_of_the_project(needs, verb, code, words):
    person, neighbour = uuid7(), uuid7()
    project_id, need, concern = await planned(needs, person)
    await resident(needs, neighbour).post(f"/v1/needs/{need['id']}/cosign")
    await hear_project(needs, verb, project_id)
    told = await notices(needs, code)
    assert sorted(notice["person_id"] for notice in told) == sorted([str(person), str(neighbour)])
    assert all("幸福食堂" in notice["zh"] and words in notice["zh"] for notice in told)
    assert told[0]["about"] == {"collection": "projects", "id": str(project_id)}
    expected = "resolved" if verb == "accepted" else "addressed"
    assert (await read(worker(needs), concern))["state"] == expected


async def test_each_event_counts_once(needs):
    project_id, need, concern = await planned(needs)
    events = [
        ("designed", {"project_id": str(project_id), "title": "幸福食堂", "concern_ids": [concern["id"]]}),
        *((verb, {"project_id": str(project_id)}) for verb in ("approved", "started", "completed", "accepted")),
    ]
    for verb, data in events:
        event_id = str(uuid7())
        first = await needs.hear(f"{PROJECT}.{verb}.v1", data, event_id=event_id)
        before = (await needs.announced(), await needs.sql("select count(*) from audit"))
        again = await needs.hear(f"{PROJECT}.{verb}.v1", data, event_id=event_id)
        assert (first.headers["wushe-applied"], again.headers["wushe-applied"]) == ("true", "false")
        assert (await needs.announced(), await needs.sql("select count(*) from audit")) == before
    assert (await read(worker(needs), need))["state"] == "responded"


async def test_what_came_before_the_design_is_delivered_again_later(needs):
    project_id = uuid7()
    answer = await needs.hear(f"{PROJECT}.approved.v1", {"project_id": str(project_id)})
    assert answer.status_code == 404
    need = await accepted(needs, resident(needs))
    concern = await confirmed(needs, need["id"])
    await hear_design(needs, project_id, concern["id"])
    await hear_project(needs, "approved", project_id)
    assert (await read(worker(needs), need))["state"] == "planned"


async def test_a_new_design_replaces_the_copy(needs):
    first = await accepted(needs, resident(needs))
    second = await accepted(needs, resident(needs))
    concerns = [await confirmed(needs, first["id"]), await confirmed(needs, second["id"])]
    project_id = uuid7()
    await hear_design(needs, project_id, concerns[0]["id"])
    await hear_design(needs, project_id, concerns[1]["id"])
    await hear_project(needs, "approved", project_id)
    assert (await read(worker(needs), first))["state"] == "linked"
    assert (await read(worker(needs), second))["state"] == "planned"


async def test_the_slice_of_a_lifecycle(needs):
    project_id, need, concern = await planned(needs)
    gateway = needs.sibling("gateway")
    shown = (await gateway.get(f"/internal/lifecycle/{project_id}")).json()
    [its_concern], [its_need] = shown["concerns"], shown["needs"]
    assert (its_concern["id"], its_concern["title"], its_concern["state"]) == (concern["id"], "老年助餐", "addressed")
    assert its_concern["at"]
    assert its_need == {
        "id": need["id"],
        "state": "planned",
        "submitted_at": its_need["submitted_at"],
        "closed_at": None,
        "outcome": None,
        "silent": False,
    }
    assert (await gateway.get(f"/internal/lifecycle/{uuid7()}")).json() == {"concerns": [], "needs": []}


async def test_danger_leaves_the_slice_the_evidence_and_the_notices(needs):
    project_id, need, concern = await planned(needs)
    await hear_project(needs, "completed", project_id)
    need = await read(worker(needs), need)
    need = await done(worker(needs), need, "reopen", {"reason": "情况变了"})
    await done(worker(needs), need, "triage", {**TRIAGE, "danger": True})
    shown = (await needs.sibling("gateway").get(f"/internal/lifecycle/{project_id}")).json()
    assert shown["needs"] == []
    assert [found["id"] for found in shown["concerns"]] == [concern["id"]]
    for reader in (worker(needs), resident(needs), needs.acting("third_party")):
        detail = await read(reader, concern)
        assert (detail["need_ids"], detail["evidence"]["needs"], detail["evidence"]["persons"]) == ([], 0, 0)
    await hear_project(needs, "paid", project_id)
    assert await notices(needs, "project_pay") == []
