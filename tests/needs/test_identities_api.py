"""Identities over HTTP: sealed, masked, found by telephone or ID, unmasked with a reason, corrected, contacted."""

import json

import pytest

from services.needs.domain.identifiers import check_digit
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import ELSEWHERE, TRIAGE, done, refused, registered, resident, submitted, worker
from wushe.db import uuid7
from wushe.pii import Vault

pytestmark = pytest.mark.asyncio(loop_scope="session")
NUMBER, PHONE = "999999194912310022"[:17] + check_digit("99999919491231002"), "13812345678"
IDENTITY = {"name": "张小明", "phone": PHONE, "id_number": NUMBER, "address": "海滨社区 3 号楼 501"}
FIELDS = {"reason": "上门探访前核对", "fields": ["name", "phone"]}
WHOLE = {"reason": "核对", "fields": ["name", "phone", "id_number", "address", "birth_date"]}


async def known(needs, **more):
    return await registered(needs, **{"identity": IDENTITY, **more})


async def unmask(actor, found, body=FIELDS):
    return await actor.post(f"/v1/residents/{found['id']}/unmask", body)


async def test_an_identity_is_shown_masked_and_stored_sealed(needs):
    found = await known(needs, age_band="18-59")
    assert found["identity"] == {
        "name": "张**",
        "phone": "138****5678",
        "id_number": f"999999********{NUMBER[-4:]}",
        "address": "海滨社区***",
        "birth_date": "1949-**-**",
    }
    assert found["age_band"] == "60-79", "the birthday in the ID tells it"
    [listed] = (await worker(needs).get("/v1/residents")).json()["items"]
    assert listed["identity"]["id_number"] == f"9{'*' * 16}{NUMBER[-1]}"
    for table in ("residents", "idempotency", "audit", "event"):
        stored = json.dumps([str(tuple(row)) for row in await needs.sql(f"select * from {table}")], ensure_ascii=False)
        assert not [word for word in ("张小明", PHONE, NUMBER, "3 号楼") if word in stored], table


async def test_a_resident_is_found_by_telephone_or_id_in_scope_only(needs):
    found = await known(needs)
    for asked in ({"phone": "+86 138-1234-5678"}, {"id_number": NUMBER.lower()}):
        answer = await worker(needs).post("/v1/residents/search", asked)
        assert [row["id"] for row in answer.json()["items"]] == [found["id"]]
        assert (await worker(needs, ELSEWHERE).post("/v1/residents/search", asked)).json()["items"] == []
    assert (await worker(needs).post("/v1/residents/search", {"phone": "13800000000"})).json()["items"] == []
    looks = await needs.sql("select subject, reason from audit where verb = 'search'")
    assert set(looks) == {("residents", None)} and len(looks) == 5


@pytest.mark.parametrize("asked", [{}, {"phone": "123"}, {"id_number": "1"}])
async def test_a_search_names_one_possible_value(needs, asked):
    refused(await worker(needs).post("/v1/residents/search", asked), 422, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"id_number": NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")}, "CHECKSUM"),
        ({"id_number": "999999194902310021"}, "BAD_DATE"),
        ({"phone": "1234"}, "MALFORMED"),
    ],
)
async def test_wrong_identifiers_are_named_and_not_repeated(needs, wrong, code):
    body = {"division": COMMUNITY, "age_band": "60-79", "identity": wrong}
    problem = refused(await worker(needs).post("/v1/residents", body), 422, "INVALID_INPUT")
    assert [error["code"] for error in problem["errors"]] == [code]
    assert not [value for value in wrong.values() if value in json.dumps(problem)]


async def test_production_knows_no_test_region(needs, monkeypatch):
    monkeypatch.setattr(needs.app.state.settings, "profile", "production")
    body = {"division": COMMUNITY, "age_band": "60-79", "identity": {"id_number": NUMBER}}
    problem = refused(await worker(needs).post("/v1/residents", body), 422, "INVALID_INPUT")
    assert [error["code"] for error in problem["errors"]] == ["UNKNOWN_REGION"]


# Duplicates


async def test_one_id_is_one_resident(needs):
    found = await known(needs)
    body = {"division": COMMUNITY, "age_band": "60-79", "identity": {"id_number": NUMBER}}
    problem = refused(await worker(needs).post("/v1/residents", body), 409, "RESIDENT_KNOWN")
    assert found["id"] in problem["detail"]
    away = await worker(needs, ELSEWHERE).post("/v1/residents", {**body, "division": ELSEWHERE})
    assert found["id"] not in refused(away, 409, "RESIDENT_KNOWN")["detail"]
    other = await registered(needs)
    change = {"age_band": "60-79", "identity": {"id_number": NUMBER}}
    answer = await worker(needs).put(f"/v1/residents/{other['id']}", change, if_match=1)
    refused(answer, 409, "RESIDENT_KNOWN")


