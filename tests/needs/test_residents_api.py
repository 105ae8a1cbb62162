import pytest

from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import ELSEWHERE, refused, registered, resident, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
BODY = {"division": COMMUNITY, "age_band": "80+", "target_groups": ["oldest_old"], "synthetic": True}


async def slip(needs, known) -> str:
    answer = await worker(needs).post(f"/v1/residents/{known['id']}/link-code")
    assert answer.status_code == 200, answer.text
    return answer.json()["code"]


async def redeem(needs, code: str):
    return await needs.sibling("gateway").post("/internal/residency", {"code": code})


# The registry


async def test_registering_a_resident_mints_a_person(needs):
    guardian = str(uuid7())
    child = {**BODY, "age_band": "0-13", "target_groups": ["child_in_difficulty"], "guardian_person_id": guardian}
    answer = await worker(needs).post("/v1/residents", child)
    known = answer.json()
    assert answer.status_code == 201
    assert known["person_id"] != known["id"]
    assert (known["state"], known["version"], known["guardian_person_id"]) == ("registered", 1, guardian)
    assert (await registered(needs))["person_id"] != known["person_id"]
    read = await worker(needs).get(f"/v1/residents/{known['id']}")
    assert read.json() == known
    assert read.headers["etag"] == '"v1"'


async def test_an_external_id_names_one_resident(needs):
    name = [{"system": "licheng", "id": "SYN-R0001"}]
    await registered(needs, external_ids=name)
    answer = await worker(needs).post("/v1/residents", {**BODY, "external_ids": name})
    refused(answer, 409, "EXTERNAL_ID_TAKEN")
    assert len(await needs.sql("select 1 from residents")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"age_band": "21"}, {"target_groups": ["rich"]}, {"division": "350502"}, {"synthetic": "yes"}, {"person_id": "x"}],
)
async def test_what_a_registration_may_not_say(needs, wrong):
    refused(await worker(needs).post("/v1/residents", {**BODY, **wrong}), 422, "INVALID_INPUT")


async def test_registration_is_for_ones_own_division_and_role(needs):
    refused(await worker(needs).post("/v1/residents", {**BODY, "division": ELSEWHERE}), 403, "OUT_OF_SCOPE")
    refused(await resident(needs).post("/v1/residents", BODY), 403, "ROLE_NOT_ALLOWED")


async def test_residents_of_other_regions_do_not_exist(needs):
    known = await registered(needs)
    away = worker(needs, ELSEWHERE)
    refused(await away.get(f"/v1/residents/{known['id']}"), 404, "NOT_FOUND")
    refused(await away.post(f"/v1/residents/{known['id']}/link-code"), 404, "NOT_FOUND")
    assert (await away.get("/v1/residents")).json()["items"] == []
    assert len((await worker(needs).get("/v1/residents")).json()["items"]) == 1


async def test_a_resident_reads_their_own_entry_only(needs):
    known = await registered(needs)
    own = await resident(needs, known["person_id"]).get("/v1/residents/me")
    assert own.json()["id"] == known["id"]
    refused(await resident(needs).get("/v1/residents/me"), 404, "NOT_FOUND")
    refused(await resident(needs).get(f"/v1/residents/{known['id']}"), 403, "ROLE_NOT_ALLOWED")


async def test_the_system_of_an_agency_reads_whom_it_registered(needs):
    await registered(needs)
    system, other = (needs.acting("integration", client=client) for client in ("one", "two"))
    body = {**BODY, "external_ids": [{"system": "a", "id": "1"}]}
    known = (await system.post("/v1/residents", body)).json()
    assert [row["id"] for row in (await system.get("/v1/residents")).json()["items"]] == [known["id"]]
    assert (await system.get(f"/v1/residents/{known['id']}")).json() == known
    assert (await other.get("/v1/residents")).json()["items"] == []
    refused(await other.get(f"/v1/residents/{known['id']}"), 404, "NOT_FOUND")


async def test_whoever_reads_residents_is_on_record(needs):
    known = await registered(needs)
    reader = worker(needs)
    looks = "select subject, division, person_id, role, scope, reason from audit where verb = 'read' order by id"
    await reader.get("/v1/residents")
    await reader.get(f"/v1/residents/{known['id']}")
    await worker(needs, ELSEWHERE).get(f"/v1/residents/{known['id']}")
    await reader.get("/v1/residents?cursor=AAAA")
    who = (str(reader.caller.person_id), "community_worker", COMMUNITY, None)
    assert await needs.sql(looks) == [
        ("residents", COMMUNITY, *who),
        (f"residents/{known['id']}", COMMUNITY, *who),
    ]


