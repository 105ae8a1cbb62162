"""Being forgotten: words planted everywhere are nowhere afterwards, and every service gives its receipt."""

import json
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.needs.domain.identifiers import check_digit
from tests.gateway.pictures import recording
from tests.gateway.test_files import handed_in, lying
from tests.harness import COMMUNITY, Actor, Bench
from tests.needs import handing, stories, surveying
from tests.needs import test_roads as roads
from tests.needs.stories import refused
from tests.projects.stage import Stage
from tests.resources import stories as supply
from tests.system.courier import carry
from wushe import migrate
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
SERVICES = ("needs", "projects", "resources", "evaluation", "gateway")
NUMBER = "99999919510203004" + check_digit("99999919510203004")
CANARIES = {
    "name": "金丝雀一",
    "phone": "13899990001",
    "id_number": NUMBER,
    "address": "金丝雀二巷",
    "external": "canary-external",
    "statement": "金丝雀三的话",
    "place": "金丝雀四号楼",
    "answer": "金丝雀五的答复",
    "correction": "金丝雀六要更正",
    "dispute": "金丝雀七的异议",
    "skill": "金丝雀八的手艺",
    "complaint": "金丝雀九的投诉",
}
IDENTITY = {name: CANARIES[name] for name in ("name", "phone", "id_number", "address")}


@dataclass
class Town:
    """One resident whom every service knows, with words of theirs in each."""

    bench: Bench
    resident: dict[str, Any]
    person: Actor

    @property
    def needs(self) -> Any:
        return self.bench.services["needs"]

    async def dump(self) -> dict[str, str]:
        """Every table of every service, row by row."""
        found = {}
        for name, service in self.bench.services.items():
            for table in migrate.metadata_of(name).tables:
                rows = await service.sql(f"select t::text as row from {table} t")
                found[f"{name}.{table}"] = "\n".join(row.row for row in rows)
        return found

    async def where(self) -> dict[str, list[str]]:
        """In which tables each planted word stands."""
        dump = await self.dump()
        assert len(dump) > 90 and dump["needs.residents"]
        found = {word: [table for table, rows in dump.items() if word in rows] for word in CANARIES.values()}
        return {word: tables for word, tables in found.items() if tables}

    async def receipts(self) -> dict[str, Any]:
        [listed] = (await stories.worker(self.needs).get("/v1/erasures")).json()["items"]
        return (await stories.worker(self.needs).get(f"/v1/erasures/{listed['id']}")).json()


@pytest_asyncio.fixture(loop_scope="session")
async def town(bench: Bench) -> Town:
    services = {name: await bench.open(name) for name in SERVICES}
    needs, gateway = services["needs"], services["gateway"]
    key = [{"system": "agency", "id": CANARIES["external"]}]
    known = await stories.registered(needs, identity=IDENTITY, external_ids=key)
    slip = await stories.worker(needs).post(f"/v1/residents/{known['id']}/link-code")
    linked = await gateway.acting("resident", COMMUNITY).post("/v1/me/residency", {"code": slip.json()["code"]})
    assert linked.status_code == 201, linked.text
    made = Town(bench, known, gateway.acting("resident", COMMUNITY, person=UUID(known["person_id"])))
    wrong = {"text": CANARIES["correction"]}
    assert (await made.person.post("/v1/me/data/corrections", wrong)).status_code == 201
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def loud(town: Town) -> Town:
    """Their words and traces in every service."""
    services, person_id = town.bench.services, UUID(town.resident["person_id"])
    author = stories.resident(town.needs, person_id)
    need = await stories.triaged(town.needs, author, statement=CANARIES["statement"], place=CANARIES["place"])
    await stories.done(stories.worker(town.needs), need, "respond", {"answer": CANARIES["answer"]})
    await author.post("/v1/consents", {"purpose": "general", "policy_version": "2026-01", "channel": "mini_program"})
    held = {"division": COMMUNITY, "statement": CANARIES["complaint"], "about": {"person_id": str(uuid7())}}
    assert (await author.post("/v1/complaints", held)).status_code == 201
    neighbours = await stories.triaged(town.needs, stories.resident(town.needs))
    assert (await author.post(f"/v1/needs/{neighbours['id']}/cosign")).status_code == 200
    await handed_in(town.person, recording(), name="x.mp3", media="audio/mpeg")
    stage = Stage(services["projects"])
    [record] = await stage.attend(await stage.activity(await stage.implementing()), [person_id])
    await stage.say(record, "dispute", {"reason": CANARIES["dispute"]})
    await supply.volunteer(services["resources"], person_id=str(person_id), skills=[CANARIES["skill"]])
    await carry(town.bench)
    return town


