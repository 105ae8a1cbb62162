"""Offers, reservations and deliveries over HTTP: never the same person, place, thing or bag of rice twice."""

import pytest

from tests.resources.stories import (
    ELSEWHERE,
    NOON,
    TEAMMATE,
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
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def offered(service, request, candidate, quantity=1):
    return good(await worker(service).post("/v1/offers", choice(request, candidate, quantity)), 201)


async def read(service, collection, ident):
    return good(await worker(service).get(f"/v1/{collection}/{ident}"))


async def test_a_volunteer_accepts_and_is_held_at_once(resources):
    person = await volunteer(resources)
    request = await asked_people(resources)
    offer = await offered(resources, request, person)
    assert offer["state"] == "offered"
    oneself = resources.acting("volunteer", person=person["person_id"])
    accepted = await done(oneself, "offers", offer, "accept")
    assert (accepted["state"], accepted["version"]) == ("accepted", 2)
    reservation = accepted["reservation"]
    assert (reservation["state"], reservation["offer_id"], reservation["starts_at"]) == (
        "held",
        offer["id"],
        "2027-03-06T01:00:00Z",
    )
    assert (await read(resources, "resource-requests", request["id"]))["state"] == "met"
    found = good(await worker(resources).get(f"/v1/offers?request_id={request['id']}"))
    assert [row["state"] for row in found["items"]] == ["accepted"]


async def test_only_the_one_who_was_asked_answers(resources):
    offer = await offered(resources, await asked_people(resources), await volunteer(resources))
    path = f"/v1/offers/{offer['id']}/accept"
    for stranger in (
        resources.acting("volunteer", person=uuid7()),
        resources.acting("volunteer"),
        resources.acting("donor", org=uuid7()),
    ):
        refused(await stranger.post(path, if_match=1), "NOT_YOUR_OFFER", 403)
    answer = await resources.acting("volunteer", person=uuid7()).post(
        f"/v1/offers/{offer['id']}/decline", {}, if_match=1
    )
    refused(answer, "NOT_YOUR_OFFER", 403)
    assert (await done(worker(resources), "offers", offer, "accept"))["state"] == "accepted"


async def test_a_provider_answers_for_its_own_things(resources):
    room = await listed(resources)
    offer = await offered(resources, await asked(resources), room)
    stranger, owner = (resources.acting("donor", org=org) for org in (uuid7(), room["provider_id"]))
    refused(await stranger.post(f"/v1/offers/{offer['id']}/accept", if_match=1), "NOT_YOUR_OFFER", 403)
    resident = resources.acting("resident", person=uuid7())
    refused(await resident.post(f"/v1/offers/{offer['id']}/accept", if_match=1), "NOT_YOUR_OFFER", 403)
    assert (await done(owner, "offers", offer, "accept"))["state"] == "accepted"


async def test_nobody_is_asked_twice_while_the_first_question_is_open(resources):
    request, person = await asked_people(resources, quantity=2), await volunteer(resources)
    await offered(resources, request, person)
    refused(await worker(resources).post("/v1/offers", choice(request, person)), "OFFER_PENDING")


async def test_whoever_declined_is_not_asked_again(resources):
    request, person = await asked_people(resources), await volunteer(resources)
    offer = await offered(resources, request, person)
    declined = await done(worker(resources), "offers", offer, "decline", {"reason": "有事"})
    assert (declined["state"], declined["reason"]) == ("declined", "有事")
    problem = refused(await worker(resources).post("/v1/offers", choice(request, person)), "NOT_SUITABLE")
    assert "谢绝" in problem["detail"]
    answer = await worker(resources).post(f"/v1/offers/{offer['id']}/accept", if_match=declined["version"])
    assert refused(answer, "ACTION_NOT_ALLOWED")["allowed"] == []


async def test_an_offer_nobody_answers_expires(resources):
    offer = await offered(resources, await asked_people(resources), await volunteer(resources))
    await resources.advance(days=2.9)
    assert (await read(resources, "offers", offer["id"]))["state"] == "offered"
    await resources.advance(days=0.2)
    assert (await read(resources, "offers", offer["id"]))["state"] == "expired"


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"skills": ["法律"]}, "技能"), ({"availability": ["weekday"]}, "时间")],
)
async def test_an_unsuitable_volunteer_is_not_reserved(resources, changes, why):
    request, person = await asked_people(resources), await volunteer(resources, **changes)
    problem = refused(await worker(resources).post("/v1/reservations", choice(request, person)), "NOT_SUITABLE")
    assert why in problem["detail"]


