"""What projects ask for, who could give it, and why nobody could, over HTTP."""

import pytest

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.resources.stories import (
    ABROAD,
    CANCELLED,
    CITY,
    COMPLETED,
    DESIGNED,
    ELSEWHERE,
    MORNING,
    NOON,
    TERMINATED,
    asked,
    asked_goods,
    asked_people,
    choice,
    confirmed,
    designed,
    done,
    good,
    goods,
    held,
    listed,
    refused,
    registered_provider,
    verified_provider,
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


def request_body(project_id: str, **more):
    return {"project_id": project_id, "kind": "facility", "title": "场地", "division": COMMUNITY, **MORNING, **more}


async def test_a_request_is_opened_announced_and_read(resources):
    project = await designed(resources)
    request = await asked(resources, project)
    assert (request["state"], request["quantity"], request["starts_at"]) == ("open", 1, "2027-03-06T01:00:00Z")
    (event,) = await resources.announced("cn.wushe.resources.request.opened.v1")
    assert event["data"] == {
        "request_id": request["id"],
        "project_id": project,
        "kind": "facility",
        "state": "open",
    }
    assert good(await worker(resources).get(f"/v1/resource-requests/{request['id']}")) == request
    mine = await worker(resources).get(f"/v1/resource-requests?project_id={project}&state=open")
    assert good(mine)["items"] == [request]
    assert good(await worker(resources).get("/v1/resource-requests?state=met"))["items"] == []


async def test_a_project_not_heard_of_yet_is_worth_a_retry(resources):
    answer = await worker(resources).post("/v1/resource-requests", request_body(str(uuid7())))
    assert refused(answer, "PROJECT_UNKNOWN")["retryable"] is True
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("ended", [COMPLETED, CANCELLED, TERMINATED])
async def test_nothing_is_asked_for_a_project_that_is_over(resources, ended):
    project = await designed(resources)
    await resources.hear(ended, {"project_id": project})
    refused(await worker(resources).post("/v1/resource-requests", request_body(project)), "PROJECT_ENDED")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"starts_at": None}, "/starts_at", "REQUIRED"),
        ({"ends_at": None}, "/ends_at", "REQUIRED"),
        ({"ends_at": MORNING["starts_at"]}, "/ends_at", "NOT_AFTER_START"),
        ({"starts_at": "2027-03-06T09:00:00"}, "/starts_at", "TIMEZONE_AWARE"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "/starts_at", "VALUE_ERROR"),
        ({"starts_at": 1_804_294_800}, "/starts_at", "VALUE_ERROR"),
        ({"starts_at": "1804294800"}, "/starts_at", "VALUE_ERROR"),
        ({"quantity": 0}, "/quantity", "GREATER_THAN_EQUAL"),
        ({"quantity": True}, "/quantity", "INT_TYPE"),
        ({"kind": "people"}, "/kind", "ENUM"),
        ({"state": "met"}, "/state", "EXTRA_FORBIDDEN"),
        ({"division": "35050200100"}, "/division", "VALUE_ERROR"),
    ],
)
async def test_a_wrong_field_is_named(resources, changes, pointer, code):
    body = request_body(await designed(resources), **changes)
    problem = refused(await worker(resources).post("/v1/resource-requests", body), "INVALID_INPUT", 422)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


async def test_a_request_is_not_opened_in_a_foreign_division(resources):
    body = request_body(await designed(resources), division=ELSEWHERE)
    refused(await worker(resources).post("/v1/resource-requests", body), "OUT_OF_SCOPE", 403)


async def test_a_request_stays_in_the_county_of_its_project(resources):
    """The start confirms everything by one event of that county."""
    body = request_body(await designed(resources), division=ABROAD)
    problem = refused(await worker(resources, CITY).post("/v1/resource-requests", body), "INVALID_INPUT", 422)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/division", "OTHER_COUNTY")]
    good(await worker(resources, CITY).post("/v1/resource-requests", {**body, "division": ELSEWHERE}), 201)


async def test_nobody_of_another_county_is_linked(resources):
    abroad = {"division": ABROAD, "availability": ["weekend"], "skills": ["书法"], "person_id": str(uuid7())}
    person = good(await worker(resources, ABROAD).post("/v1/volunteers", abroad), 201)
    person = await done(worker(resources, ABROAD), "volunteers", person, "verify")
    request = await asked_people(resources)
    city = worker(resources, CITY)
    assert good(await city.get(f"/v1/resource-requests/{request['id']}/suggestions"))["considered"] == 0
    refused(await city.post("/v1/reservations", choice(request, person)), "NOT_FOUND", 404)


async def test_volunteers_do_not_ask_for_projects(resources):
    body = request_body(await designed(resources))
    refused(await resources.acting("volunteer").post("/v1/resource-requests", body), "ROLE_NOT_ALLOWED", 403)


async def test_candidates_are_ranked_with_reasons(resources):
    near = await volunteer(resources)
    far = await volunteer(resources, skills=["书法", "法律"])
    request = await asked_people(resources)
    found = good(await worker(resources).get(f"/v1/resource-requests/{request['id']}/suggestions"))
    assert [one["id"] for one in found["best"]] == [near["id"], far["id"]]
    assert found["considered"] == 2
    best = found["best"][0]
    assert best["score"] == sum(term["points"] for term in best["terms"])
    assert {term["code"]: (term["zh"], term["en"]) for term in best["terms"]}["proximity"] == (
        "同一社区",
        "same community",
    )
    assert all(step["removed"] == 0 for step in found["funnel"])