async def test_words_on_roads_of_complaints_and_crises_go_as_well(town):
    person = UUID(town.resident["person_id"])
    author, worker = stories.resident(town.needs, person), stories.worker(town.needs)
    handed = await roads.referred(town.needs, author, shared=CANARIES["statement"], reason=CANARIES["answer"])
    talked = await roads.applied(town.needs, author, application=CANARIES["dispute"])
    held = await roads.complained(author, statement=CANARIES["correction"])
    pressed = {"division": COMMUNITY, "note": CANARIES["skill"], "place": CANARIES["place"]}
    assert (await author.post("/v1/crisis-tickets", pressed)).status_code == 201
    planted = {CANARIES[name] for name in ("statement", "answer", "dispute", "correction", "skill", "place")}
    assert planted <= set(await town.where())
    await town.person.post("/v1/me/data/erasures")
    await carry(town.bench)
    assert (await town.receipts())["state"] == "completed"
    assert await town.where() == {}
    for thing, collection in ((handed, "referrals"), (talked, "mediations")):
        assert (await worker.get(f"/v1/{collection}/{thing['id']}")).status_code == 200
    street = town.needs.acting("street_officer", person=uuid7())
    assert (await street.get(f"/v1/complaints/{held['id']}")).json()["state"] == "submitted"
    (ticket,) = (await worker.get("/v1/crisis-tickets")).json()["items"]
    told = town.needs.acting("supervisor", person=uuid7())
    sealed = await told.post(f"/v1/crisis-tickets/{ticket['id']}/unseal", {"reason": "核实"})
    refused(sealed, 404, "NOT_FOUND")


async def test_what_was_planted_everywhere_is_nowhere_after_erasure(loud, caplog):
    caplog.set_level(logging.DEBUG)
    before = await loud.where()
    assert set(before) == set(CANARIES.values()) - set(IDENTITY.values()), "identities lie sealed, the rest in clear"
    assert any(tables != ["needs.needs"] for tables in before.values())
    export = (await loud.person.get("/v1/me/data/export")).text
    assert [word for word in CANARIES.values() if word not in export] == [CANARIES["external"]]
    [stored] = await loud.bench.services["gateway"].sql("select sha256 from stored_objects where doomed_at is null")

    answer = await loud.person.post("/v1/me/data/erasures")
    assert (answer.status_code, answer.json()["state"]) == (201, "open"), answer.text
    await carry(loud.bench)
    gateway = loud.bench.services["gateway"]
    await gateway.sweep()

    found = await loud.receipts()
    assert (found["state"], set(found["receipts"])) == ("completed", set(SERVICES))
    assert all(receipt["removed"] > 0 for name, receipt in found["receipts"].items() if name != "evaluation")
    assert await loud.where() == {}
    assert await gateway.sql(f"select 1 from files where person_id = '{loud.resident['person_id']}'") == []
    assert not await lying(gateway).has(stored.sha256)
    assert not [word for word in CANARIES.values() if word in caplog.text]
    exported = (await loud.person.get("/v1/me/data/export")).text
    assert not [word for word in CANARIES.values() if word in exported]


async def test_photographs_of_visits_to_them_go_as_well(town):
    gateway, visitor = town.bench.services["gateway"], stories.worker(town.needs)
    door = (await handing.handed_in(gateway, visitor, handing.picture()))["file_id"]
    version = (await surveying.form(town.needs))["form_version_id"]
    answers = {**surveying.ANSWERS, "door": door}
    about = {"resident_ids": [town.resident["id"]], "consent_version": "2026-01"}
    await surveying.recorded(visitor, answers=answers, form_version_id=version, **about)
    await carry(town.bench)
    assert (await gateway.acting("community_worker", person=uuid7()).get(f"/v1/files/{door}")).status_code == 200
    await town.person.post("/v1/me/data/erasures")
    await carry(town.bench)
    assert await town.needs.sql("select 1 from visit_files") == []
    assert await gateway.sql("select 1 from files") == []


async def test_an_erased_resident_is_a_pseudonym_nobody_finds_or_asks_for(loud):
    [need] = await loud.needs.sql("select id, cosigner_count from needs where cosigner_count = 1")
    staff = stories.worker(loud.needs)
    erased = await staff.post(f"/v1/residents/{loud.resident['id']}/erase", {"reason": "本人当面申请"}, if_match=3)
    assert erased.status_code == 200, erased.text
    await carry(loud.bench)
    read = (await staff.get(f"/v1/residents/{loud.resident['id']}")).json()
    assert (read["state"], read["identity"], read["target_groups"]) == ("erased", None, [])
    assert (await staff.post("/v1/residents/search", {"phone": CANARIES["phone"]})).json()["items"] == []
    asked = stories.statement(channel="visit", resident_id=loud.resident["id"])
    refused(await staff.post("/v1/needs", asked), 422, "INVALID_INPUT")
    refused(await staff.post(f"/v1/residents/{loud.resident['id']}/link-code"), 409, "ACTION_NOT_ALLOWED")
    again = await staff.post(f"/v1/residents/{loud.resident['id']}/erase", {"reason": "再次"}, if_match=4)
    refused(again, 409, "ACTION_NOT_ALLOWED")
    [own] = await loud.needs.sql("select statement, author_person_id from needs where resident_id is not null")
    assert "已按本人要求删除" in own.statement and str(own.author_person_id) == loud.resident["person_id"]
    [still] = await loud.needs.sql(f"select cosigner_count from needs where id = '{need.id}'")
    assert still.cosigner_count == 1, "a neighbour's need keeps its support"
    verbs = await loud.needs.sql("select verb from audit where subject like 'erasures/%' order by id")
    assert [row.verb for row in verbs] == ["request", "confirm", "confirm", "confirm", "complete"]
    me = await loud.bench.services["gateway"].sql("select 1 from residencies")
    assert me == []
    again = await stories.registered(loud.needs, identity=IDENTITY)
    assert again["person_id"] != loud.resident["person_id"]


