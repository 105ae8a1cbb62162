"""One object of every kind in a known division, made the way their own tests make them."""

from typing import Any

import pytest

from services.evaluation.domain.scheme import DEFAULT, as_json
from tests.evaluation.conftest import ReadySigning
from tests.evaluation.steps import Stage as Evaluating
from tests.harness import COMMUNITY, COUNTY, STREET, Bench, Service
from tests.needs import crises as alarming
from tests.needs import stories as asking
from tests.needs import surveying, tables
from tests.needs import test_roads as roads
from tests.projects.stage import Stage, taken
from tests.projects.test_contracts import draft
from tests.projects.test_deliberations import record
from tests.resources import nearby as nextdoor
from tests.resources import stories as giving
from tests.resources.test_deliveries_api import handed, rice_for
from tests.resources.test_reservations_api import offered
from wushe import migrate
from wushe.db import uuid7

Objects = dict[str, str]
"""By the name an address gives the object: need_id, project_id, …"""

SOMEBODY = "0198f0c2-0000-7000-8000-000000000001"
# What a body needs beyond its types to be accepted.
VALID: dict[str, dict[str, Any]] = {
    "planSurvey": {"starts_on": "2026-12-01", "ends_on": "2026-12-20", "cells": [], "frame": [], "team": []},
    "replaceSurveyPlan": {"starts_on": "2026-12-01", "ends_on": "2026-12-20", "cells": [], "frame": [], "team": []},
    "checkInForVisit": {"resident_id": None, "place_id": None},
    "recordVisit": {
        "started_at": surveying.STARTED,
        "ended_at": surveying.ENDED,
        "visitor_person_id": SOMEBODY,
        "companion_person_ids": [],
        "resident_ids": [],
        "needs": [],
        "place_id": None,
    },
    "signUpForActivity": {"person_id": SOMEBODY},
    "withdrawFromActivity": {"person_id": SOMEBODY},
    "checkInAtActivity": {"person_id": SOMEBODY},
    "enterPlace": {"area_centi": None, "covers": []},
    "replacePlace": {"area_centi": None, "covers": []},
    "enterHousehold": {"place_id": None},
    "replaceHousehold": {"place_id": None},
    "mediateNeed": roads.DISPUTE,
    "submitComplaint": {"about": {"person_id": SOMEBODY}},
    "welcomeOffers": {"location": {"lon": 118.5, "lat": 24.9, "crs": "wgs84"}},
    "makeOffer": {"resource_id": None},
    "reserve": {"resource_id": None},
    "registerResident": {"age_band": "60-79"},
    "giveConsent": {"given_by": "self", "purpose": "general"},
    "correctResident": {"age_band": "60-79"},
    "searchResidents": {"phone": "13812345678"},
    "registerProvider": {"registration": "filed"},
    "issueCredential": {"blinded": "AAAA"},
    "createScheme": as_json(DEFAULT),
    "replaceScheme": as_json(DEFAULT),
}

# What is written once stays where it was written; nothing is found by the id of one of these.
WRITTEN_ONCE = {"ledger_entries", "ledger_transactions"}


