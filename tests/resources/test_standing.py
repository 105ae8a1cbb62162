"""Whoever is suspended or leaves is no longer booked, and never confirmed."""

import pytest

from tests.harness import COMMUNITY, STREET
from tests.resources.stories import (
    ABROAD,
    NOON,
    START_REQUESTED,
    asked,
    asked_goods,
    asked_people,
    confirmed,
    designed,
    done,
    good,
    goods,
    held,
    listed,
    officer,
    refused,
    verified_provider,
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
REFUSED = "cn.wushe.resources.start.refused.v1"
RESERVED = "cn.wushe.resources.start.reserved.v1"
SUSPENDED_MEANWHILE = "update {table} set state = 'suspended'"


async def read(service, collection, ident):
    return good(await worker(service).get(f"/v1/{collection}/{ident}"))


async def started(service, project):
    body = {"project_id": project, "saga_id": str(uuid7())}
    assert (await service.hear(START_REQUESTED, body)).status_code == 204


async def test_a_suspended_volunteer_is_no_longer_booked(resources):
    person = await volunteer(resources)
    request, other = await asked_people(resources), await asked_people(resources, **NOON)
    first, second = await confirmed(resources, request, person), await held(resources, other, person)
    person = await read(resources, "volunteers", person["id"])
    answer = await worker(resources).post(
        f"/v1/volunteers/{person['id']}/suspend", {"reason": "待核实"}, if_match=person["version"]
    )
    assert (good(answer)["state"], answer.headers["etag"]) == ("suspended", f'"v{person["version"] + 1}"')
    for reservation in (first, second):
        assert (await read(resources, "reservations", reservation["id"]))["state"] == "released"
    for each in (request, other):
        assert (await read(resources, "resource-requests", each["id"]))["state"] == "open"
    await held(resources, request, await volunteer(resources))


async def test_a_volunteer_who_leaves_is_not_expected_any_more(resources):
    person = await volunteer(resources)
    reservation = await held(resources, await asked_people(resources), person)
    oneself = resources.acting("volunteer", person=person["person_id"])
    await done(oneself, "volunteers", person, "leave")
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "released"


async def test_bookings_beyond_the_suspending_workers_own_community_end_too(resources):
    person, street = await volunteer(resources), worker(resources, STREET)
    body = {"project_id": await designed(resources), "kind": "volunteer", "title": "书法", "division": STREET, **NOON}
    request = good(await street.post("/v1/resource-requests", body), 201)
    choice = {"request_id": request["id"], "volunteer_id": person["id"]}
    reservation = good(await street.post("/v1/reservations", choice), 201)
    refused(await worker(resources).get(f"/v1/reservations/{reservation['id']}"), "NOT_FOUND", 404)
    await done(worker(resources), "volunteers", person, "suspend", {"reason": "待核实"})
    assert good(await street.get(f"/v1/reservations/{reservation['id']}"))["state"] == "released"


async def test_what_already_took_place_stays(resources):
    person = await volunteer(resources)
    reservation = await confirmed(resources, await asked_people(resources), person)
    await resources.sql("update reservations set during = tstzrange('2026-01-03 09:00+08', '2026-01-03 11:00+08')")
    person = await read(resources, "volunteers", person["id"])
    await done(worker(resources), "volunteers", person, "suspend", {"reason": "待核实"})
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "confirmed"


async def test_a_suspended_providers_things_and_stock_are_free(resources):
    provider = await verified_provider(resources)
    room, rice = await listed(resources, provider), await goods(resources, 9, provider=provider)
    other = await goods(resources, 9, provider=await verified_provider(resources, registration="filed", uscc=None))
    project = await designed(resources)
    taken = [
        await held(resources, await asked(resources, project), room),
        await confirmed(resources, await asked_goods(resources, 6, project), rice, 6),
    ]
    kept = await held(resources, await asked_goods(resources, 6, project), other, 6)
    await done(officer(resources), "providers", provider, "suspend", {"reason": "证照过期"})
    states = [(await read(resources, "reservations", each["id"]))["state"] for each in (*taken, kept)]
    assert states == ["released", "released", "held"]
    assert (await read(resources, "resources", rice["id"]))["reserved"] == 0
    rows = await resources.sql(
        "select verb, reason from audit where subject like 'reservations/%' and verb = 'release'"
    )
    assert len(rows) == 2
    assert all("suspended" in row.reason for row in rows)


async def test_a_stale_or_foreign_suspension_frees_nothing(resources):
    person = await volunteer(resources)
    reservation = await held(resources, await asked_people(resources), person)
    path, body = f"/v1/volunteers/{person['id']}/suspend", {"reason": "x"}
    refused(await worker(resources).post(path, body, if_match=1), "STALE_VERSION", 412)
    refused(await worker(resources, ABROAD).post(path, body, if_match=2), "NOT_FOUND", 404)
    stranger = resources.acting("volunteer", person=uuid7())
    refused(await stranger.post(f"/v1/volunteers/{person['id']}/leave", if_match=2), "ONLY_YOURSELF", 403)
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "held"


@pytest.mark.parametrize("table", ["volunteers", "providers"])
async def test_who_was_suspended_meanwhile_is_not_confirmed_by_hand(resources, table):
    if table == "volunteers":
        reservation = await held(resources, await asked_people(resources), await volunteer(resources))
    else:
        reservation = await held(resources, await asked(resources), await listed(resources))
    await resources.sql(SUSPENDED_MEANWHILE.format(table=table))
    answer = await worker(resources).post(f"/v1/reservations/{reservation['id']}/confirm", if_match=1)
    assert "核实" in refused(answer, "NOT_SUITABLE")["detail"]


@pytest.mark.parametrize("make", [held, confirmed])
@pytest.mark.parametrize("table", ["volunteers", "providers"])
async def test_a_start_lets_go_of_who_was_suspended_meanwhile_and_is_refused(resources, table, make):
    project, room = await designed(resources), await listed(resources)
    people, place = await asked_people(resources, project), await asked(resources, project)
    bookings = {
        "volunteers": (people, await make(resources, people, await volunteer(resources))),
        "providers": (place, await make(resources, place, room)),
    }
    await resources.sql(SUSPENDED_MEANWHILE.format(table=table))
    await started(resources, project)
    request, reservation = bookings.pop(table)
    (event,) = await resources.announced(REFUSED)
    assert event["data"]["request_ids"] == [request["id"]]
    assert (await read(resources, "reservations", reservation["id"]))["state"] == "released"
    assert (await read(resources, "resource-requests", request["id"]))["state"] == "open"
    ((_, kept),) = bookings.values()
    assert (await read(resources, "reservations", kept["id"]))["state"] == make.__name__
    assert await resources.announced(RESERVED) == []


async def test_a_provider_of_another_county_carries_a_start_while_it_is_verified(resources):
    """A start works in the project's county; where the provider is registered does not matter."""
    provider = await verified_provider(resources)
    room, project = await listed(resources, provider), await designed(resources)
    await held(resources, await asked(resources, project), room)
    await resources.sql(f"update providers set division = '{ABROAD}'")
    await started(resources, project)
    assert len(await resources.announced(RESERVED)) == 1
    assert [row.division for row in await resources.sql("select division from reservations")] == [COMMUNITY]
