"""Who goes out alone is missed in time: over HTTP, by the business clock."""

import asyncio
from collections import Counter

import pytest

from tests.harness import COUNTY
from tests.needs.stories import ELSEWHERE, notices, refused, registered, resident, worker
from tests.needs.surveying import going
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/v1/visits/check-in"


async def out(by, **more):
    answer = await by.post(PATH, going(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def said(by, outing, verb, body=None, **more):
    answer = await by.post(f"/v1/visits/outings/{outing['id']}/{verb}", body, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def now(by, outing):
    listed = (await by.get("/v1/visits/outings")).json()["items"]
    return next(each for each in listed if each["id"] == outing["id"])


def tickets(needs):
    return needs.sql("select state, kinds, subject, place from crisis_tickets")


async def test_whoever_comes_back_in_time_is_not_missed(needs):
    known, person = await registered(needs), uuid7()
    by = needs.acting("volunteer", person=person)
    outing = await out(by, resident_id=known["id"])
    assert (outing["state"], outing["alone"], outing["person_id"]) == ("open", True, str(person))
    refused(await by.post(PATH, going()), 409, "STILL_OUT")
    assert (await said(by, outing, "return"))["state"] == "returned"
    await needs.advance(days=1)
    assert await notices(needs, "outing_overdue") == []
    assert await tickets(needs) == []
    assert (await out(by))["state"] == "open"  # and may go out again


async def test_a_silent_visitor_is_reminded_then_people_on_duty_are_called_until_somebody_says_how_it_ended(needs):
    person = uuid7()
    by = needs.acting("social_worker", person=person)
    outing = await out(by)
    await needs.advance(seconds=31 * 60)
    assert [told["person_id"] for told in await notices(needs, "outing_overdue")] == [str(person)]
    assert (await now(by, outing))["state"] == "overdue"
    assert await tickets(needs) == []
    await needs.advance(seconds=10 * 60)
    (ticket,) = await tickets(needs)
    assert (ticket.state, ticket.kinds, ticket.place) == ("open", ["visitor_overdue"], "3 号楼 201")
    assert ticket.subject == f"outings/{outing['id']}"
    await needs.advance(days=30)
    found = await now(by, outing)
    assert (found["state"], found["ended_at"]) == ("alarmed", None)  # it never ends by itself
    assert len(await tickets(needs)) == 1
    body = {"outcome": "safe", "note": "已电话联系上，手机没电"}
    refused(
        await by.post(f"/v1/visits/outings/{outing['id']}/acknowledge", body, if_match=found["version"]),
        403,
        "NOT_ONES_OWN_SAFETY",
    )
    ended = await said(worker(needs), outing, "acknowledge", body, if_match=found["version"])
    assert (ended["state"], ended["outcome"], ended["note"]) == ("acknowledged", "safe", body["note"])


async def test_more_time_is_counted_from_now_for_whoever_is_late(needs):
    by = needs.acting("grid_worker", person=uuid7())
    outing = await out(by)
    await needs.advance(seconds=35 * 60)
    extended = await said(by, outing, "extend", {"minutes": 20})
    assert (extended["state"], extended["warned_at"]) == ("open", None)
    await needs.advance(seconds=15 * 60)
    assert (await now(by, outing))["state"] == "open"
    await needs.advance(seconds=6 * 60)
    assert (await now(by, outing))["state"] == "overdue"
    await needs.advance(seconds=11 * 60)
    refused(
        await by.post(f"/v1/visits/outings/{outing['id']}/extend", {"minutes": 20}), 409, "ACTION_NOT_ALLOWED"
    )  # people were called: only a return or a word from them
    assert (await said(by, outing, "return"))["state"] == "returned"
    assert [ticket.state for ticket in await tickets(needs)] == ["open"]


async def test_whoever_is_not_alone_is_only_reminded(needs):
    outing = await out(needs.acting("community_worker", person=uuid7()), alone=False)
    await needs.advance(days=1)
    assert (await now(worker(needs), outing))["state"] == "overdue"
    assert await tickets(needs) == []


async def test_no_crowd_of_others_hides_whoever_is_alone(needs, monkeypatch):
    monkeypatch.setattr("services.needs.jobs.outings.BATCH", 2)
    for _ in range(3):
        await out(needs.acting("volunteer", person=uuid7()), alone=False)
    await out(needs.acting("volunteer", person=uuid7()), expected_minutes=31)
    await needs.advance(seconds=60 * 60)
    assert len(await tickets(needs)) == 1


async def test_a_district_sets_its_own_grace(needs):
    change = {"division": COUNTY, "value": 60, "source": "区民政局通知"}
    office = needs.acting("civil_affairs", COUNTY)
    assert (await office.put("/v1/rules/needs/outing_grace_minutes", change, if_match=1)).status_code == 200
    await out(worker(needs))
    await needs.advance(seconds=45 * 60)
    assert await tickets(needs) == []
    await needs.advance(seconds=50 * 60)
    assert len(await tickets(needs)) == 1


async def test_only_whoever_went_out_says_that_they_are_back(needs):
    mine, other = (needs.acting("volunteer", person=uuid7()) for _ in range(2))
    outing = await out(mine)
    path = f"/v1/visits/outings/{outing['id']}"
    refused(await worker(needs).post(f"{path}/return"), 403, "ONLY_THE_VISITOR")
    refused(await worker(needs).post(f"{path}/extend", {"minutes": 20}), 403, "ONLY_THE_VISITOR")
    refused(await other.post(f"{path}/return"), 404, "NOT_FOUND")
    refused(
        await mine.post(f"{path}/acknowledge", {"outcome": "safe", "note": "好"}, if_match=1), 403, "ROLE_NOT_ALLOWED"
    )
    assert (await other.get("/v1/visits/outings")).json()["items"] == []
    assert [each["id"] for each in (await mine.get("/v1/visits/outings?state=open")).json()["items"]] == [outing["id"]]


async def test_who_and_where_an_outing_may_be(needs):
    refused(await needs.acting("volunteer").post(PATH, going()), 403, "ROLE_NOT_ALLOWED")
    refused(await resident(needs).post(PATH, going()), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs).post(PATH, going(division=ELSEWHERE)), 403, "OUT_OF_SCOPE")
    for more in ({"resident_id": str(uuid7())}, {"place_id": str(uuid7())}, {"expected_minutes": 4}):
        problem = refused(await worker(needs).post(PATH, going(**more)), 422, "INVALID_INPUT")
        assert problem["errors"][0]["pointer"] == f"/{next(iter(more))}"


async def test_two_telephones_of_one_person_check_in_once(committed):
    real, person = committed.open("needs"), uuid7()
    answers = await asyncio.gather(*(real.acting("volunteer", person=person).post(PATH, going()) for _ in range(4)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