async def test_a_service_that_is_down_is_waited_for(loud):
    path = f"/v1/residents/{loud.resident['id']}/erase"
    answer = await stories.worker(loud.needs).post(path, {"reason": "本人申请"}, if_match=3)
    event = json.loads((await loud.needs.sql("select body from event where type like '%person.erased%'"))[0].body)
    for name in ("resources", "evaluation", "gateway"):
        await loud.bench.services[name].hear(event["type"], event["data"], event_id=event["id"])
    await loud.needs.sql("delete from delivery where event_id = :event", event=event["id"])
    await carry(loud.bench)
    waiting = await loud.receipts()
    assert (waiting["state"], waiting["receipts"]["projects"], waiting["completed_at"]) == ("open", None, None)
    assert set(await loud.where()) == {CANARIES["dispute"]}
    for _ in range(2):
        await loud.bench.services["projects"].hear(event["type"], event["data"], event_id=event["id"])
    await carry(loud.bench)
    assert (await loud.receipts())["state"] == "completed"
    assert await loud.where() == {}
    assert answer.json()["state"] == "open"


async def test_whoever_is_in_no_register_is_forgotten_everywhere(bench):
    services = {name: await bench.open(name) for name in SERVICES}
    needs, gateway = services["needs"], services["gateway"]
    phone = gateway.acting("resident", COMMUNITY, person=uuid7())
    stranger = Town(bench, {"person_id": str(phone.caller.person_id)}, phone)
    await gateway.sql(
        "insert into accounts (id, division, label, created_at, version, event_seq, updated_at)"
        " values (:id, :division, 'x', now(), 1, 0, now())",
        id=phone.caller.subject,
        division=COMMUNITY,
    )
    allowed = await phone.post("/v1/me/subscriptions", {"template_id": "need_responded", "result": "accept"})
    assert allowed.status_code == 200, allowed.text
    file = await handing.handed_in(gateway, phone)
    asker = stories.resident(needs, stranger.resident["person_id"])
    await stories.submitted(asker, statement=CANARIES["statement"], place=CANARIES["place"], files=[file])
    await carry(bench)
    told = (await phone.get("/v1/me/data/export")).json()["services"]
    assert CANARIES["statement"] in json.dumps(told["needs"], ensure_ascii=False)
    assert (len(told["gateway"]["subscriptions.account_id"]), len(told["gateway"]["files.person_id"])) == (1, 1)
    answer = await phone.post("/v1/me/data/erasures")
    assert (answer.status_code, answer.json()["state"]) == (201, "open"), answer.text
    await carry(bench)
    assert (await stranger.receipts())["state"] == "completed"
    dump = await stranger.dump()
    assert not [table for table, rows in dump.items() if CANARIES["statement"] in rows or CANARIES["place"] in rows]
    assert (dump["gateway.subscriptions"], dump["gateway.files"]) == ("", "")


async def test_under_a_legal_hold_processing_stops_instead(town):
    street = town.needs.acting("street_officer", COMMUNITY, person=uuid7())
    path = f"/v1/residents/{town.resident['id']}"
    held = await street.post(f"{path}/hold", {"reason": "案件办理中"}, if_match=3)
    assert held.status_code == 200, held.text
    answer = (await town.person.post("/v1/me/data/erasures", {})).json()
    assert (answer["state"], answer["refused_reason"]) == ("refused", "案件办理中")
    assert await town.needs.announced("cn.wushe.needs.person.erased.v1") == []
    asked = stories.statement(channel="visit", resident_id=town.resident["id"])
    refused(await stories.worker(town.needs).post("/v1/needs", asked), 422, "CONSENT_MISSING")
    gateway = town.needs.sibling("gateway")
    contact = await gateway.get(f"/internal/contacts/{town.resident['person_id']}")
    assert contact.json()["phone"] is None
    assert (await street.post(f"{path}/release", if_match=5)).status_code == 200
    assert (await stories.worker(town.needs).post("/v1/needs", asked)).status_code == 201


async def test_only_the_words_of_the_erased_may_be_redacted(needs):
    await stories.submitted(stories.resident(needs))
    with pytest.raises(Exception, match="the statement of a need is final"):
        await needs.sql("update needs set statement = '（已按本人要求删除 · erased on request）'")


async def test_a_correction_is_settled_by_staff(town):
    staff = stories.worker(town.needs)
    [asked] = (await staff.get("/v1/corrections?state=open")).json()["items"]
    assert asked["text"] == CANARIES["correction"]
    settled = await staff.post(f"/v1/corrections/{asked['id']}/settle", {"answer": "已更正"}, if_match=1)
    assert settled.json()["state"] == "settled"
    assert (await staff.get(f"/v1/corrections/{asked['id']}")).json()["answer"] == "已更正"
