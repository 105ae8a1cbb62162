"""Questionnaires uploaded and surveys planned, over HTTP."""

import pytest
from sqlalchemy.exc import DBAPIError

from samples.forms import write
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import ELSEWHERE, refused, worker
from tests.needs.surveying import (
    FORM,
    described,
    fielding,
    form,
    member,
    moved,
    planned,
    team,
    upload,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sent(needs, content, *, division=COMMUNITY, by=None):
    by = by or worker(needs, division)
    return await by.post("/v1/survey-forms", content=upload(content, division=division), headers=FORM)


# Questionnaires


async def test_an_xlsform_is_uploaded_and_read_as_a_mini_program_shows_it(needs):
    answer = await sent(needs, write.visit())
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["name"], found["title"], found["latest"]) == ("lone_elder_visit", "独居老人探访", 1)
    items = found["latest_version"]["definition"]["items"]
    assert [item["kind"] for item in items[:3]] == ["question", "group", "question"]
    assert items[1]["items"][0]["choices"][2] == {
        "name": "despair",
        "label": {"zh": "说过不想活", "en": "Spoke of dying"},
        "crisis": True,
    }
    path = f"/v1/survey-forms/versions/{found['latest_version']['id']}"
    read = (await worker(needs).get(path)).json()
    assert read == found["latest_version"]
    again = (await sent(needs, write.visit())).json()  # the same file, a hundred times if need be
    assert (again["id"], again["latest"]) == (found["id"], 1)
    changed = (await sent(needs, write.workbook(write.ONE, [], title="探访", form_id="lone_elder_visit"))).json()
    assert (changed["id"], changed["latest"], changed["title"]) == (found["id"], 2, "探访")
    assert (await worker(needs).get(path)).json() == read
    assert [each["id"] for each in (await worker(needs).get("/v1/survey-forms")).json()["items"]] == [found["id"]]


@pytest.mark.parametrize("code", ["EXPRESSION_UNSUPPORTED", "XLSFORM_RULE"])
async def test_a_broken_form_is_refused_with_its_cell(needs, code):
    problem = refused(await sent(needs, write.broken()[code]), 422, "FORM_INVALID")
    assert problem["errors"][0]["code"] == code
    assert problem["errors"][0]["pointer"].startswith("survey!")
    assert (await worker(needs).get("/v1/survey-forms")).json()["items"] == []


async def test_what_is_no_form_is_refused(needs):
    refused(await sent(needs, b"not a table"), 422, "FORM_UNREADABLE")
    refused(await sent(needs, b"0" * 1_000_001), 413, "BODY_TOO_LARGE")
    refused(await sent(needs, write.survey(), division=ELSEWHERE, by=worker(needs)), 403, "OUT_OF_SCOPE")


async def test_a_version_of_a_form_is_final(needs):
    found = await form(needs)
    with pytest.raises(DBAPIError, match="final"):
        await needs.sql("update survey_form_versions set definition = '{}' where id = :id", id=found["form_version_id"])


# Plans


async def test_a_survey_begins_only_with_all_three_roles_on_its_team(needs):
    two = [member("community_worker"), member("social_worker")]
    plan = await planned(needs, team=two)
    path = f"/v1/survey-plans/{plan['id']}"
    problem = refused(await worker(needs).post(f"{path}/start", if_match=1), 409, "SURVEY_TEAM_INCOMPLETE")
    assert "志愿者" in problem["detail"]
    body = described(plan["form_version_id"], team=[*two, member("volunteer")])
    plan = (await worker(needs).put(path, body, if_match=1)).json()
    started = await moved(needs, plan, "start")
    assert (started["state"], started["version"]) == ("fielding", 3)
    refused(await worker(needs).put(path, body, if_match=3), 409, "ACTION_NOT_ALLOWED")
    closed = await moved(needs, started, "close")
    assert closed["closed_at"]
    told = [(event["type"].split(".")[4], event["data"]["state"]) for event in await needs.announced()]
    assert told == [("started", "fielding"), ("closed", "closed")]


