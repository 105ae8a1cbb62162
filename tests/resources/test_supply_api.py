"""Providers, volunteers, social workers and listed resources over HTTP."""

import pytest

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.resources.stories import (
    ELSEWHERE,
    USCC,
    done,
    good,
    goods,
    listed,
    officer,
    refused,
    registered_provider,
    verified_provider,
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_provider_is_registered_and_verified(resources):
    provider = await registered_provider(resources)
    assert (provider["state"], provider["version"], provider["uscc_warnings"]) == ("registered", 1, [])
    verified = await done(officer(resources), "providers", provider, "verify")
    assert (verified["state"], verified["version"]) == ("verified", 2)
    (event,) = await resources.announced("cn.wushe.resources.provider.verified.v1")
    assert event["data"] == {"provider_id": provider["id"], "state": "verified"}
    assert event["public"] is True
    read = await worker(resources).get(f"/v1/providers/{provider['id']}")
    assert read.json() == verified
    assert read.headers["etag"] == '"v2"'


async def test_a_suspended_provider_is_verified_again(resources):
    provider = await verified_provider(resources)
    suspended = await done(officer(resources), "providers", provider, "suspend", {"reason": "证照过期"})
    assert suspended["state"] == "suspended"
    assert (await done(officer(resources), "providers", suspended, "verify"))["state"] == "verified"


async def test_a_verb_out_of_order_names_what_is_allowed(resources):
    provider = await verified_provider(resources)
    answer = await officer(resources).post(f"/v1/providers/{provider['id']}/verify", if_match=provider["version"])
    assert refused(answer, "ACTION_NOT_ALLOWED")["allowed"] == ["suspend"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"uscc": None}, "REQUIRED"),
        ({"uscc": "91350100M000100Y4W"}, "CHECKSUM"),
        ({"uscc": "12345"}, "MALFORMED"),
    ],
)
async def test_a_registered_provider_needs_a_sound_code(resources, changes, code):
    body = {
        "name": "企业",
        "registration": "registered",
        "uscc": USCC,
        "kinds": ["goods"],
        "division": COMMUNITY,
        **changes,
    }
    problem = refused(await worker(resources).post("/v1/providers", body), "INVALID_INPUT", 422)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/uscc", code)]


async def test_production_knows_no_test_region(resources, monkeypatch):
    monkeypatch.setattr(resources.app.state.settings, "profile", "production")
    body = {"name": "企业", "registration": "registered", "uscc": USCC, "kinds": ["goods"], "division": COMMUNITY}
    problem = refused(await worker(resources).post("/v1/providers", body), "INVALID_INPUT", 422)
    assert problem["errors"][0]["code"] == "TEST_REGION"


async def test_one_code_is_one_provider(resources):
    await registered_provider(resources)
    body = {"name": "另一家", "registration": "registered", "uscc": USCC, "kinds": ["goods"], "division": COMMUNITY}
    refused(await worker(resources).post("/v1/providers", body), "PROVIDER_KNOWN")


async def test_an_informal_group_needs_no_code(resources):
    provider = await registered_provider(resources, registration="informal", uscc=None)
    assert provider["uscc"] is None


async def test_the_callers_own_key_names_one_provider(resources):
    names = [{"system": "sample", "id": "SYN-E001"}]
    await registered_provider(resources, external_ids=names)
    body = {
        "name": "企业",
        "registration": "informal",
        "kinds": ["goods"],
        "division": COMMUNITY,
        "external_ids": names,
    }
    refused(await worker(resources).post("/v1/providers", body), "EXTERNAL_ID_TAKEN")


async def test_a_provider_is_not_registered_into_a_foreign_division(resources):
    body = {"name": "企业", "registration": "informal", "kinds": ["goods"], "division": ELSEWHERE}
    refused(await worker(resources).post("/v1/providers", body), "OUT_OF_SCOPE", 403)