# Slips


async def test_a_slip_ties_an_account_once(needs):
    known = await registered(needs)
    code = await slip(needs, known)
    answer = await redeem(needs, code.lower().replace("-", " "))
    expected = {"resident_id": known["id"], "person_id": known["person_id"], "division": COMMUNITY}
    assert answer.json() == expected
    assert (await worker(needs).get(f"/v1/residents/{known['id']}")).json()["state"] == "linked"
    refused(await redeem(needs, code), 422, "LINK_CODE_INVALID")


async def test_a_new_slip_replaces_the_old_one(needs):
    known = await registered(needs)
    old, new = await slip(needs, known), await slip(needs, known)
    refused(await redeem(needs, old), 422, "LINK_CODE_INVALID")
    assert (await redeem(needs, new)).status_code == 200


async def test_a_slip_expires(needs):
    code = await slip(needs, await registered(needs))
    await needs.advance(days=31)
    refused(await redeem(needs, code), 422, "LINK_CODE_INVALID")


async def test_a_guessed_slip_tells_nothing(needs):
    refused(await redeem(needs, "ABCD-EFGH-JKMN"), 422, "LINK_CODE_INVALID")


async def test_the_code_is_not_stored(needs):
    code = await slip(needs, await registered(needs))
    [row] = await needs.sql("select fingerprint from link_codes")
    assert code.replace("-", "") not in row.fingerprint.upper()


# Persons


async def test_other_services_get_person_ids_here(needs):
    resources = needs.sibling("resources")
    first = await resources.post("/internal/persons", {"label": "SYN-V0001"})
    again = await resources.post("/internal/persons", {"label": "SYN-V0001"})
    assert first.status_code == 201
    assert first.json() == again.json()
    assert (await resources.post("/internal/persons", {})).json() != first.json()
    found = await resources.get("/internal/persons?external=SYN-V0001")
    assert found.json() == first.json()


async def test_a_person_is_found_by_the_id_a_system_uses(needs):
    known = await registered(needs, external_ids=[{"system": "licheng", "id": "SYN-R0001"}])
    found = await needs.sibling("gateway", COUNTY).get("/internal/persons?external=SYN-R0001")
    assert found.json() == {"person_id": known["person_id"]}
    refused(await needs.sibling("gateway").get("/internal/persons?external=SYN-R9999"), 404, "NOT_FOUND")


async def test_an_id_several_people_go_by_is_not_guessed(needs):
    gateway, path = needs.sibling("gateway"), "/internal/persons?external=1"
    people = []
    for client, system in (("one", "a"), ("two", "a"), ("two", "b")):
        actor = needs.acting("integration", client=client)
        answer = await actor.post("/v1/residents", {**BODY, "external_ids": [{"system": system, "id": "1"}]})
        people.append({"person_id": answer.json()["person_id"]})
    labelled = (await gateway.post("/internal/persons", {"label": "1"})).json()
    assert labelled not in people
    refused(await gateway.get(path), 409, "EXTERNAL_ID_AMBIGUOUS")
    refused(await gateway.get(f"{path}&client=two"), 409, "EXTERNAL_ID_AMBIGUOUS")
    refused(await gateway.get(f"{path}&system=a"), 409, "EXTERNAL_ID_AMBIGUOUS")
    assert (await gateway.get(f"{path}&client=one")).json() == people[0]
    assert (await gateway.get(f"{path}&client=two&system=a")).json() == people[1]
    assert (await gateway.get(f"{path}&system=b")).json() == people[2]
    refused(await gateway.get(f"{path}&client=one&system=b"), 404, "NOT_FOUND")


async def test_one_person_with_the_same_id_twice_is_one_person(needs):
    names = [{"system": "a", "id": "1"}, {"system": "b", "id": "1"}]
    known = await registered(needs, external_ids=names)
    found = await needs.sibling("gateway").get("/internal/persons?external=1")
    assert found.json() == {"person_id": known["person_id"]}


async def test_internal_addresses_are_for_services(needs):
    refused(await worker(needs).post("/internal/persons", {}), 403, "ROLE_NOT_ALLOWED")
    refused(await worker(needs).get("/internal/persons?external=SYN-R0001"), 403, "ROLE_NOT_ALLOWED")
    refused(await needs.anonymous().get(f"/internal/lifecycle/{uuid7()}"), 401, "NOT_AUTHENTICATED")