async def test_an_unverified_provider_is_not_reserved(resources):
    provider = await registered_provider(resources)
    room = await listed(resources, provider)
    answer = await worker(resources).post("/v1/reservations", choice(await asked(resources), room))
    refused(answer, "NOT_SUITABLE")


async def test_a_candidate_of_the_other_sort_is_named_in_the_problem(resources):
    request, room = await asked_people(resources), await listed(resources)
    for body in (choice(request, room), {"request_id": request["id"]}):
        problem = refused(await worker(resources).post("/v1/reservations", body), "INVALID_INPUT", 422)
        assert problem["errors"][0]["pointer"] == "/volunteer_id"
    both = {**choice(request, room), "volunteer_id": str(uuid7())}
    refused(await worker(resources).post("/v1/reservations", both), "INVALID_INPUT", 422)
    unknown = {"request_id": request["id"], "volunteer_id": str(uuid7())}
    refused(await worker(resources).post("/v1/reservations", unknown), "NOT_FOUND", 404)


async def test_a_room_is_never_booked_twice_and_the_refusal_says_when_it_is_free(resources):
    room = await listed(resources)
    await held(resources, await asked(resources), room)
    overlapping = {"starts_at": "2027-03-06T10:30:00+08:00", "ends_at": "2027-03-06T12:00:00+08:00"}
    answer = await worker(resources).post("/v1/reservations", choice(await asked(resources, **overlapping), room))
    detail = refused(answer, "ALREADY_BOOKED")["detail"]
    assert "2027-03-06 09:00 至 2027-03-06 11:00" in detail
    assert "2027-03-06 11:00" in detail.split("；")[1]
    assert (await held(resources, await asked(resources, **NOON), room))["state"] == "held"


async def test_one_person_is_in_one_place_at_a_time(resources):
    person = await volunteer(resources)
    await held(resources, await asked_people(resources), person)
    answer = await worker(resources).post("/v1/reservations", choice(await asked_people(resources), person))
    refused(answer, "ALREADY_BOOKED")


async def test_accepting_too_late_leaves_the_offer_open(resources):
    person = await volunteer(resources)
    offer = await offered(resources, await asked_people(resources), person)
    await held(resources, await asked_people(resources), person)
    refused(await worker(resources).post(f"/v1/offers/{offer['id']}/accept", if_match=1), "ALREADY_BOOKED")
    assert (await read(resources, "offers", offer["id"]))["state"] == "offered"


async def test_a_released_room_is_free_and_its_request_open_again(resources):
    room, request = await listed(resources), await asked(resources)
    reservation = await held(resources, request, room)
    released = await done(worker(resources), "reservations", reservation, "release", {"reason": "改地点"})
    assert (released["state"], released["version"]) == ("released", 2)
    assert (await read(resources, "resource-requests", request["id"]))["state"] == "open"
    assert (await held(resources, request, room))["state"] == "held"
    answer = await worker(resources).post(f"/v1/reservations/{reservation['id']}/confirm", if_match=released["version"])
    assert refused(answer, "ACTION_NOT_ALLOWED")["allowed"] == []


async def test_a_met_request_takes_nothing_more(resources):
    request, room = await asked(resources), await listed(resources)
    await held(resources, request, room)
    other = await listed(resources, {"id": room["provider_id"]})
    problem = refused(await worker(resources).post("/v1/reservations", choice(request, other)), "ACTION_NOT_ALLOWED")
    assert set(problem["allowed"]) == {"reopen", "cancel", "close"}


