"""Somebody asks for somebody else: confirmed by a worker, marked, seen no further than what was asked, and ended."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from services.needs.domain.authorship import Asked
from services.needs.domain.codes import AgeBand
from services.needs.domain.proxies import may_see, require_fit
from tests.harness import COMMUNITY
from tests.needs.stories import (
    ELSEWHERE,
    TRIAGE,
    done,
    notices,
    refused,
    registered,
    resident,
    statement,
    submitted,
    worker,
)
from wushe.db import uuid7
from wushe.errors import InvalidInput

pytestmark = pytest.mark.asyncio(loop_scope="session")
AGREED = {"relation": "family", "consent_given": "spoken"}


async def confirmed(needs, parent, child, by=None, **more):
    body = {"proxy_person_id": child["person_id"], **AGREED, **more}
    answer = await (by or worker(needs)).post(f"/v1/residents/{parent['id']}/proxies", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def family(needs, **more):
    """A parent, a child who lives elsewhere, the child's telephone, and what the worker confirmed."""
    parent, child = await registered(needs, **more), await registered(needs, division=ELSEWHERE)
    phone = needs.acting("resident", ELSEWHERE, person=child["person_id"])
    return parent, phone, await confirmed(needs, parent, child)


async def asked(phone, parent, **more):
    return await submitted(phone, resident_id=parent["id"], **more)


async def ended(actor, proxy, **body):
    return await actor.post(f"/v1/proxies/{proxy['id']}/end", body, if_match=proxy["version"])


async def followed(phone, proxy):
    answer = await phone.get(f"/v1/proxies/{proxy['id']}/needs")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


# --- Confirming --------------------------------------------------------------


async def test_a_worker_confirms_with_relation_and_consent_and_both_are_told(needs):
    parent, child, staff = await registered(needs), await registered(needs, division=ELSEWHERE), worker(needs)
    proxy = await confirmed(needs, parent, child, by=staff)
    facts = {name: proxy[name] for name in ("state", "relation", "consent_given", "confirmed_by", "person_id")}
    assert facts == {
        "state": "active",
        "relation": "family",
        "consent_given": "spoken",
        "confirmed_by": str(staff.caller.person_id),
        "person_id": parent["person_id"],
    }
    told = {each["person_id"] for each in await notices(needs, "proxy_confirmed")}
    assert told == {parent["person_id"], child["person_id"]}
    [trail] = await needs.sql("select verb from audit where subject = :it", it=f"proxies/{proxy['id']}")
    assert trail.verb == "confirm"


async def test_who_cannot_be_a_proxy(needs):
    parent, staff = await registered(needs), worker(needs)
    for person, code in ((str(uuid7()), "UNKNOWN"), (parent["person_id"], "ONESELF")):
        answer = await staff.post(f"/v1/residents/{parent['id']}/proxies", {"proxy_person_id": person, **AGREED})
        assert [each["code"] for each in refused(answer, 422, "INVALID_INPUT")["errors"]] == [code]
    child = await registered(needs)
    await confirmed(needs, parent, child)
    body = {"proxy_person_id": child["person_id"], **AGREED}
    refused(await staff.post(f"/v1/residents/{parent['id']}/proxies", body), 409, "PROXY_KNOWN")
    refused(await worker(needs, ELSEWHERE).post(f"/v1/residents/{parent['id']}/proxies", body), 404, "NOT_FOUND")
    for relation in ("worker", "agency", "volunteer"):
        answer = await staff.post(f"/v1/residents/{parent['id']}/proxies", {**body, "relation": relation})
        refused(answer, 422, "INVALID_INPUT")
    refused(await resident(needs).post(f"/v1/residents/{parent['id']}/proxies", body), 403, "ROLE_NOT_ALLOWED")


async def test_for_a_child_under_14_only_the_registered_guardian(needs):
    mother, aunt = await registered(needs), await registered(needs)
    small = await registered(needs, age_band="0-13", guardian_person_id=mother["person_id"], target_groups=["child"])
    body = {"proxy_person_id": aunt["person_id"], **AGREED}
    answer = await worker(needs).post(f"/v1/residents/{small['id']}/proxies", body)
    assert [each["code"] for each in refused(answer, 422, "INVALID_INPUT")["errors"]] == ["NOT_GUARDIAN"]
    proxy = await confirmed(needs, small, mother, relation="guardian")
    phone = resident(needs, mother["person_id"])
    need = await asked(phone, small)
    assert (need["proxy_relation"], need["author_person_id"]) == ("guardian", small["person_id"])
    assert [each["id"] for each in await followed(phone, proxy)] == [need["id"]]