KINDS = {
    "goods": {"quantity": 5, "unit": "袋"},
    "funds": {"quantity": 500_000, "unit": "分"},
    "technology": {},
    "service": {},
    "facility": {},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_resource_is_ranked_with_reasons(resources, kind):
    provider = await verified_provider(resources, kinds=list(KINDS))
    street = worker(resources, STREET)
    far = await listed(resources, provider, by=street, kind=kind, division=STREET, **KINDS[kind])
    near = await listed(resources, provider, kind=kind, **KINDS[kind])
    counted = "quantity" in KINDS[kind]
    wanted = {"quantity": 1, "starts_at": None, "ends_at": None} if counted else {}
    request = await asked(resources, kind=kind, **wanted)
    found = good(await street.get(f"/v1/resource-requests/{request['id']}/suggestions"))
    assert [one["id"] for one in found["best"]] == [near["id"], far["id"]]
    for one in found["best"]:
        assert one["score"] == sum(term["points"] for term in one["terms"])
        assert all(term["zh"] and term["en"] for term in one["terms"])


async def test_the_funnel_tells_why_nobody(resources):
    busy = await volunteer(resources)
    await held(resources, await asked_people(resources), busy)
    await volunteer(resources, availability=["evening"])
    await volunteer(resources, skills=["法律"])
    refuser = await volunteer(resources)
    request = await asked_people(resources)
    offer = good(await worker(resources).post("/v1/offers", choice(request, refuser)), 201)
    await done(worker(resources), "offers", offer, "decline", {"reason": "出差"})
    found = good(await worker(resources).get(f"/v1/resource-requests/{request['id']}/suggestions"))
    assert found["best"] == []
    removed = {step["code"]: (step["removed"], step["only_obstacle"]) for step in found["funnel"]}
    assert removed == {
        "kind": (0, 0),
        "verified": (0, 0),
        "skills": (1, 1),
        "time": (1, 1),
        "stock": (0, 0),
        "declined": (1, 1),
        "booked": (1, 1),
    }


async def test_things_are_suggested_from_verified_providers_with_stock_left(resources):
    rice = await goods(resources, 5)
    unverified = await registered_provider(resources, uscc=None, registration="filed")
    await goods(resources, 9, provider=unverified)
    await listed(resources, {"id": rice["provider_id"]})
    request = await asked_goods(resources, 8)
    found = good(await worker(resources).get(f"/v1/resource-requests/{request['id']}/suggestions"))
    assert [one["id"] for one in found["best"]] == [rice["id"]]
    removed = {step["code"]: step["removed"] for step in found["funnel"] if step["removed"]}
    assert removed == {"kind": 1, "verified": 1}
    assert {term["code"]: term["zh"] for term in found["best"][0]["terms"]}["coverage"] == "可满足 5/8"


async def test_somebody_who_served_the_project_before_comes_first(resources):
    project = await designed(resources)
    known = await volunteer(resources)
    await volunteer(resources)
    await confirmed(resources, await asked_people(resources, project), known)
    request = await asked_people(resources, project, **NOON)
    weights = "update rule set value = '{\"continuity\": 100}' where code = 'match_weights'"
    await resources.sql(weights)
    found = good(await worker(resources).get(f"/v1/resource-requests/{request['id']}/suggestions"))
    assert found["best"][0]["id"] == known["id"]
    assert [one["score"] for one in found["best"]] == [100, 0]


async def test_people_of_another_region_are_neither_suggested_nor_shown(resources):
    outside = {"division": ELSEWHERE, "availability": ["weekend"], "skills": ["书法"], "person_id": str(uuid7())}
    good(await worker(resources, ELSEWHERE).post("/v1/volunteers", outside), 201)
    request = await asked_people(resources)
    path = f"/v1/resource-requests/{request['id']}/suggestions"
    assert good(await worker(resources).get(path))["considered"] == 0
    assert good(await worker(resources, COUNTY).get(path))["considered"] == 1
    refused(await worker(resources, ELSEWHERE).get(path), "NOT_FOUND", 404)


async def test_cancelling_frees_what_was_reserved_and_ends_offers(resources):
    room = await listed(resources)
    request = await asked(resources, quantity=2)
    reservation = await confirmed(resources, request, room)
    other = await listed(resources, {"id": room["provider_id"]}, title="第二会议室")
    offer = good(await worker(resources).post("/v1/offers", choice(request, other)), 201)
    request = good(await worker(resources).get(f"/v1/resource-requests/{request['id']}"))
    cancelled = await done(worker(resources), "resource-requests", request, "cancel", {"reason": "改期"})
    assert cancelled["state"] == "cancelled"
    read = worker(resources)
    assert good(await read.get(f"/v1/reservations/{reservation['id']}"))["state"] == "released"
    assert good(await read.get(f"/v1/offers/{offer['id']}"))["state"] == "expired"
    await held(resources, await asked(resources), room)
    answer = await read.post(
        f"/v1/resource-requests/{request['id']}/cancel", {"reason": "x"}, if_match=cancelled["version"]
    )
    assert refused(answer, "ACTION_NOT_ALLOWED")["allowed"] == []


async def test_a_new_design_replaces_our_copy(resources):
    project = await designed(resources, budget_fen=100)
    await designed(resources, budget_fen=250, project_id=project, title="新方案")
    rows = await resources.sql("select title, budget_fen, version from projects")
    assert [tuple(row) for row in rows] == [("新方案", 250, 2)]


async def test_a_design_heard_twice_counts_once(resources):
    body = {
        "project_id": str(uuid7()),
        "title": "项目",
        "kind": "activity",
        "author_person_id": str(uuid7()),
        "budget_fen": 5,
        "unknown_field": "ignored",
    }
    for _ in range(2):
        await resources.hear(DESIGNED, body, event_id="01900000-0000-7000-8000-000000000001", division=STREET)
    assert [row.version for row in await resources.sql("select version from projects")] == [1]