async def test_stock_is_counted_down_and_given_back(resources):
    rice = await goods(resources, 10)
    first = await asked_goods(resources, 7)
    reservation = await held(resources, first, rice, 7)
    second = await asked_goods(resources, 5)
    problem = refused(await worker(resources).post("/v1/reservations", choice(second, rice, 5)), "STOCK_INSUFFICIENT")
    assert "3" in problem["detail"]
    await held(resources, second, rice, 3)
    assert (await read(resources, "resource-requests", second["id"]))["state"] == "open"
    assert (await read(resources, "resources", rice["id"]))["reserved"] == 10
    refused(await worker(resources).post("/v1/reservations", choice(second, rice, 1)), "STOCK_INSUFFICIENT")
    await done(worker(resources), "reservations", reservation, "release", {"reason": "不需要了"})
    assert (await read(resources, "resources", rice["id"]))["reserved"] == 3


async def test_more_than_was_asked_for_is_not_reserved(resources):
    rice, room = await goods(resources, 10), None
    request = await asked_goods(resources, 2)
    refused(await worker(resources).post("/v1/reservations", choice(request, rice, 3)), "QUANTITY_EXCEEDED")
    room = await listed(resources, {"id": rice["provider_id"]})
    answer = await worker(resources).post("/v1/reservations", choice(await asked(resources, quantity=5), room, 2))
    refused(answer, "QUANTITY_EXCEEDED")


async def test_a_hold_expires_unless_it_is_confirmed(resources):
    room = await listed(resources)
    request = await asked(resources)
    lapsing = await held(resources, request, room)
    firm = await confirmed(resources, await asked(resources, **NOON), room)
    await resources.advance(days=3.1)
    assert (await read(resources, "reservations", lapsing["id"]))["state"] == "expired"
    assert (await read(resources, "reservations", firm["id"]))["state"] == "confirmed"
    assert (await read(resources, "resource-requests", request["id"]))["state"] == "open"
    assert (await held(resources, request, room))["state"] == "held"


async def test_a_hold_past_its_time_is_not_confirmed_even_before_the_sweep(resources):
    reservation = await held(resources, await asked(resources), await listed(resources))
    await resources.sql("update reservations set hold_expires_at = now() - interval '1 minute'")
    refused(await worker(resources).post(f"/v1/reservations/{reservation['id']}/confirm", if_match=1), "HOLD_EXPIRED")


async def test_the_first_confirmed_reservation_makes_a_volunteer_active(resources):
    person = await volunteer(resources)
    reservation = await confirmed(resources, await asked_people(resources), person)
    assert (await read(resources, "volunteers", person["id"]))["state"] == "active"
    (event,) = await resources.announced("cn.wushe.resources.reservation.confirmed.v1")
    assert event["data"]["reservation_id"] == reservation["id"]
    await confirmed(resources, await asked_people(resources, **NOON), person)


async def test_reservations_of_another_region_are_not_found(resources):
    reservation = await held(resources, await asked(resources), await listed(resources))
    stranger = worker(resources, ELSEWHERE)
    refused(await stranger.get(f"/v1/reservations/{reservation['id']}"), "NOT_FOUND", 404)
    answer = await stranger.post(f"/v1/reservations/{reservation['id']}/confirm", if_match=1)
    refused(answer, "NOT_FOUND", 404)


async def test_lists_filter_by_project(resources):
    project = await designed(resources)
    mine = await confirmed(resources, await asked(resources, project), await listed(resources))
    found = good(await worker(resources).get(f"/v1/reservations?project_id={project}"))
    assert [row["id"] for row in found["items"]] == [mine["id"]]
    assert good(await worker(resources).get(f"/v1/deliveries?project_id={project}"))["items"] == []


async def test_people_and_donors_see_what_concerns_them(resources):
    person, request = await volunteer(resources), await asked_people(resources, quantity=2)
    mine = await offered(resources, request, person)
    theirs = await held(resources, request, await volunteer(resources))
    room = await listed(resources)
    lent = await confirmed(resources, await asked(resources), room)
    handed = good(await worker(resources).post("/v1/deliveries", {"reservation_id": lent["id"]}), 201)
    oneself = resources.acting("volunteer", person=person["person_id"])
    assert good(await oneself.get("/v1/offers"))["items"] == [mine]
    assert good(await oneself.get("/v1/reservations"))["items"] == []
    refused(await oneself.get(f"/v1/reservations/{theirs['id']}"), "NOT_FOUND", 404)
    donor, stranger = (resources.acting("donor", org=org) for org in (room["provider_id"], uuid7()))
    assert good(await donor.get("/v1/reservations"))["items"] == [lent]
    assert good(await donor.get(f"/v1/deliveries/{handed['id']}")) == handed
    refused(await stranger.get(f"/v1/deliveries/{handed['id']}"), "NOT_FOUND", 404)
    assert good(await stranger.get("/v1/deliveries"))["items"] == []