async def test_a_district_says_who_must_be_on_a_team(needs):
    change = {"division": COUNTY, "value": ["volunteer"], "source": "区民政局通知"}
    office = needs.acting("civil_affairs", COUNTY)
    assert (await office.put("/v1/rules/needs/survey_team_roles", change, if_match=1)).status_code == 200
    assert (await fielding(needs, team=[member("volunteer")]))["state"] == "fielding"
    misshapen = {**change, "value": ["nobody"]}
    refused(await office.put("/v1/rules/needs/survey_team_roles", misshapen, if_match=1), 422, "RULE_MISSHAPEN")


async def test_a_survey_is_given_up_for_a_reason(needs):
    plan = await planned(needs)
    refused(await worker(needs).post(f"/v1/survey-plans/{plan['id']}/cancel", {}, if_match=1), 422, "INVALID_INPUT")
    cancelled = await moved(needs, plan, "cancel", {"reason": "改为电话调研"})
    assert (cancelled["state"], cancelled["cancel_reason"]) == ("cancelled", "改为电话调研")
    assert await needs.announced() == []  # it had not begun


async def test_a_random_sample_can_be_drawn_again_by_anybody(needs):
    frame = [str(uuid7()) for _ in range(40)]
    plan = await planned(needs, method="random", frame=frame, size=10)
    assert len(set(plan["selected"])) == 10
    assert set(plan["selected"]) <= set(frame)
    again = await planned(needs, method="random", frame=frame[::-1], size=10, seed=plan["seed"])
    assert again["selected"] == plan["selected"]
    other = await planned(needs, method="random", frame=frame, size=10, seed="another")
    assert other["selected"] != plan["selected"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"method": "quota"}, "/cells"),
        ({"method": "random", "frame": [str(uuid7())], "size": 2}, "/size"),
        ({"method": "random"}, "/size"),
        ({"size": 3}, "/frame"),
        ({"ends_on": "2026-11-30"}, "/ends_on"),
        ({"team": [{"person_id": str(uuid7()), "role": "donor"}]}, "/team/0/role"),
    ],
)
async def test_a_plan_that_cannot_be_carried_out_is_refused(needs, more, pointer):
    body = {**described((await form(needs))["form_version_id"]), **more}
    problem = refused(await worker(needs).post("/v1/survey-plans", body), 422, "INVALID_INPUT")
    assert problem["errors"][0]["pointer"] == pointer


async def test_a_plan_needs_a_questionnaire_on_file(needs):
    refused(await worker(needs).post("/v1/survey-plans", described(str(uuid7()))), 404, "NOT_FOUND")


async def test_volunteers_see_the_surveys_they_go_out_for_wherever_they_are(needs):
    person, place = uuid7(), await form(needs, division=STREET)
    plan = await fielding(needs, division=STREET, team=team(volunteer=person), **place_of(place))
    await fielding(needs)
    mine, stranger = needs.acting("volunteer", person=person), needs.acting("volunteer", person=uuid7())
    assert [each["id"] for each in (await mine.get("/v1/survey-plans")).json()["items"]] == [plan["id"]]
    assert (await stranger.get("/v1/survey-plans")).json()["items"] == []
    assert (await needs.acting("volunteer").get("/v1/survey-plans")).json()["items"] == []
    path = f"/v1/survey-plans/{plan['id']}"
    assert (await mine.get(path)).json()["id"] == plan["id"]
    assert (await mine.get(f"{path}/form")).json()["definition"]["title"] == "独居老人探访"
    refused(await stranger.get(path), 404, "NOT_FOUND")
    refused(await stranger.get(f"{path}/form"), 404, "NOT_FOUND")
    assert len((await worker(needs, STREET).get("/v1/survey-plans?state=fielding")).json()["items"]) == 2


def place_of(found):
    return {"form_version_id": found["form_version_id"]}


async def test_the_division_of_a_survey_stays(needs):
    plan = await planned(needs, division=STREET, **place_of(await form(needs, division=STREET)))
    body = described(plan["form_version_id"], division=COMMUNITY)
    answer = await worker(needs, STREET).put(f"/v1/survey-plans/{plan['id']}", body, if_match=1)
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/division"
