"""Needs answered without a project over HTTP: referred, opened as a case, mediated; and complaints."""

import pytest

from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import (
    ELSEWHERE,
    accepted,
    done,
    notices,
    read,
    refused,
    registered,
    resident,
    submitted,
    triaged,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
AGENCY = uuid7()
TO = {"kind": "provider", "name": "安心社工服务中心", "division": COMMUNITY, "org_id": str(AGENCY)}
REFER = {"to": TO, "shared": "一位老人需要助餐", "reason": "不在社区职责内", "contract": "委托合同 2026-17"}
DISPUTE = {
    "kind": "property",
    "application": "电梯维修费由谁承担，居民、物业和业委会有争议",
    "parties": [
        {"role": "resident", "person_id": str(uuid7())},
        {"role": "property_company", "name": "幸福物业公司"},
        {"role": "owners_committee", "name": "幸福里业委会"},
    ],
}


async def did(actor, thing, verb, body=None, collection="referrals"):
    answer = await actor.post(f"/v1/{collection}/{thing['id']}/{verb}", body, if_match=thing["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def referred(needs, author, **more):
    need = await accepted(needs, author)
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/refer", {**REFER, **more}, if_match=need["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


def agency(needs, org=AGENCY):
    return needs.acting("org_manager", person=uuid7(), org=org)


# Referral


async def test_a_need_is_handed_over_and_comes_back_with_a_receipt(needs):
    person = uuid7()
    author = resident(needs, person)
    referral = await referred(needs, author)
    assert (referral["state"], referral["to_name"]) == ("sent", "安心社工服务中心")
    assert referral["due_at"] > referral["sent_at"]
    need = await read(worker(needs), {"id": referral["need_id"]})
    assert (need["state"], need["road"]) == ("referred", "refer")
    referral = await did(agency(needs), referral, "receive")
    referral = await did(agency(needs), referral, "accept")
    referral = await did(agency(needs), referral, "finish", {"result": "已安排每日送餐"})
    need = await read(author, need)
    assert (need["state"], need["answer"], need["road"]) == ("responded", "已安排每日送餐", None)
    refused(
        await resident(needs).post(f"/v1/referrals/{referral['id']}/confirm", if_match=referral["version"]),
        404,
        "NOT_FOUND",
    )
    confirmed = await did(author, referral, "confirm")
    assert (confirmed["state"], confirmed["receipt_number"]) == ("confirmed", referral["receipt_number"])
    assert confirmed["confirmed_at"]
    kinds = [event["type"].split(".")[-2] for event in await needs.announced() if event["public"]]
    assert kinds == ["submitted", "triaged", "accepted", "referred", "responded"]
    assert {told["person_id"] for told in await notices(needs, "need_refer")} == {str(person)}


async def test_what_is_declined_is_handled_here_again(needs):
    referral = await referred(needs, resident(needs))
    referral = await did(agency(needs), referral, "decline", {"reason": "不属于服务范围"})
    need = await read(worker(needs), {"id": referral["need_id"]})
    assert (referral["state"], need["state"], need["road"]) == ("declined", "accepted", None)
    again = await worker(needs).post(f"/v1/needs/{need['id']}/refer", REFER, if_match=need["version"])
    assert again.json()["id"] != referral["id"]


async def test_what_nobody_takes_by_its_day_comes_back_and_the_worker_is_told(needs):
    sender = uuid7()
    need = await accepted(needs, resident(needs))
    path = f"/v1/needs/{need['id']}/refer"
    staff = needs.acting("community_worker", person=sender)
    referral = (await staff.post(path, REFER, if_match=need["version"])).json()
    await needs.advance(days=6)
    assert (await read(worker(needs), need))["state"] == "referred"
    await needs.advance(days=2)
    found = (await worker(needs).get(f"/v1/referrals/{referral['id']}")).json()
    assert (found["state"], (await read(worker(needs), need))["state"]) == ("lapsed", "accepted")
    assert [told["person_id"] for told in await notices(needs, "referral_overdue")] == [str(sender)]


async def test_what_was_taken_on_and_is_late_is_flagged_once_and_stays_there(needs):
    referral = await did(agency(needs), await referred(needs, resident(needs)), "accept")
    await needs.advance(days=20)
    await needs.sweep()
    found = (await worker(needs).get(f"/v1/referrals/{referral['id']}")).json()
    assert found["state"] == "accepted" and found["overdue_at"]
    assert found["version"] == referral["version"] + 1


async def test_a_known_persons_matter_is_handed_over_with_their_separate_consent_or_under_a_contract(needs):
    known = await registered(needs)
    need = await accepted(needs, worker(needs), resident_id=known["id"], channel="visit")
    path, bare = f"/v1/needs/{need['id']}/refer", {**REFER, "contract": None}
    refused(await worker(needs).post(path, bare, if_match=need["version"]), 422, "SEPARATE_CONSENT_MISSING")
    yes = {
        "resident_id": known["id"],
        "purpose": "separate_provide",
        "policy_version": "2026-01",
        "given_by": "self",
        "channel": "visit",
    }
    given = await worker(needs).post("/v1/consents", yes)
    assert given.status_code == 201, given.text
    assert (await worker(needs).post(path, bare, if_match=need["version"])).status_code == 200


async def test_an_agency_sees_what_was_sent_to_it_and_people_their_own(needs):
    author = resident(needs)
    referral = await referred(needs, author)
    path = f"/v1/referrals/{referral['id']}"
    for stranger in (agency(needs, uuid7()), resident(needs), needs.acting("org_manager")):
        refused(await stranger.get(path), 404, "NOT_FOUND")
        assert (await stranger.get("/v1/referrals")).json()["items"] == []
    for known in (agency(needs), author, worker(needs)):
        assert [each["id"] for each in (await known.get("/v1/referrals")).json()["items"]] == [referral["id"]]
    refused(await worker(needs, ELSEWHERE).get(path), 404, "NOT_FOUND")


async def test_who_is_tied_to_nobody_sees_nothing_that_names_nobody(needs):
    walked = await accepted(needs, worker(needs), channel="outreach")
    elsewhere = {**REFER, "to": {**TO, "kind": "authority", "org_id": None}}
    path = f"/v1/referrals/{(await did(worker(needs), walked, 'refer', elsewhere, 'needs'))['id']}"
    for nobody in (needs.acting("resident"), needs.acting("guardian"), needs.acting("org_manager")):
        refused(await nobody.get(path), 404, "NOT_FOUND")
        assert (await nobody.get("/v1/referrals")).json()["items"] == []


REFERRAL_AFTER = {
    "sent": {"receive": "received", "accept": "accepted", "decline": "declined"},
    "received": {"accept": "accepted", "decline": "declined"},
    "accepted": {"finish": "resulted", "decline": "declined"},
    "declined": {},
    "resulted": {"confirm": "confirmed"},
}
TO_STATE = {"sent": [], "received": ["receive"], "accepted": ["accept"], "declined": ["decline"]}
TO_STATE["resulted"] = ["accept", "finish"]
BODIES = {"decline": {"reason": "不属于服务范围"}, "finish": {"result": "已安排"}}


@pytest.mark.parametrize("state", REFERRAL_AFTER)
@pytest.mark.parametrize("verb", ["receive", "accept", "decline", "finish", "confirm"])
async def test_every_step_of_a_referral_from_every_state(needs, state, verb):
    author = resident(needs)
    referral = await referred(needs, author)
    for step in TO_STATE[state]:
        referral = await did(agency(needs), referral, step, BODIES.get(step))
    actor = author if verb == "confirm" else agency(needs)
    answer = await actor.post(f"/v1/referrals/{referral['id']}/{verb}", BODIES.get(verb), if_match=referral["version"])
    if verb in REFERRAL_AFTER[state]:
        assert answer.json()["state"] == REFERRAL_AFTER[state][verb]
    else:
        refused(answer, 409, "ACTION_NOT_ALLOWED")


# One road at a time


async def test_a_case_is_asked_of_projects_by_ids_alone(needs):
    need = await accepted(needs, resident(needs))
    asked = await done(worker(needs), need, "case", {"reason": "需要长期陪伴"})
    assert (asked["state"], asked["road"]) == ("accepted", "case")
    (event,) = await needs.announced("cn.wushe.needs.case.requested.v1")
    assert event["public"] is False
    assert set(event["data"]) == {"need_id", "resident_id", "field", "target_group", "urgency"}
    for verb, body in (("case", {"reason": "再来"}), ("refer", REFER), ("mediate", DISPUTE)):
        answer = await worker(needs).post(f"/v1/needs/{need['id']}/{verb}", body, if_match=asked["version"])
        refused(answer, 409, "ROAD_TAKEN")


@pytest.mark.parametrize(("verb", "body"), [("case", {"reason": "陪伴"}), ("refer", REFER), ("mediate", DISPUTE)])
async def test_what_may_be_danger_takes_none_of_these_roads(needs, verb, body):
    need = await accepted(needs, resident(needs), statement="我真的不想活了")
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/{verb}", body, if_match=need["version"])
    refused(answer, 409, "NOT_WHILE_IN_DANGER")


@pytest.mark.parametrize(("verb", "body"), [("case", {"reason": "陪伴"}), ("mediate", DISPUTE)])
async def test_a_need_is_accepted_before_it_takes_a_road(needs, verb, body):
    need = await triaged(needs, resident(needs))
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/{verb}", body, if_match=need["version"])
    assert verb not in refused(answer, 409, "ACTION_NOT_ALLOWED")["allowed"]
    fresh = await submitted(resident(needs))
    answer = await worker(needs).post(f"/v1/needs/{fresh['id']}/refer", REFER, if_match=1)
    refused(answer, 409, "ACTION_NOT_ALLOWED")


# Mediation


async def applied(needs, author=None, **more):
    need = await accepted(needs, author or resident(needs))
    answer = await worker(needs).post(f"/v1/needs/{need['id']}/mediate", {**DISPUTE, **more}, if_match=need["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def mediates(needs, mediation, verb, body):
    return await did(worker(needs), mediation, verb, body, "mediations")


async def agreed_to(needs, mediation):
    for place in range(len(mediation["parties"])):
        mediation = await mediates(needs, mediation, "consent", {"party": place, "agrees": True})
    return mediation


async def test_a_dispute_with_property_company_and_owners_committee_is_mediated(needs):
    """Row 55: 物业+社工."""
    author = resident(needs)
    mediation = await applied(needs, author)
    assert [party["role"] for party in mediation["parties"]] == ["resident", "property_company", "owners_committee"]
    path = f"/v1/mediations/{mediation['id']}/hold"
    early = await worker(needs).post(path, {"note": "开始"}, if_match=mediation["version"])
    refused(early, 409, "ACTION_NOT_ALLOWED")
    mediation = await agreed_to(needs, mediation)
    assert mediation["state"] == "agreed_to"
    mediation = await mediates(needs, mediation, "hold", {"note": "三方到场，查看维修合同"})
    mediation = await mediates(needs, mediation, "settle", {"form": "written", "agreement": "费用由维修资金承担"})
    assert (mediation["state"], mediation["form"], len(mediation["sessions"])) == ("settled", "written", 1)
    assert mediation["confirmable_until"][:10] > mediation["settled_at"][:10]
    need = await read(author, {"id": mediation["need_id"]})
    assert (need["state"], need["answer"], need["road"]) == ("responded", "费用由维修资金承担", None)
    (entry,) = (await worker(needs).get("/v1/mediations?kind=property")).json()["items"]
    assert entry["register_number"] == mediation["register_number"]


async def test_one_refusal_ends_it_before_or_during_the_talks(needs):
    for first in (False, True):
        mediation = await applied(needs)
        if first:
            mediation = await agreed_to(needs, mediation)
        mediation = await mediates(needs, mediation, "consent", {"party": 1, "agrees": False})
        assert mediation["state"] == "refused"
        need = await read(worker(needs), {"id": mediation["need_id"]})
        assert (need["state"], need["road"]) == ("accepted", None)


async def test_a_family_dispute_is_given_investigation_talks_and_counselling(needs):
    """Row 86: 家事纠纷."""
    family = [{"role": "resident", "person_id": str(uuid7())}, {"role": "family_member", "person_id": str(uuid7())}]
    services = ["investigation", "mediation", "counselling"]
    mediation = await applied(needs, kind="family", application="赡养问题", parties=family, services=services)
    assert (mediation["kind"], mediation["services"]) == ("family", services)
    mediation = await agreed_to(needs, mediation)
    mediation = await mediates(needs, mediation, "hold", {"note": "心理疏导一次，双方愿意再谈"})
    mediation = await mediates(needs, mediation, "fail", {"reason": "未能达成一致，已告知可以起诉"})
    need = await read(worker(needs), {"id": mediation["need_id"]})
    assert (mediation["state"], need["state"], need["road"]) == ("failed", "accepted", None)


async def test_what_a_mediation_may_not_be(needs):
    need = await accepted(needs, resident(needs))
    path = f"/v1/needs/{need['id']}/mediate"
    one = {**DISPUTE, "parties": DISPUTE["parties"][:1]}
    refused(await worker(needs).post(path, one, if_match=need["version"]), 422, "PARTIES_TOO_FEW")
    mediation = await applied(needs)
    for verb, body in (
        ("consent", {"party": 7, "agrees": True}),
        ("settle", {"form": "oral", "agreement": "好"}),
        ("fail", {"reason": "不谈了"}),
    ):
        answer = await worker(needs).post(f"/v1/mediations/{mediation['id']}/{verb}", body, if_match=1)
        refused(answer, *((404, "NOT_FOUND") if verb == "consent" else (409, "ACTION_NOT_ALLOWED")))


# Complaints

ACCUSED = uuid7()
COMPLAINT = {"division": COMMUNITY, "statement": "护理员三次没有上门", "about": {"org_id": str(AGENCY)}}


async def complained(actor, **more):
    answer = await actor.post("/v1/complaints", {**COMPLAINT, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def office(needs, **more):
    return needs.acting("street_officer", STREET, person=more.pop("person", uuid7()), **more)


async def test_a_complaint_goes_to_the_street_and_is_hidden_from_whom_it_is_about(needs):
    author = resident(needs)
    complaint = await complained(author)
    path = f"/v1/complaints/{complaint['id']}"
    assert (await office(needs).get(path)).json()["statement"] == COMPLAINT["statement"]
    assert len((await author.get("/v1/complaints")).json()["items"]) == 1
    for hidden in (office(needs, org=AGENCY), resident(needs)):
        refused(await hidden.get(path), 404, "NOT_FOUND")
        assert (await hidden.get("/v1/complaints")).json()["items"] == []
    for role in ("community_worker", "committee", "social_worker", "org_manager", "grid_worker", "auditor"):
        refused(await needs.acting(role, person=uuid7()).get("/v1/complaints"), 403, "ROLE_NOT_ALLOWED")
    personal = await complained(author, about={"person_id": str(ACCUSED)})
    refused(await office(needs, person=ACCUSED).get(f"/v1/complaints/{personal['id']}"), 404, "NOT_FOUND")
    answer = await office(needs, person=ACCUSED).post(f"/v1/complaints/{personal['id']}/accept", if_match=1)
    refused(answer, 404, "NOT_FOUND")


async def test_a_complaint_is_in_no_list_search_or_count_of_needs(needs):
    author = resident(needs)
    complaint = await complained(author)
    assert (await worker(needs).get("/v1/needs")).json()["items"] == []
    similar = {"statement": COMPLAINT["statement"], "division": COMMUNITY}
    assert (await worker(needs).post("/v1/needs/similar", similar)).json()["items"] == []
    found = await worker(needs).get(f"/v1/concerns/proposals?division={COMMUNITY}")
    assert COMPLAINT["statement"] not in found.text
    refused(await worker(needs).get(f"/v1/needs/{complaint['id']}"), 404, "NOT_FOUND")
    assert [event for event in await needs.announced() if event["public"]] == []


async def test_only_the_complainant_or_the_street_with_a_reason_ends_it(needs):
    author = resident(needs)
    complaint = await complained(author)
    complaint = await did(office(needs), complaint, "accept", collection="complaints")
    complaint = await did(office(needs), complaint, "respond", {"answer": "已核实"}, "complaints")
    await needs.advance(days=400)
    assert (await author.get(f"/v1/complaints/{complaint['id']}")).json()["state"] == "answered"
    complaint = await did(author, complaint, "outcome", {"outcome": "not"}, "complaints")
    assert (complaint["state"], complaint["closed_at"]) == ("handling", None)
    complaint = await did(office(needs), complaint, "respond", {"answer": "已更换人员"}, "complaints")
    refused(
        await office(needs).post(f"/v1/complaints/{complaint['id']}/close", {}, if_match=complaint["version"]),
        422,
        "INVALID_INPUT",
    )
    closed = await did(office(needs), complaint, "close", {"reason": "机构已整改并回访"}, "complaints")
    assert (closed["state"], closed["close_reason"]) == ("closed", "机构已整改并回访")
    assert len(await notices(needs, "complaint_moved")) == 4


async def test_a_complaint_names_one_subject_and_may_be_taken_back(needs):
    author = resident(needs)
    for about in ({}, {"person_id": str(uuid7()), "org_id": str(uuid7())}):
        refused(await author.post("/v1/complaints", {**COMPLAINT, "about": about}), 422, "INVALID_INPUT")
    complaint = await complained(author)
    early = await office(needs).post(f"/v1/complaints/{complaint['id']}/close", {"reason": "无"}, if_match=1)
    refused(early, 409, "ACTION_NOT_ALLOWED")
    assert (await did(author, complaint, "withdraw", collection="complaints"))["state"] == "withdrawn"


async def test_danger_in_a_complaint_is_answered_at_once_and_paged_past_the_community(needs):
    complaint = await complained(resident(needs), statement="护工打我妈，不敢说出去")
    assert complaint["help_lines"]
    (ticket,) = (await needs.acting("supervisor").get("/v1/crisis-tickets")).json()["items"]
    assert (ticket["tier"], ticket["subject"], ticket["state"]) == (2, None, "open")
    assert complaint["statement"] not in (await worker(needs).get(f"/v1/crisis-tickets/{ticket['id']}")).text


async def test_a_county_sets_its_own_days(needs):
    change = {"division": COUNTY, "value": 2, "source": "区民政局通知"}
    rule = "/v1/rules/needs/referral_days"
    assert (await needs.acting("civil_affairs", COUNTY).put(rule, change, if_match=1)).status_code == 200
    referral = await referred(needs, resident(needs))
    await needs.advance(days=3)
    assert (await worker(needs).get(f"/v1/referrals/{referral['id']}")).json()["state"] == "lapsed"