async def test_a_shared_telephone_is_marked_and_allowed(needs):
    first = await known(needs)
    second = await registered(needs, identity={"name": "李四", "phone": PHONE})
    assert (first["possible_duplicates"], second["possible_duplicates"]) == ([], [first["id"]])
    read = await worker(needs).get(f"/v1/residents/{first['id']}")
    assert read.json()["possible_duplicates"] == [second["id"]]


# Unmasking


async def test_unmasking_needs_a_reason_and_is_on_record(needs):
    found, actor = await known(needs), worker(needs)
    answer = await unmask(actor, found)
    assert answer.json() == {"name": "张小明", "phone": PHONE, "id_number": None, "address": None, "birth_date": None}
    assert answer.headers.get("etag") is None
    looks = "select subject, person_id, role, reason from audit where verb = 'unmask'"
    who = (str(actor.caller.person_id), "community_worker")
    assert await needs.sql(looks) == [(f"residents/{found['id']}", *who, "上门探访前核对 [name phone]")]
    assert [row.body for row in await needs.sql("select body from idempotency where body = ''")] == [""]
    for wrong in ({"fields": ["name"]}, {"reason": "", "fields": ["name"]}, {"reason": "核对", "fields": []}):
        refused(await unmask(actor, found, wrong), 422, "INVALID_INPUT")
    refused(await unmask(worker(needs, ELSEWHERE), found), 404, "NOT_FOUND")
    refused(await unmask(actor, await registered(needs)), 409, "NOTHING_SEALED")


@pytest.mark.parametrize("role", ["operator", "auditor", "grid_worker", "org_manager", "donor", "integration"])
async def test_others_never_see_an_identity(needs, role):
    refused(await unmask(needs.acting(role, COMMUNITY), await known(needs)), 403, "ROLE_NOT_ALLOWED")


async def test_a_social_worker_sees_whom_they_work_for(needs):
    found, agent = await known(needs), needs.acting("social_worker", COMMUNITY, person=uuid7())
    refused(await unmask(agent, found), 403, "NOT_YOUR_MATTER")
    need = await submitted(worker(needs), resident_id=found["id"], channel="visit")
    assert (await unmask(agent, found)).json()["phone"] == PHONE
    await done(
        worker(needs), await done(worker(needs), need, "triage", TRIAGE), "reject", {"reason_code": "not_a_need"}
    )
    refused(await unmask(agent, found), 403, "NOT_YOUR_MATTER")


async def test_a_resident_and_a_guardian_see_their_own(needs):
    guardian = uuid7()
    young = {**IDENTITY, "id_number": None, "birth_date": "2020-05-01"}
    child = await known(needs, identity=young, guardian={"person_id": str(guardian), "relation": "parent"})
    assert (child["age_band"], child["guardian_relation"]) == ("0-13", "parent")
    parent = needs.acting("guardian", COMMUNITY, person=guardian)
    assert (await unmask(parent, child, WHOLE)).json()["birth_date"] == "2020-05-01"
    assert (await unmask(resident(needs, child["person_id"]), child)).json()["name"] == "张小明"
    for stranger in (resident(needs), resident(needs, guardian), needs.acting("guardian", COMMUNITY, person=uuid7())):
        refused(await unmask(stranger, child), 404, "NOT_FOUND")
    grown = await known(needs, identity=IDENTITY, guardian={"person_id": str(guardian), "relation": "parent"})
    refused(await unmask(parent, grown), 404, "NOT_FOUND")


# A child grows up


async def test_a_guardian_asks_until_the_fourteenth_birthday(needs):
    guardian = uuid7()
    today = (await needs.sql("select (now() at time zone 'Asia/Shanghai')::date as day"))[0].day
    young = {"birth_date": today.replace(year=today.year - 14, day=min(today.day, 28)).isoformat()}
    eve = {"birth_date": today.replace(year=today.year - 13, day=min(today.day, 28)).isoformat()}
    children = [
        await registered(needs, identity=born, age_band="0-13", guardian_person_id=str(guardian))
        for born in (young, eve)
    ]
    assert [child["age_band"] for child in children] == ["14-17", "0-13"]
    parent = needs.acting("guardian", COMMUNITY, person=guardian)
    answers = [await parent.post("/v1/needs", _asking(child)) for child in children]
    assert [answer.status_code for answer in answers] == [422, 201]
    await needs.advance(days=366)
    assert (await parent.post("/v1/needs", _asking(children[1]))).status_code == 422


def _asking(child):
    said = {"statement": "孩子放学没人接", "division": COMMUNITY, "channel": "mini_program", "input": "typed"}
    return {**said, "consent_version": "2026-01", "resident_id": child["id"]}


# Correction


