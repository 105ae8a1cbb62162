"""One project from its draft to its archive, over HTTP, with what it announces on the way."""

from uuid import UUID

import pytest

from services.projects.domain.attendance import record_digest
from services.projects.domain.presets import DECISION_RULES, OTHER_RULES
from tests.projects.stage import GRADE, HASH, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PREFIX = "cn.wushe.projects."


async def test_from_draft_to_archive(stage):
    project = await stage.implementing()
    assert project["state"] == "implementing"
    assert project["scheme_hash"] == HASH
    persons = [uuid7() for _ in range(3)]
    activity = await stage.activity(project)
    records = await stage.attend(activity, persons)
    for record in records[:2]:
        await stage.say(record)
    await stage.say(records[2], "dispute", {"reason": "我没有参加。"})

    project = await stage.verb(stage.worker, await stage.read(project), "complete")
    confirmed = [UUID(record["id"]) for record in records[:2]]
    assert (project["record_count"], project["record_digest"]) == (2, record_digest(confirmed))
    await stage.service.hear(
        "cn.wushe.evaluation.evaluation.opened.v1", {"project_id": project["id"], "evaluation_id": str(uuid7())}
    )
    await stage.service.hear("cn.wushe.evaluation.report.finalised.v1", GRADE | {"project_id": project["id"]})
    project = await stage.verb(stage.street, await stage.read(project), "accept")
    project = await stage.verb(stage.worker, project, "archive")
    assert project["state"] == "archived"

    timeline = taken(await stage.acting("resident").get(f"/v1/projects/{project['id']}/timeline"))["items"]
    assert [step["verb"] for step in timeline] == [
        "create", "design", "submit", "review", "approve", "publicise", "start", "reserve", "complete", "evaluate",
        "accept", "archive",
    ]  # fmt: skip
    assert timeline[7]["role"] == "service"


async def test_what_it_announces_on_the_way(stage):
    project = await stage.completed()
    events = {event["type"].removeprefix(PREFIX): event for event in await stage.service.announced()}
    designed = events["project.designed.v1"]
    assert not designed["public"]
    assert designed["data"]["team_person_ids"] == [str(stage.member)]
    assert designed["data"]["author_person_id"] == str(stage.author)
    assert designed["data"]["budget_fen"] == 3_000_000
    assert designed["data"]["planned"] == {"persons": 30, "sessions": 3}
    assert events["project.decided.v1"]["data"] == {
        "project_id": project["id"],
        "approver_person_id": str(stage.officer),
        "org": None,
    }
    completed = events["project.completed.v1"]
    assert completed["public"]
    assert completed["data"]["delivered"] == {"persons": 2, "person_times": 2, "sessions": 1}
    assert completed["data"]["record_count"] == 2
    public = [event for event in await stage.service.announced() if event["public"]]
    people = {str(stage.author), str(stage.member), str(stage.officer)}
    assert public
    assert not [event for event in public if people & set(map(str, event["data"].values()))]


async def test_order_of_one_aggregate_has_no_gap(stage):
    project = await stage.completed()
    mine = [event for event in await stage.service.announced() if event["subject"] == f"projects/{project['id']}"]
    assert sorted(int(event["sequence"]) for event in mine) == list(range(1, len(mine) + 1))


async def test_plan_parts_are_readable(stage):
    project = await stage.designed()
    path = f"/v1/projects/{project['id']}"
    resident = stage.acting("resident")
    assert [goal["dimension"] for goal in taken(await resident.get(f"{path}/goals"))["items"]] == ["output", "outcome"]
    budget = taken(await resident.get(f"{path}/budget"))
    assert (budget["budget_fen"], sum(line["amount_fen"] for line in budget["lines"])) == (3_000_000, 3_000_000)
    assert taken(await resident.get(f"{path}/team"))["items"][0]["person_id"] is None
    assert taken(await stage.worker.get(f"{path}/team"))["items"][0]["person_id"] == str(stage.member)


