"""Consents over HTTP: given per purpose, replaced, withdrawn; what was withdrawn stops."""

import pytest

from tests.harness import COMMUNITY, COUNTY
from tests.needs.stories import ELSEWHERE, refused, registered, resident, statement, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
YES = {"purpose": "general", "policy_version": "2026-01", "channel": "mini_program"}
PAPER = {**YES, "channel": "paper", "given_by": "self"}


async def given(actor, **more):
    answer = await actor.post("/v1/consents", {**YES, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_consent_names_purpose_version_basis_giver_and_channel(needs):
    found = await registered(needs)
    consent = await given(worker(needs), resident_id=found["id"], given_by="proxy", channel="paper")
    assert (consent["state"], consent["purpose"], consent["policy_version"]) == ("given", "general", "2026-01")
    assert (consent["legal_basis"], consent["given_by"], consent["channel"]) == ("consent", "proxy", "paper")
    assert (consent["person_id"], consent["ended_at"]) == (found["person_id"], None)


async def test_a_newer_consent_replaces_and_the_older_stays_on_record(needs):
    person = resident(needs, (await registered(needs))["person_id"])
    first, second = await given(person), await given(person, policy_version="2026-06")
    listed = {row["id"]: row["state"] for row in (await person.get("/v1/consents")).json()["items"]}
    assert listed == {first["id"]: "replaced", second["id"]: "given"}
    other = await given(person, purpose="separate_provide")
    assert (await person.get(f"/v1/consents/{second['id']}")).json()["state"] == "given"
    assert other["state"] == "given"


async def test_an_account_tied_to_nobody_reads_nobodys_consents(needs):
    found = await registered(needs)
    await given(worker(needs), resident_id=found["id"], given_by="proxy", channel="paper")
    for role in ("resident", "guardian"):
        assert (await needs.acting(role).get("/v1/consents")).json()["items"] == []


async def test_a_guardian_reads_no_consents_of_who_has_grown_up(needs):
    guardian = uuid7()
    child = await registered(needs, age_band="0-13", guardian_person_id=str(guardian))
    mother = needs.acting("guardian", person=guardian)
    consent = await given(mother, resident_id=child["id"])
    assert [each["id"] for each in (await mother.get("/v1/consents")).json()["items"]] == [consent["id"]]
    grown = {"age_band": "14-17", "target_groups": [], "guardian_person_id": str(guardian)}
    answer = await worker(needs).put(f"/v1/residents/{child['id']}", grown, if_match=child["version"])
    assert answer.status_code == 200, answer.text
    refused(await mother.get(f"/v1/consents/{consent['id']}"), 404, "NOT_FOUND")
    assert (await mother.get("/v1/consents")).json()["items"] == []


async def test_a_resident_and_a_guardian_speak_for_themselves_and_their_child(needs):
    guardian = uuid7()
    child = await registered(needs, age_band="0-13", guardian_person_id=str(guardian))
    parent = needs.acting("guardian", COMMUNITY, person=guardian)
    consent = await given(parent, resident_id=child["id"], purpose="guardian")
    assert (consent["given_by"], consent["given_by_person_id"]) == ("guardian", str(guardian))
    grown = await registered(needs, guardian_person_id=str(guardian))
    for actor, body in (
        (parent, {**YES, "resident_id": grown["id"]}),
        (resident(needs), {**YES, "resident_id": grown["id"]}),
        (resident(needs), YES),
        (worker(needs, ELSEWHERE), {**PAPER, "resident_id": grown["id"]}),
    ):
        refused(await actor.post("/v1/consents", body), 404, "NOT_FOUND")
    for stranger in (resident(needs), needs.acting("guardian", COMMUNITY, person=uuid7())):
        refused(await stranger.get(f"/v1/consents/{consent['id']}"), 404, "NOT_FOUND")
        taken = await stranger.post(f"/v1/consents/{consent['id']}/withdraw", if_match=1)
        refused(taken, 404, "NOT_FOUND")
        assert (await stranger.get("/v1/consents")).json()["items"] == []
    assert [row["id"] for row in (await parent.get("/v1/consents")).json()["items"]] == [consent["id"]]


@pytest.mark.parametrize(
    ("band", "wrong"),
    [
        ("60-79", {"given_by": "guardian"}),
        ("60-79", {"purpose": "guardian"}),
        ("60-79", {"given_by": None}),
        ("0-13", {"given_by": "self"}),
        ("60-79", {"purpose": "everything"}),
    ],
)
async def test_who_may_not_say_yes(needs, band, wrong):
    found = await registered(needs, age_band=band)
    body = {**PAPER, "resident_id": found["id"], **wrong}
    refused(await worker(needs).post("/v1/consents", body), 422, "INVALID_INPUT")


async def test_withdrawal_is_as_easy_as_consent_and_stays_on_record(needs):
    person = resident(needs, (await registered(needs))["person_id"])
    consent = await given(person)
    answer = await person.post(f"/v1/consents/{consent['id']}/withdraw", if_match=1)
    assert (answer.json()["state"], answer.json()["ended_at"] is None) == ("withdrawn", False)
    again = await person.post(f"/v1/consents/{consent['id']}/withdraw", if_match=2)
    assert refused(again, 409, "ACTION_NOT_ALLOWED")["allowed"] == []
    assert len((await person.get("/v1/consents?state=withdrawn")).json()["items"]) == 1


async def test_what_was_withdrawn_stops(needs):
    found = await registered(needs, identity={"phone": "13812345678"})
    person, staff = resident(needs, found["person_id"]), worker(needs)
    asked = statement(channel="visit", resident_id=found["id"])
    path, gateway = f"/internal/contacts/{found['person_id']}", needs.sibling("gateway", COUNTY)
    assert (await staff.post("/v1/needs", asked)).status_code == 201
    assert (await gateway.get(path)).json()["call"] is True
    consent = await given(person)
    await person.post(f"/v1/consents/{consent['id']}/withdraw", if_match=1)
    refused(await staff.post("/v1/needs", asked), 422, "CONSENT_MISSING")
    silent = (await gateway.get(path)).json()
    assert (silent["phone"], silent["call"], silent["text"]) == (None, False, False)
    danger = {**asked, "statement": "我不想活了"}
    assert (await staff.post("/v1/needs", danger)).status_code == 201
    await given(person)
    assert (await staff.post("/v1/needs", asked)).status_code == 201
