"""Who may say that something was handed over, and who may take it back."""

import pytest

from tests.harness import STREET
from tests.resources.stories import (
    asked,
    asked_goods,
    asked_people,
    confirmed,
    done,
    good,
    goods,
    listed,
    refused,
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def rice_for(service, quantity=10):
    """Confirmed rice: its reservation, and the organisation that gives it."""
    rice = await goods(service, quantity)
    reservation = await confirmed(service, await asked_goods(service, quantity), rice, quantity)
    return reservation, rice["provider_id"]


def handed(reservation, quantity=10):
    return {"reservation_id": reservation["id"], "quantity": quantity}


async def test_a_stranger_does_not_record_what_others_give(resources):
    reservation, owner = await rice_for(resources)
    for stranger in (
        resources.acting("donor", org=uuid7(), person=uuid7()),
        resources.acting("donor", person=uuid7()),
        resources.acting("org_manager", org=uuid7(), person=uuid7()),
        resources.acting("volunteer", person=uuid7()),
        resources.acting("integration"),
    ):
        refused(await stranger.post("/v1/deliveries", handed(reservation)), "NOT_THE_GIVER", 403)
    assert await resources.sql("select 1 from deliveries") == []
    for giver in (resources.acting("donor", org=owner), resources.acting("integration", org=owner)):
        good(await giver.post("/v1/deliveries", handed(reservation, 5)), 201)


@pytest.mark.parametrize("role", ["community_worker", "social_worker"])
async def test_staff_record_on_behalf_of_the_giver(resources, role):
    reservation, _ = await rice_for(resources)
    staff = resources.acting(role, person=uuid7())
    answer = await staff.post("/v1/deliveries", handed(reservation))
    assert (good(answer, 201)["state"], answer.headers["etag"]) == ("sent", '"v1"')


async def test_what_is_listed_for_the_whole_street_is_received_in_its_community(resources):
    rice = await goods(resources, 10)
    reservation = await confirmed(resources, await asked_goods(resources, 10), rice, 10)
    await resources.sql(f"update resources set division = '{STREET}'")
    sent = good(await worker(resources).post("/v1/deliveries", handed(reservation)), 201)
    receiver = worker(resources, org=rice["provider_id"])
    refused(await receiver.post(f"/v1/deliveries/{sent['id']}/confirm", if_match=1), "NOT_THE_RECEIVER", 403)
    partly = await done(worker(resources, STREET), "deliveries", sent, "confirm")
    assert partly["state"] == "confirmed"


async def test_volunteers_record_their_own_service_only(resources):
    person, other = await volunteer(resources), await volunteer(resources)
    reservation = await confirmed(resources, await asked_people(resources), person)
    stranger, oneself = (resources.acting("volunteer", person=each["person_id"]) for each in (other, person))
    refused(await stranger.post("/v1/deliveries", handed(reservation, 1)), "NOT_THE_GIVER", 403)
    good(await oneself.post("/v1/deliveries", handed(reservation, 1)), 201)


async def test_a_withdrawn_delivery_counts_for_nothing(resources):
    reservation, owner = await rice_for(resources)
    donor = resources.acting("donor", org=owner, person=uuid7())
    wrong = good(await donor.post("/v1/deliveries", handed(reservation)), 201)
    refused(await donor.post("/v1/deliveries", handed(reservation, 1)), "QUANTITY_EXCEEDED")
    withdrawn = await done(donor, "deliveries", wrong, "withdraw", {"reason": "记错数量"})
    assert (withdrawn["state"], withdrawn["version"]) == ("withdrawn", 2)
    right = good(await donor.post("/v1/deliveries", handed(reservation, 6)), 201)
    refused(await worker(resources).post(f"/v1/deliveries/{wrong['id']}/confirm", if_match=2), "ACTION_NOT_ALLOWED")
    await done(worker(resources), "deliveries", right, "confirm")
    seen = good(await worker(resources).get(f"/v1/reservations/{reservation['id']}"))
    assert seen["state"] == "confirmed"
    (row,) = await resources.sql("select reason from audit where verb = 'withdraw'")
    assert row.reason == "记错数量"


async def test_only_the_sender_withdraws_and_only_before_it_is_confirmed(resources):
    reservation, owner = await rice_for(resources)
    donor = resources.acting("donor", org=owner, person=uuid7())
    sent = good(await donor.post("/v1/deliveries", handed(reservation)), 201)
    path, body = f"/v1/deliveries/{sent['id']}/withdraw", {"reason": "x"}
    for other in (worker(resources), resources.acting("donor", org=owner, person=uuid7())):
        refused(await other.post(path, body, if_match=1), "NOT_THE_SENDER", 403)
    await done(worker(resources), "deliveries", sent, "confirm")
    assert refused(await donor.post(path, body, if_match=2), "ACTION_NOT_ALLOWED")["allowed"] == []


async def test_a_sender_under_another_account_is_still_the_sender(resources):
    reservation = await confirmed(resources, await asked(resources), await listed(resources))
    person = uuid7()
    sent = good(await worker(resources, person=person).post("/v1/deliveries", handed(reservation, 1)), 201)
    other = worker(resources, person=person, subject="another account")
    refused(await other.post(f"/v1/deliveries/{sent['id']}/confirm", if_match=1), "NOT_THE_RECEIVER", 403)
    assert (await done(other, "deliveries", sent, "withdraw", {"reason": "x"}))["state"] == "withdrawn"


async def test_an_account_without_a_person_does_not_confirm_what_it_sent(resources):
    reservation = await confirmed(resources, await asked(resources), await listed(resources))
    nobody = worker(resources, person=None)
    sent = good(await nobody.post("/v1/deliveries", handed(reservation, 1)), 201)
    refused(await nobody.post(f"/v1/deliveries/{sent['id']}/confirm", if_match=1), "NOT_THE_RECEIVER", 403)
    assert (await done(nobody, "deliveries", sent, "withdraw", {"reason": "x"}))["state"] == "withdrawn"