async def test_a_delivery_counts_when_the_receiver_confirms_it(resources):
    rice, request = await goods(resources, 10), await asked_goods(resources, 10)
    reservation = await confirmed(resources, request, rice, 10)
    donor = resources.acting("donor", org=rice["provider_id"], person=uuid7())
    handed = {"reservation_id": reservation["id"], "quantity": 6}
    first = good(await donor.post("/v1/deliveries", handed), 201)
    refused(await donor.post("/v1/deliveries", {**handed, "quantity": 5}), "QUANTITY_EXCEEDED")
    rest = good(await donor.post("/v1/deliveries", {**handed, "quantity": 4}), 201)
    receiver = resources.acting("social_worker", person=TEAMMATE)
    assert (await done(receiver, "deliveries", first, "confirm"))["state"] == "confirmed"
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "confirmed"
    await done(worker(resources), "deliveries", rest, "confirm")
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "used"
    events = await resources.announced("cn.wushe.resources.delivery.confirmed.v1")
    assert [event["data"]["quantity"] for event in events] == [6, 4]
    refused(await donor.post("/v1/deliveries", {**handed, "quantity": 1}), "ACTION_NOT_ALLOWED")
    answer = await worker(resources).post(f"/v1/deliveries/{first['id']}/confirm", if_match=2)
    refused(answer, "ACTION_NOT_ALLOWED")


async def test_whoever_hands_over_does_not_confirm(resources):
    rice, request = await goods(resources, 10), await asked_goods(resources, 10)
    reservation = await confirmed(resources, request, rice, 10)
    sender = worker(resources)
    handed = good(await sender.post("/v1/deliveries", {"reservation_id": reservation["id"], "quantity": 10}), 201)
    path = f"/v1/deliveries/{handed['id']}/confirm"
    for wrong in (
        sender,
        resources.acting("social_worker", person=uuid7()),
        worker(resources, org=rice["provider_id"]),
    ):
        refused(await wrong.post(path, if_match=1), "NOT_THE_RECEIVER", 403)
    assert (await read(resources, "deliveries", handed["id"]))["state"] == "sent"


async def test_a_volunteer_does_not_confirm_their_own_service(resources):
    person = await volunteer(resources)
    reservation = await confirmed(resources, await asked_people(resources), person)
    handed = good(await worker(resources).post("/v1/deliveries", {"reservation_id": reservation["id"]}), 201)
    oneself = worker(resources, person=person["person_id"])
    refused(await oneself.post(f"/v1/deliveries/{handed['id']}/confirm", if_match=1), "NOT_THE_RECEIVER", 403)


async def test_the_etag_is_of_the_reservation_not_of_who_is_reserved(resources):
    person = await volunteer(resources)
    assert person["version"] == 2
    answer = await worker(resources).post("/v1/reservations", choice(await asked_people(resources), person))
    assert (answer.headers["etag"], good(answer, 201)["version"]) == ('"v1"', 1)


async def test_what_is_only_held_is_not_delivered(resources):
    reservation = await held(resources, await asked(resources), await listed(resources))
    answer = await worker(resources).post("/v1/deliveries", {"reservation_id": reservation["id"]})
    assert set(refused(answer, "ACTION_NOT_ALLOWED")["allowed"]) == {"confirm", "release", "expire"}


async def test_the_audit_names_every_verb(resources):
    await confirmed(resources, await asked(resources), await listed(resources))
    rows = await resources.sql("select verb from audit where subject like 'reservations/%' order by id")
    assert [row.verb for row in rows] == ["hold", "confirm"]