async def test_a_correction_keeps_what_it_leaves_out_and_the_history(needs):
    found = await known(needs, target_groups=["elderly"], safe_contact={"call": False})
    change = {"age_band": "60-79", "target_groups": ["low_income"]}
    await needs.advance(days=10)
    answer = await worker(needs).put(f"/v1/residents/{found['id']}", change, if_match=found["version"])
    after = answer.json()
    assert (after["identity"], after["safe_contact"]) == (found["identity"], found["safe_contact"])
    assert after["target_groups"] == ["low_income"]
    assert [(row["group"], row["valid_to"] is None) for row in after["target_group_periods"]] == [
        ("elderly", False),
        ("low_income", True),
    ]
    stale = await worker(needs).put(f"/v1/residents/{found['id']}", change, if_match=found["version"])
    refused(stale, 412, "STALE_VERSION")
    unnamed = {**change, "identity": {"name": "张大明"}}
    renamed = await worker(needs).put(f"/v1/residents/{found['id']}", unnamed, if_match=after["version"])
    assert renamed.json()["identity"]["id_number"] is None
    assert (await worker(needs).post("/v1/residents/search", {"phone": PHONE})).json()["items"] == []
    refused(await worker(needs, ELSEWHERE).put(f"/v1/residents/{found['id']}", change, if_match=3), 404, "NOT_FOUND")
    refused(await worker(needs).put(f"/v1/residents/{found['id']}", change), 428, "VERSION_REQUIRED")


async def test_a_group_that_is_over_is_not_shown_as_current(needs):
    spells = [{"group": "low_income", "valid_from": "2020-01-01", "valid_to": "2020-12-31"}, {"group": "elderly"}]
    found = await registered(needs, target_groups=[], target_group_periods=spells)
    assert found["target_groups"] == ["elderly"]
    assert len(found["target_group_periods"]) == 2
    turned = [{"group": "elderly", "valid_from": "2026-01-02", "valid_to": "2026-01-01"}]
    body = {"division": COMMUNITY, "age_band": "60-79", "target_group_periods": turned}
    refused(await worker(needs).post("/v1/residents", body), 422, "INVALID_INPUT")


# Contact


async def test_services_learn_how_a_person_may_be_reached(needs):
    gateway = needs.sibling("gateway", COUNTY)
    open_, closed = await known(needs), await registered(needs)
    path = f"/internal/contacts/{open_['person_id']}"
    answer = (await gateway.get(f"{path}?purpose=page")).json()
    assert (answer["phone"], answer["call"], answer["text"], answer["leave_word"]) == (PHONE, True, True, False)
    silent = {"age_band": "60-79", "safe_contact": {"call": False, "text": False}}
    await worker(needs).put(f"/v1/residents/{open_['id']}", silent, if_match=1)
    assert (await gateway.get(f"{path}?purpose=page")).json()["phone"] is None
    through = {"age_band": "60-79", "safe_contact": {"via_person_id": closed["person_id"]}}
    await worker(needs).put(f"/v1/residents/{open_['id']}", through, if_match=2)
    answer = (await gateway.get(f"{path}?purpose=page")).json()
    assert (answer["phone"], answer["via_person_id"]) == (None, closed["person_id"])
    assert (await gateway.get(f"/internal/contacts/{closed['person_id']}?purpose=page")).json()["phone"] is None
    refused(await gateway.get(f"/internal/contacts/{uuid7()}?purpose=page"), 404, "NOT_FOUND")
    refused(await worker(needs).get(f"{path}?purpose=page"), 403, "ROLE_NOT_ALLOWED")
    assert {row.reason for row in await needs.sql("select reason from audit where verb = 'contact'")} == {"page"}


# Changing keys


async def test_keys_change_while_rows_are_read_and_swapped_rows_are_found_out(needs, monkeypatch):
    found = [await known(needs), await registered(needs, identity={"name": "李四", "phone": "13900000000"})]
    old, reader = needs.database.vault, worker(needs, STREET)
    keys = {**old._keys, 2: b"\7" * 32}
    monkeypatch.setattr(needs.database, "vault", Vault(keys, old._index_key))
    assert (await unmask(reader, found[0])).json()["name"] == "张小明"
    await needs.sweep()
    assert [row.key_version for row in await needs.sql("select key_version from residents")] == [2, 2]
    assert (await unmask(reader, found[0])).json()["name"] == "张小明"
    assert (await reader.post("/v1/residents/search", {"phone": PHONE})).json()["items"][0]["id"] == found[0]["id"]
    monkeypatch.setattr(needs.database, "vault", Vault({2: b"\7" * 32}, old._index_key))
    assert (await unmask(reader, found[1])).json()["name"] == "李四"
    swap = "update residents r set sealed = o.sealed, data_key = o.data_key from residents o where o.id <> r.id"
    await needs.sql(swap)
    refused(await unmask(reader, found[0]), 500, "INTERNAL_FAULT")
    monkeypatch.setattr(needs.database, "vault", old)
    refused(await unmask(reader, found[1]), 500, "INTERNAL_FAULT")