async def test_two_workers_who_confirm_the_same_at_once_confirm_it_once(committed):
    real = committed.open("needs")
    parent, child = await registered(real), await registered(real)
    body = {"proxy_person_id": child["person_id"], **AGREED}
    path = f"/v1/residents/{parent['id']}/proxies"
    answers = await asyncio.gather(*(worker(real).post(path, body) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}


# --- Asking ------------------------------------------------------------------


async def test_what_a_proxy_asks_is_the_persons_own_and_marked(needs):
    parent, phone, _ = await family(needs)
    need = await asked(phone, parent, proxy_relation="neighbour")
    facts = [need[name] for name in ("proxy", "proxy_relation", "resident_id", "author_person_id", "division")]
    assert facts == [True, "family", parent["id"], parent["person_id"], COMMUNITY]
    assert need["reporter_person_id"] == str(phone.caller.person_id)
    mine = resident(needs, parent["person_id"])
    assert [each["id"] for each in (await mine.get("/v1/needs")).json()["items"]] == [need["id"]]
    refused(await phone.post(f"/v1/needs/{need['id']}/withdraw", if_match=1), 404, "NOT_FOUND")


async def test_nobody_asks_for_whom_they_may_not(needs):
    parent, phone, proxy = await family(needs)
    stranger = resident(needs, (await registered(needs))["person_id"])
    for actor, named in ((stranger, parent["id"]), (stranger, str(uuid7())), (resident(needs), parent["id"])):
        problem = refused(await actor.post("/v1/needs", statement(resident_id=named)), 422, "INVALID_INPUT")
        assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [("/resident_id", "NOT_ALLOWED")]
    own = await phone.post("/v1/needs", statement(division=ELSEWHERE, resident_id=None))
    assert own.json()["proxy"] is False
    elsewhere = await phone.post("/v1/needs", statement(resident_id=parent["id"], division="350503001001"))
    refused(elsewhere, 403, "OUT_OF_SCOPE")
    assert (await ended(phone, proxy)).status_code == 200
    refused(await phone.post("/v1/needs", statement(resident_id=parent["id"])), 403, "OUT_OF_SCOPE")


async def test_the_other_way_round_it_is_not_granted(needs):
    parent, phone, _ = await family(needs)
    child = (await worker(needs, ELSEWHERE).get("/v1/residents")).json()["items"][0]
    mine = resident(needs, parent["person_id"])
    refused(await mine.post("/v1/needs", statement(resident_id=child["id"])), 422, "INVALID_INPUT")
    assert phone.caller.person_id is not None


async def test_without_a_network_it_is_the_same(needs):
    parent, phone, proxy = await family(needs)
    own = {"client_id": "b", "kind": "need", "at": "2026-11-20T08:00:00+08:00", "need": statement(division=ELSEWHERE)}
    theirs = {**own, "client_id": "a", "need": statement(resident_id=parent["id"])}
    receipts = (await phone.post("/v1/needs/batches", {"items": [theirs, own]})).json()["items"]
    assert [each["state"] for each in receipts] == ["applied", "applied"]
    assert [each["id"] for each in await followed(phone, proxy)] == [receipts[0]["object_id"]]


async def test_consent_the_person_withdrew_binds_the_proxy(needs):
    parent, phone, _ = await family(needs)
    mine = resident(needs, parent["person_id"])
    said = {"purpose": "general", "policy_version": "2026-01", "channel": "mini_program"}
    consent = (await mine.post("/v1/consents", said)).json()
    answer = await mine.post(f"/v1/consents/{consent['id']}/withdraw", {}, if_match=consent["version"])
    assert answer.status_code == 200, answer.text
    refused(await phone.post("/v1/needs", statement(resident_id=parent["id"])), 422, "CONSENT_MISSING")
    danger = await asked(phone, parent, statement="我妈说她不想活了")
    assert danger["help_lines"]


# --- Seeing ------------------------------------------------------------------


async def test_a_proxy_sees_how_their_own_words_fare_and_nothing_else_of_the_person(needs):
    parent, phone, proxy = await family(needs)
    need = await asked(phone, parent)
    await submitted(resident(needs, parent["person_id"]), statement="我自己的事，别告诉孩子")
    await submitted(worker(needs), resident_id=parent["id"], channel="visit")
    filed = await done(worker(needs), need, "triage", TRIAGE)
    await done(worker(needs), filed, "respond", {"answer": "已安排送餐。"})
    [seen] = await followed(phone, proxy)
    assert (seen["id"], seen["state"], seen["answer"]) == (need["id"], "responded", "已安排送餐。")
    assert not {"resident_id", "author_person_id", "place", "lon", "visit_id"} & set(seen)
    assert str(phone.caller.person_id) in {each["person_id"] for each in await notices(needs, "need_respond")}
    for path in (f"/v1/residents/{parent['id']}", f"/v1/visits?resident_id={parent['id']}"):
        refused(await phone.get(path), 403, "ROLE_NOT_ALLOWED")
    shown = (await phone.get("/v1/needs")).json()["items"]
    assert shown == []
    for other in (resident(needs, parent["person_id"]), resident(needs)):
        refused(await other.get(f"/v1/proxies/{proxy['id']}/needs"), 404, "NOT_FOUND")


async def test_danger_and_quiet_matters_are_not_the_familys(needs):
    parent, phone, proxy = await family(needs)
    danger = await asked(phone, parent, statement="我妈说她不想活了")
    quiet = await asked(phone, parent, statement="家里的事说不出口")
    await done(worker(needs), quiet, "triage", {**TRIAGE, "theme": "women_dv"})
    assert await followed(phone, proxy) == []
    refused(await phone.get(f"/v1/needs/{danger['id']}"), 404, "NOT_FOUND")
    assert await notices(needs, "need_triage") == []


async def test_only_those_in_it_and_their_workers_know_of_it(needs):
    parent, phone, proxy = await family(needs)
    mine, staff = resident(needs, parent["person_id"]), worker(needs)
    for actor in (phone, mine, staff, needs.acting("social_worker", person=uuid7())):
        assert [each["id"] for each in (await actor.get("/v1/proxies")).json()["items"]] == [proxy["id"]]
        assert (await actor.get(f"/v1/proxies/{proxy['id']}")).status_code == 200
    for actor in (resident(needs), worker(needs, ELSEWHERE), needs.acting("resident")):
        assert (await actor.get("/v1/proxies")).json()["items"] == []
        refused(await actor.get(f"/v1/proxies/{proxy['id']}"), 404, "NOT_FOUND")
    narrowed = await staff.get(f"/v1/proxies?resident_id={uuid7()}&state=active")
    assert narrowed.json()["items"] == []


# --- Ending ------------------------------------------------------------------


@pytest.mark.parametrize("who", ["parent", "child", "worker"])
async def test_anybody_in_it_ends_it_and_the_other_is_told(needs, who):
    parent, phone, proxy = await family(needs)
    need = await asked(phone, parent)
    actor = {"parent": resident(needs, parent["person_id"]), "child": phone, "worker": worker(needs)}[who]
    answer = await ended(actor, proxy, **({"reason": "本人要求"} if who == "worker" else {}))
    assert (answer.status_code, answer.json()["state"]) == (200, "ended"), answer.text
    told = {each["person_id"] for each in await notices(needs, "proxy_ended")}
    assert told == {parent["person_id"], str(phone.caller.person_id)} - {str(actor.caller.person_id)}
    refused(await phone.get(f"/v1/proxies/{proxy['id']}/needs"), 404, "NOT_FOUND")
    await done(worker(needs), need, "triage", TRIAGE)  # whoever asked hears no more of it
    heard = {each["person_id"] for each in await notices(needs, "need_triage")}
    assert heard == {parent["person_id"]}
    refused(await ended(actor, answer.json()), 409, "ACTION_NOT_ALLOWED")
    again = await confirmed(needs, parent, {"person_id": str(phone.caller.person_id)})
    assert again["id"] != proxy["id"]


async def test_nobody_else_ends_it(needs):
    _, _, proxy = await family(needs)
    for actor in (resident(needs), worker(needs, ELSEWHERE)):
        refused(await ended(actor, proxy), 404, "NOT_FOUND")
    refused(await ended(needs.acting("social_worker", person=uuid7()), proxy), 403, "ROLE_NOT_ALLOWED")


async def test_the_forgotten_have_no_proxies_and_are_none(needs):
    parent, phone, proxy = await family(needs)
    other = await registered(needs)
    second = await confirmed(needs, other, {"person_id": parent["person_id"]})
    gateway = needs.sibling("gateway", COMMUNITY)
    told = (await gateway.get(f"/internal/persons/{parent['person_id']}/data")).json()["held"]
    assert [len(told[f"proxies.{side}"]) for side in ("person_id", "proxy_person_id")] == [1, 1]
    answer = await gateway.post("/internal/erasures", {"person_id": parent["person_id"]})
    assert answer.status_code == 201, answer.text
    left = await needs.sql("select id, state from proxies where ended_at is not null")
    assert {(str(row.id), row.state) for row in left} == {(proxy["id"], "ended"), (second["id"], "ended")}
    refused(await phone.post("/v1/needs", statement(resident_id=parent["id"])), 403, "OUT_OF_SCOPE")


# --- The rules ---------------------------------------------------------------


async def test_the_rules_by_themselves():
    person, proxy, other = uuid7(), uuid7(), uuid7()
    grown = Asked(uuid7(), person, AgeBand.FROM_80, None)
    require_fit(grown, proxy=proxy, is_known=True)
    child = replace(grown, age_band=AgeBand.UNDER_14, guardian_person_id=proxy)
    require_fit(child, proxy=proxy, is_known=True)
    for asked_for, who, known in ((grown, person, True), (grown, proxy, False), (child, other, True)):
        with pytest.raises(InvalidInput):
            require_fit(asked_for, proxy=who, is_known=known)
    seen = [may_see(role="resident", person_id=who, person=person, proxy=proxy) for who in (person, proxy, other, None)]
    assert seen == [True, True, False, False]
    assert may_see(role="community_worker", person_id=other, person=person, proxy=proxy)