async def test_a_budget_shows_the_share_of_each_source(stage):
    lines = [
        {"label": "人员", "amount_fen": 1_000_000, "fund_source": "gov_purchase"},
        {"label": "物料", "amount_fen": 1_500_000, "fund_source": "community_fund"},
        {"label": "场地", "amount_fen": 500_000, "fund_source": "gov_purchase"},
    ]
    project = await stage.designed(budget=lines)
    budget = taken(await stage.acting("resident").get(f"/v1/projects/{project['id']}/budget"))
    assert {each["fund_source"]: (each["amount_fen"], each["share"]) for each in budget["sources"]} == {
        "gov_purchase": (1_500_000, 0.5),
        "community_fund": (1_500_000, 0.5),
    }


async def test_one_project_is_seen_from_community_to_city(stage):
    project = await stage.designed()
    path = f"/v1/projects/{project['id']}"
    for scope in ("350502001001", "350502001000", "350502000000", "350500000000"):
        reader = stage.acting("civil_affairs", scope)
        assert taken(await reader.get(path)) == await stage.read(project)
        assert [each["id"] for each in taken(await reader.get("/v1/projects"))["items"]] == [project["id"]]
    for scope in ("350502001002", "350502002000", "350503000000", "350600000000"):
        stranger = stage.acting("civil_affairs", scope)
        assert (await stranger.get(path)).status_code == 404
        assert taken(await stranger.get("/v1/projects"))["items"] == []


async def test_a_second_design_replaces_the_plan(stage):
    project = await stage.designed()
    goal = stage.plan()["goals"][0]
    project = await stage.verb(stage.worker, project, "design", stage.plan(goals=[goal]))
    assert project["state"] == "designed"
    assert len(taken(await stage.worker.get(f"/v1/projects/{project['id']}/goals"))["items"]) == 1


async def test_lists_are_filtered_and_paged(stage):
    first, second = await stage.designed(), await stage.draft()
    found = taken(await stage.worker.get("/v1/projects?state=draft"))
    assert [project["id"] for project in found["items"]] == [second["id"]]
    found = taken(await stage.worker.get(f"/v1/projects?limit=1&concern_id={stage.concern}"))
    assert [project["id"] for project in found["items"]] == [second["id"]]
    found = taken(
        await stage.worker.get(f"/v1/projects?limit=1&concern_id={stage.concern}&cursor={found['next_cursor']}")
    )
    assert [project["id"] for project in found["items"]] == [first["id"]]
    assert found["next_cursor"] is None
    for division, count in (("350502001000", 2), ("350502001001", 2), ("350502001002", 0)):
        assert len(taken(await stage.county.get(f"/v1/projects?division={division}"))["items"]) == count


async def test_the_slice_of_the_lifecycle(stage):
    project = await stage.completed()
    found = taken(await stage.service.sibling("gateway").get(f"/internal/lifecycle/{project['id']}"))
    assert found["project"]["state"] == "completed"
    assert [step["to_state"] for step in found["project"]["steps"]][-1] == "completed"
    assert found["service"] == {"records": 2, "confirmed": 2, "disputed": 0, "persons": 2}
    assert [activity["state"] for activity in found["activities"]] == ["held"]
    assert found["deliberation"] is None
    records = taken(await stage.service.sibling("evaluation").get(f"/internal/projects/{project['id']}/records"))
    assert {record["state"] for record in records["records"]} == {"confirmed"}


async def test_a_caller_from_outside_is_no_service(stage):
    project = await stage.draft()
    answer = await stage.worker.get(f"/internal/lifecycle/{project['id']}")
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


async def test_the_default_rules_are_the_presets(stage):
    rows = await stage.service.sql("select code, value from rule where division = '000000000000'")
    found = {row.code: row.value for row in rows}
    assert found == OTHER_RULES | {f"decision_{code}": value for code, value in DECISION_RULES.items()}