async def needs(bench: Bench) -> Objects:
    service = await bench.open("needs")
    author = asking.resident(service)
    need = await asking.accepted(service, author)
    operation = await tables.sent(asking.worker(service), "needs", b'{"statement": "a"}', "a.ndjson")
    concern = await asking.confirmed(service, need["id"])
    known, project = await asking.registered(service), uuid7()
    await asking.hear_design(service, project, concern["id"])
    keeper = asking.worker(service)
    compound = {"division": COMMUNITY, "kind": "compound", "name": "幸福里小区"}
    found = {"need_id": need["id"], "concern_id": concern["id"], "resident_id": known["id"]}
    danger = await alarming.in_danger(service, author=asking.resident(service))
    found["ticket_id"], found["roster_id"] = danger["id"], (await alarming.shift(service, alarming.somebody()))["id"]
    found["operation_id"] = operation["id"]
    told = {"person_id": known["person_id"], "code": "need_respond", "reason": "no_number"}
    about = {"collection": "needs", "id": need["id"]}
    await service.hear("cn.wushe.gateway.person.unreached.v1", {**told, "about": about})
    (call,) = await service.sql("select id from person_calls")
    found["call_id"] = str(call.id)
    found |= await on_roads(service)
    found["order_id"] = await an_order(service)
    found["place_id"] = taken(await keeper.post("/v1/places", compound), 201)["id"]
    found["household_id"] = taken(await keeper.post("/v1/households", {"division": COMMUNITY}), 201)["id"]
    moved = {"from_codes": [asking.ELSEWHERE], "to_code": COMMUNITY, "reason": "撤并"}
    office = service.acting("civil_affairs", COUNTY)
    found["merge_id"] = taken(await office.post("/v1/division-merges", moved), 201)["id"]
    for _ in range(2):
        await asking.accepted(service, author)
    found["run_id"] = (await asking.clustered(service))["id"]
    found["proposal_id"] = (await asking.proposed(service))[0]["id"]
    found["model_id"] = taken(await office.post("/v1/triage-models/train", {"division": COUNTY}), 202)["id"]
    register = taken(await keeper.post("/v1/need-registers", {"division": COMMUNITY, "title": "需求清单"}), 201)
    shown = f"/v1/need-registers/{register['id']}"
    taken(await service.acting("committee", person=uuid7()).post(shown + "/publicise", if_match=1))
    objection = taken(await author.post(shown + "/objections", {"reason": "漏了一条"}), 201)
    found |= {"register_id": register["id"], "objection_id": objection["id"]}
    gone = await asking.registered(service)
    wrong = {"person_id": gone["person_id"], "text": "不对"}
    found["correction_id"] = taken(await service.sibling("gateway").post("/internal/corrections", wrong), 201)["id"]
    erased = await keeper.post(f"/v1/residents/{gone['id']}/erase", {"reason": "本人申请"}, if_match=1)
    found["erasure_id"] = taken(erased)["id"]
    sheet = await surveying.form(service)
    plan = await surveying.planned(service, form_version_id=sheet["form_version_id"])
    yes = {
        "resident_id": known["id"],
        "purpose": "general",
        "policy_version": "1",
        "channel": "paper",
        "given_by": "self",
    }
    found["consent_id"] = taken(await keeper.post("/v1/consents", yes), 201)["id"]
    seen = await surveying.recorded(keeper, follow_up={"task": "回访", "due_on": "2099-01-01"})
    found |= {"visit_id": seen["id"], "follow_up_id": seen["follow_up"]["id"]}
    may = {"proxy_person_id": gone["person_id"], "relation": "family", "consent_given": "spoken"}
    proxy = taken(await keeper.post(f"/v1/residents/{known['id']}/proxies", may), 201)
    found |= {"proxy_id": proxy["id"], "proxy_person_id": (await asking.registered(service))["person_id"]}
    found["outing_id"] = taken(await keeper.post("/v1/visits/check-in", surveying.going()), 201)["id"]
    return {**found, **sheet, "plan_id": plan["id"], "project_id": str(project)}


async def on_roads(service: Service) -> Objects:
    """A referral, a mediation and a complaint of somebody's."""
    referral = await roads.referred(service, asking.resident(service, SOMEBODY))
    mediation = await roads.applied(service)
    complaint = await roads.complained(asking.resident(service, SOMEBODY))
    return {"referral_id": referral["id"], "mediation_id": mediation["id"], "complaint_id": complaint["id"]}


async def projects(bench: Bench) -> Objects:
    service = await bench.open("projects")
    decided, stage = Stage(service), Stage(service)
    decision = taken(await record(decided, await decided.designed(kind="micro_renovation")), 201)
    project = await stage.implementing()
    contract = taken(await draft(stage, project, 1_000_000, 500_000), 201)
    activity = await stage.activity(project)
    (served,) = await stage.attend(activity, [uuid7()])
    return {
        "project_id": project["id"],
        "deliberation_id": decision["id"],
        "contract_id": contract["id"],
        "activity_id": activity["id"],
        "record_id": served["id"],
    }