async def test_another_regions_provider_is_not_found(resources):
    provider = await registered_provider(resources)
    refused(await worker(resources, ELSEWHERE).get(f"/v1/providers/{provider['id']}"), "NOT_FOUND", 404)
    assert good(await worker(resources, ELSEWHERE).get("/v1/providers"))["items"] == []


async def test_people_of_a_provider_do_not_verify_it(resources):
    provider = await registered_provider(resources)
    answer = await resources.acting("donor").post(f"/v1/providers/{provider['id']}/verify", if_match=1)
    refused(answer, "ROLE_NOT_ALLOWED", 403)


async def test_verify_needs_the_current_version(resources):
    provider = await registered_provider(resources)
    refused(await officer(resources).post(f"/v1/providers/{provider['id']}/verify"), "VERSION_REQUIRED", 428)
    answer = await officer(resources).post(f"/v1/providers/{provider['id']}/verify", if_match=7)
    refused(answer, "STALE_VERSION", 412)


async def test_the_same_request_twice_registers_once(resources):
    body = {"name": "企业", "registration": "informal", "kinds": ["goods"], "division": COMMUNITY}
    actor = worker(resources)
    first, second = [await actor.post("/v1/providers", body, key="same") for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(good(await actor.get("/v1/providers"))["items"]) == 1


async def test_people_are_not_a_kind_of_thing(resources):
    body = {"name": "企业", "registration": "informal", "kinds": ["volunteer"], "division": COMMUNITY}
    refused(await worker(resources).post("/v1/providers", body), "INVALID_INPUT", 422)


async def test_a_volunteer_registered_by_staff_is_given_a_person(resources):
    names = [{"system": "sample", "id": "SYN-V0001"}]
    body = {"division": COMMUNITY, "availability": ["weekend"], "external_ids": names, "synthetic": True}
    row = good(await worker(resources).post("/v1/volunteers", body), 201)
    assert row["state"] == "registered"
    found = await resources.sql("select id from volunteers where person_id = :person", person=row["person_id"])
    assert len(found) == 1


async def test_a_resident_volunteers_as_the_person_they_are(resources):
    person = uuid7()
    body = {"division": COMMUNITY, "availability": ["evening"], "skills": ["陪聊"]}
    row = good(await resources.acting("resident", person=person).post("/v1/volunteers", body), 201)
    assert row["person_id"] == str(person)
    again = await resources.acting("resident", person=person).post("/v1/volunteers", body)
    refused(again, "VOLUNTEER_KNOWN")
    other = await resources.acting("resident", person=person).post(
        "/v1/volunteers", {**body, "person_id": str(uuid7())}
    )
    refused(other, "ONLY_YOURSELF", 403)
    refused(await resources.acting("resident").post("/v1/volunteers", body), "PERSON_UNKNOWN", 403)


async def test_a_volunteer_is_suspended_and_comes_back_or_leaves(resources):
    row = await volunteer(resources)
    row = await done(worker(resources), "volunteers", row, "suspend", {"reason": "待核实"})
    row = await done(worker(resources), "volunteers", row, "verify")
    stranger = resources.acting("volunteer", person=uuid7())
    refused(await stranger.post(f"/v1/volunteers/{row['id']}/leave", if_match=row["version"]), "ONLY_YOURSELF", 403)
    oneself = resources.acting("volunteer", person=row["person_id"])
    assert (await done(oneself, "volunteers", row, "leave"))["state"] == "left"


async def test_the_registry_out_of_reach_registers_nobody(resources, monkeypatch):
    monkeypatch.setattr(resources.app.state.siblings, "_peers", {})
    body = {"division": COMMUNITY, "availability": ["weekend"]}
    refused(await worker(resources).post("/v1/volunteers", body), "UNAVAILABLE", 503)
    assert await resources.sql("select 1 from volunteers") == []


async def test_a_social_worker_is_registered_verified_and_suspended(resources):
    body = {"division": STREET, "qualification": "assistant", "person_id": str(uuid7()), "org_id": str(uuid7())}
    manager = resources.acting("org_manager", STREET)
    row = good(await manager.post("/v1/social-workers", body), 201)
    refused(await manager.post("/v1/social-workers", body), "SOCIAL_WORKER_KNOWN")
    row = await done(officer(resources), "social-workers", row, "verify")
    row = await done(officer(resources), "social-workers", row, "suspend", {"reason": "登记过期"})
    assert row["state"] == "suspended"
    assert good(await manager.get(f"/v1/social-workers/{row['id']}")) == row
    assert good(await manager.get("/v1/social-workers?state=suspended"))["items"] == [row]


async def test_a_social_worker_without_a_known_person_is_given_one(resources):
    body = {"division": STREET, "qualification": "none", "external_ids": [{"system": "hr", "id": "7"}]}
    row = good(await officer(resources).post("/v1/social-workers", body), 201)
    assert row["person_id"]


async def test_resources_are_listed_filtered_and_withdrawn(resources):
    room = await listed(resources)
    rice = await goods(resources, 10, provider={"id": room["provider_id"]})
    found = good(await worker(resources).get("/v1/resources?kind=goods"))
    assert [row["id"] for row in found["items"]] == [rice["id"]]
    gone = await done(worker(resources), "resources", room, "withdraw", {"reason": "装修"})
    assert gone["state"] == "withdrawn"
    assert good(await worker(resources).get(f"/v1/resources/{room['id']}")) == gone


async def test_the_people_of_a_provider_list_for_it_alone(resources):
    provider = await verified_provider(resources)
    body = {"provider_id": provider["id"], "kind": "facility", "title": "会议室", "division": COMMUNITY}
    refused(await resources.acting("donor", org=uuid7()).post("/v1/resources", body), "NOT_YOUR_PROVIDER", 403)
    refused(await resources.acting("donor").post("/v1/resources", body), "NOT_YOUR_PROVIDER", 403)
    own = resources.acting("donor", org=provider["id"])
    row = good(await own.post("/v1/resources", body), 201)
    stranger = resources.acting("donor", org=uuid7())
    answer = await stranger.post(f"/v1/resources/{row['id']}/withdraw", {"reason": "x"}, if_match=1)
    refused(answer, "NOT_YOUR_PROVIDER", 403)


@pytest.mark.parametrize(
    ("changes", "code"), [({"kind": "goods"}, "REQUIRED"), ({"kind": "facility", "quantity": 2}, "NOT_COUNTED")]
)
async def test_a_listing_has_a_quantity_exactly_when_it_is_stock(resources, changes, code):
    provider = await verified_provider(resources)
    body = {"provider_id": provider["id"], "title": "物资", "division": COMMUNITY, **changes}
    problem = refused(await worker(resources).post("/v1/resources", body), "INVALID_INPUT", 422)
    assert problem["errors"][0]["code"] == code


async def test_a_resource_of_an_unknown_provider_is_not_found(resources):
    body = {"provider_id": str(uuid7()), "kind": "facility", "title": "场地", "division": COMMUNITY}
    refused(await worker(resources).post("/v1/resources", body), "NOT_FOUND", 404)


async def test_lists_come_in_pages(resources):
    rows = [await volunteer(resources) for _ in range(3)]
    first = await worker(resources, COUNTY, person=rows[0]["person_id"]).get("/v1/volunteers?limit=2&state=verified")
    assert [row["id"] for row in first.json()["items"]] == [rows[2]["id"], rows[1]["id"]]
    same = worker(resources, COUNTY, person=rows[0]["person_id"])
    rest = good(await same.get(f"/v1/volunteers?limit=2&state=verified&cursor={first.json()['next_cursor']}"))
    assert ([row["id"] for row in rest["items"]], rest["next_cursor"]) == ([rows[0]["id"]], None)
    assert good(await same.get(f"/v1/volunteers/{rows[0]['id']}"))["state"] == "verified"
