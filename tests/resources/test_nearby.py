"""Needs put to willing providers within a kilometre, over HTTP."""

import pytest

from tests.harness import COUNTY
from tests.resources.nearby import LAT, LON, manager, put, willing
from tests.resources.stories import ELSEWHERE, good, officer, refused, verified_provider, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def answered(service, provider, offer, verb, body=None):
    path = f"/v1/need-offers/{offer['id']}/{verb}"
    return await manager(service, provider).post(path, body, if_match=offer["version"])


async def test_willing_providers_within_a_kilometre_are_asked_and_nobody_else(resources):
    near, far = await willing(resources), await willing(resources, north=0.02)
    silent = await verified_provider(resources, uscc=None, registration="filed")
    (offer,) = await put(resources)
    assert offer["provider_id"] == near["id"] not in (far["id"], silent["id"])
    assert (offer["state"], offer["metres"], offer["field"]) == ("offered", 222, "elderly")
    assert (offer["channel"], offer["delivery"]) == ("none", "waiting")
    assert not {"statement", "person_id", "resident_id", "lon", "lat"} & set(offer)


async def test_the_person_a_provider_named_is_told_and_how_it_went_is_on_record(resources):
    person = uuid7()
    await willing(resources, person=person)
    (offer,) = await put(resources)
    assert (offer["channel"], offer["delivery"]) == ("notice", "sent")
    (event,) = await resources.announced("cn.wushe.resources.notice.issued.v1")
    assert event["data"]["person_id"] == str(person)
    assert event["data"]["about"] == {"collection": "need-offers", "id": offer["id"]}
    missed = {"person_id": str(person), "code": "need_offer", "reason": "no_number", "about": event["data"]["about"]}
    await resources.hear("cn.wushe.gateway.person.unreached.v1", missed)
    found = good(await worker(resources).get(f"/v1/need-offers/{offer['id']}"))
    assert found["delivery"] == "unreached"


async def test_a_need_is_put_to_a_provider_once_however_often_it_is_announced(resources):
    need = uuid7()
    await willing(resources)
    assert len(await put(resources, need)) == len(await put(resources, need)) == 1
    await willing(resources, name="后来的提供方")
    assert len(await put(resources, need)) == 2


async def test_the_provider_says_yes_or_no_and_nobody_else_does(resources):
    provider = await willing(resources)
    (offer,) = await put(resources)
    stranger = await verified_provider(resources, uscc=None, registration="filed")
    assert (await answered(resources, stranger, offer, "accept")).status_code == 404
    assert good(await manager(resources, stranger).get("/v1/need-offers"))["items"] == []
    accepted = good(await answered(resources, provider, offer, "accept"))
    assert (accepted["state"], accepted["delivery"]) == ("accepted", "answered") and accepted["answered_at"]
    refused(await answered(resources, provider, accepted, "decline", {"reason": "没空"}), "ACTION_NOT_ALLOWED")
    (second,) = await put(resources)
    assert good(await answered(resources, provider, second, "decline", {"reason": "没空"}))["reason"] == "没空"


async def test_what_nobody_answers_ends_by_its_day(resources):
    await willing(resources)
    (offer,) = await put(resources)
    await resources.advance(days=6)
    assert good(await worker(resources).get(f"/v1/need-offers/{offer['id']}"))["state"] == "offered"
    await resources.advance(days=2)
    assert good(await worker(resources).get(f"/v1/need-offers/{offer['id']}"))["state"] == "expired"


async def test_a_provider_takes_its_yes_back_and_a_suspended_one_is_not_asked(resources):
    provider, other = await willing(resources), await willing(resources, name="另一家")
    path = f"/v1/providers/{provider['id']}/welcome-offers"
    taken = good(await manager(resources, provider).post(path, {"accepts": False}, if_match=provider["version"]))
    assert (taken["accepts_offers"], taken["lon"], taken["offers_person_id"]) == (False, None, None)
    suspend = f"/v1/providers/{other['id']}/suspend"
    good(await officer(resources).post(suspend, {"reason": "核查"}, if_match=other["version"]))
    assert await put(resources) == []


async def test_only_a_providers_own_people_or_staff_say_yes_for_it_and_say_where_it_is(resources):
    provider = await verified_provider(resources, uscc=None, registration="filed")
    path, place = f"/v1/providers/{provider['id']}/welcome-offers", {"lon": LON, "lat": LAT, "crs": "wgs84"}
    yes = {"accepts": True, "location": place}
    stranger = resources.acting("org_manager", person=uuid7(), org=uuid7())
    refused(await stranger.post(path, yes, if_match=2), "NOT_YOUR_OFFER", 403)
    assert (await worker(resources, ELSEWHERE).post(path, yes, if_match=2)).status_code == 404
    refused(await worker(resources).post(path, {"accepts": True}, if_match=2), "INVALID_INPUT", 422)
    other = {"accepts": True, "location": {**place, "crs": "gcj02"}}
    refused(await worker(resources).post(path, other, if_match=2), "INVALID_INPUT", 422)
    assert good(await worker(resources).post(path, yes, if_match=2))["accepts_offers"] is True


async def test_a_county_sets_its_own_radius(resources):
    change = {"division": COUNTY, "value": 3000, "source": "区民政局通知"}
    office = officer(resources, "civil_affairs")
    good(await office.put("/v1/rules/resources/offer_radius_m", change, if_match=1))
    await willing(resources, north=0.02)
    assert len(await put(resources)) == 1