async def resources(bench: Bench) -> Objects:
    service = await bench.open("resources")
    volunteer = await giving.volunteer(service)
    request = await giving.asked_people(service)
    offer = await offered(service, request, volunteer)
    rice, provider = await rice_for(service)
    delivery = giving.good(await giving.worker(service).post("/v1/deliveries", handed(rice)), 201)
    fund = await giving.funded(service, request["project_id"], 10)
    keeper = giving.officer(service, "finance_officer")
    (donation,) = giving.good(await keeper.get("/v1/donations"))["items"]
    (tranche,) = await giving.contracted(service, request["project_id"], giving.tranche(5), payee=provider)
    hired = {"division": COMMUNITY, "qualification": "assistant", "person_id": str(uuid7())}
    worker = giving.good(await giving.officer(service).post("/v1/social-workers", hired), 201)
    await nextdoor.willing(service)
    (asked,) = await nextdoor.put(service)
    return {
        "project_id": request["project_id"],
        "request_id": request["id"],
        "need_offer_id": asked["id"],
        "offer_id": offer["id"],
        "reservation_id": rice["id"],
        "resource_id": rice["resource_id"],
        "delivery_id": delivery["id"],
        "provider_id": provider,
        "volunteer_id": volunteer["id"],
        "worker_id": worker["id"],
        "fund_id": fund,
        "donation_id": donation["id"],
        "disbursement_id": tranche["id"],
    }


async def evaluation(bench: Bench) -> Objects:
    service = await bench.open("evaluation")
    stage = Evaluating(service)
    report = await stage.closed([])
    objection = {"evaluation_id": stage.evaluation_id, "reason": "人数不符"}
    appeal = taken(await stage.resident(stage.persons[0]).post("/v1/appeals", objection), 201)
    answer = {"outcome": "dismissed", "answer": "已核对签到表"}
    taken(await stage.officer.post(f"/v1/appeals/{appeal['id']}/resolve", answer, if_match=appeal["version"]))
    await service.advance(days=8)
    (advice,) = taken(await stage.committee.get("/v1/payout-advices"))["items"]
    return {
        "project_id": str(stage.project_id),
        "evaluation_id": stage.evaluation_id,
        "scheme_id": taken(await stage.committee.get("/v1/schemes"))["items"][0]["id"],
        "report_id": report["id"],
        "appeal_id": appeal["id"],
        "advice_id": advice["id"],
    }


async def gateway(bench: Bench) -> Objects:
    """A client, and a project whose chain is joined from all who know it."""
    stage, service = Stage(await bench.open("projects")), await bench.open("gateway")
    await stage.hear_concern()
    body = {"name": "机构系统", "grants": [{"role": "integration", "scope": COMMUNITY}]}
    made = taken(await service.acting("operator", COMMUNITY).post("/v1/clients", body), 201)
    wanted = {"division": COMMUNITY, "person_id": SOMEBODY, "kind": "sms", "template": "duty_call", "key": "k"}
    machine, hook = service.acting("integration", COMMUNITY, person=SOMEBODY), {"url": "https://8.8.8.8/wushe"}
    webhook = taken(await machine.post("/v1/webhooks", hook), 201)
    page = taken(await service.sibling("needs").post("/internal/pages", wanted), 201)
    return {
        "client_id": made["client_id"],
        "project_id": (await stage.draft())["id"],
        "webhook_id": webhook["id"],
        "page_id": page["id"],
    }


async def an_order(service: Service) -> str:
    """An order of the hotline, taken in from its list."""
    mine = asking.worker(service)
    await tables.imported(service, mine, "work-orders", tables.csv_of({"工单编号": "A", "诉求内容": "路灯坏了"}))
    return taken(await mine.get("/v1/work-orders"))["items"][0]["id"]


MAKERS = {"needs": needs, "projects": projects, "resources": resources, "evaluation": evaluation, "gateway": gateway}


async def made_in_the_street(bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Service, Objects]:
    """A service with one object of each kind, all of them the street's own and of none of its communities."""
    if name == "evaluation":
        monkeypatch.setattr((await bench.open(name)).app.state.office, "signing", ReadySigning())
    found = await MAKERS[name](bench)
    for service in bench.services.values():
        for table in scoped(service.name):
            await service.sql(f"update {table} set division = '{STREET}' where division in ('{COMMUNITY}', '{COUNTY}')")
    return bench.services[name], found


def scoped(name: str) -> list[str]:
    """The tables of a service whose rows belong to a division, apart from the books."""
    tables = migrate.metadata_of(name).tables.values()
    apart = {*migrate.KIT_TABLES, *WRITTEN_ONCE}
    return [table.name for table in tables if "division" in table.c and table.name not in apart]
