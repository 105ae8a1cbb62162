"""Short ways to the middle of a story: a known project, a verified provider, a held reservation, a due tranche."""

from typing import Any
from uuid import UUID

import httpx

from tests.harness import COMMUNITY, COUNTY, STREET, Actor, Service
from wushe.db import uuid7

PROJECTS = "cn.wushe.projects."
DESIGNED = PROJECTS + "project.designed.v1"
COMPLETED = PROJECTS + "project.completed.v1"
ACCEPTED = PROJECTS + "project.accepted.v1"
CANCELLED = PROJECTS + "project.cancelled.v1"
TERMINATED = PROJECTS + "project.terminated.v1"
START_REQUESTED = PROJECTS + "start.requested.v1"
START_WITHDRAWN = PROJECTS + "start.withdrawn.v1"
CONTRACT_SIGNED = PROJECTS + "contract.signed.v1"
ADVISED = "cn.wushe.evaluation.payout_advice.issued.v1"
ELSEWHERE = "350502002001"
"""Another street of the same county."""
ABROAD = "350503001001"
"""Another county of the same city."""
CITY = "350500000000"
USCC = "91999999MATY00019Y"
MORNING = {"starts_at": "2027-03-06T09:00:00+08:00", "ends_at": "2027-03-06T11:00:00+08:00"}
"""A Saturday."""
NOON = {"starts_at": "2027-03-06T11:00:00+08:00", "ends_at": "2027-03-06T13:00:00+08:00"}

AUTHOR, TEAMMATE, UNDERTAKER = uuid7(), uuid7(), uuid7()


def worker(service: Service, scope: str = COMMUNITY, **more: Any) -> Actor:
    return service.acting("community_worker", scope, **{"person": uuid7(), **more})


def officer(service: Service, role: str = "street_officer", scope: str = COUNTY, **more: Any) -> Actor:
    return service.acting(role, scope, **{"person": uuid7(), **more})


def good(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, code: str, status: int = 409) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def done(actor: Actor, collection: str, row: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    """One verb at the version last seen."""
    return good(await actor.post(f"/v1/{collection}/{row['id']}/{verb}", body, if_match=row["version"]))


async def designed(
    service: Service, *, budget_fen: int = 1_000_000, project_id: UUID | None = None, **more: Any
) -> str:
    """A project's design has been heard."""
    plan = {
        "project_id": str(project_id or uuid7()),
        "title": "银发食堂",
        "kind": "public_service",
        "division": COMMUNITY,
        "concern_ids": [],
        "author_person_id": str(AUTHOR),
        "writer_person_ids": [str(AUTHOR)],
        "team_person_ids": [str(TEAMMATE)],
        "undertaker_org_id": str(UNDERTAKER),
        "budget_fen": budget_fen,
        "goals": [],
        "planned": {"persons": 30, "sessions": 3},
        **more,
    }
    assert (await service.hear(DESIGNED, plan)).status_code == 204
    return plan["project_id"]


async def registered_provider(service: Service, **more: Any) -> dict[str, Any]:
    body = {
        "name": "海滨街道合成企业",
        "registration": "registered",
        "uscc": USCC,
        "kinds": ["facility", "goods"],
        "division": COMMUNITY,
        "synthetic": True,
        **more,
    }
    return good(await worker(service).post("/v1/providers", body), 201)


async def verified_provider(service: Service, **more: Any) -> dict[str, Any]:
    provider = await registered_provider(service, **more)
    return await done(officer(service), "providers", provider, "verify")


async def listed(
    service: Service, provider: dict[str, Any] | None = None, *, by: Actor | None = None, **more: Any
) -> dict[str, Any]:
    """A resource of a verified provider; a facility unless told otherwise."""
    provider = provider or await verified_provider(service)
    body = {
        "provider_id": provider["id"],
        "kind": "facility",
        "title": "活动室",
        "division": COMMUNITY,
        "side": "community",
        **more,
    }
    return good(await (by or worker(service)).post("/v1/resources", body), 201)


async def goods(service: Service, quantity: int, **more: Any) -> dict[str, Any]:
    return await listed(service, kind="goods", title="大米", quantity=quantity, unit="袋", **more)


async def volunteer(service: Service, **more: Any) -> dict[str, Any]:
    """A verified volunteer."""
    body = {
        "division": COMMUNITY,
        "skills": ["书法"],
        "availability": ["weekend"],
        "person_id": str(uuid7()),
        "synthetic": True,
        **more,
    }
    row = good(await worker(service).post("/v1/volunteers", body), 201)
    return await done(worker(service), "volunteers", row, "verify")


async def asked(service: Service, project_id: str | None = None, **more: Any) -> dict[str, Any]:
    """An open request; for a facility on Saturday morning unless told otherwise."""
    body = {
        "project_id": project_id or await designed(service),
        "kind": "facility",
        "title": "活动场地",
        "division": COMMUNITY,
        **MORNING,
        **more,
    }
    return good(await worker(service).post("/v1/resource-requests", body), 201)


async def asked_people(service: Service, project_id: str | None = None, **more: Any) -> dict[str, Any]:
    return await asked(service, project_id, **{"kind": "volunteer", "title": "书法老师", "skills": ["书法"], **more})


async def asked_goods(service: Service, quantity: int, project_id: str | None = None) -> dict[str, Any]:
    return await asked(service, project_id, kind="goods", title="大米", quantity=quantity, starts_at=None, ends_at=None)


def choice(request: dict[str, Any], candidate: dict[str, Any], quantity: int = 1) -> dict[str, Any]:
    key = "volunteer_id" if "availability" in candidate else "resource_id"
    return {"request_id": request["id"], key: candidate["id"], "quantity": quantity}


async def held(
    service: Service, request: dict[str, Any], candidate: dict[str, Any], quantity: int = 1
) -> dict[str, Any]:
    return good(await worker(service).post("/v1/reservations", choice(request, candidate, quantity)), 201)


async def confirmed(
    service: Service, request: dict[str, Any], candidate: dict[str, Any], quantity: int = 1
) -> dict[str, Any]:
    return await done(worker(service), "reservations", await held(service, request, candidate, quantity), "confirm")


async def funded(service: Service, project_id: str, amount_fen: int, *, received_fen: int | None = None) -> str:
    """A fund that received money and promised some of it to a project."""
    keeper = officer(service, "finance_officer")
    body = {"name": "社区公益基金", "source": "community_fund", "division": COMMUNITY}
    fund = good(await keeper.post("/v1/funds", body), 201)
    gift = {"fund_id": fund["id"], "amount_fen": received_fen or amount_fen, "purpose": "助老"}
    good(await keeper.post("/v1/donations", gift), 201)
    promise = {"project_id": project_id, "amount_fen": amount_fen}
    good(await keeper.post(f"/v1/funds/{fund['id']}/allocate", promise))
    return fund["id"]


def tranche(amount_fen: int, gate: str = "contract_signed", phase: str | None = None) -> dict[str, Any]:
    return {"tranche_id": str(uuid7()), "label": "首期款", "amount_fen": amount_fen, "gate": gate, "phase": phase}


async def contracted(service: Service, project_id: str, *tranches: dict[str, Any], payee: str) -> list[dict[str, Any]]:
    """A signed contract has been heard; its disbursements in the order of the tranches."""
    signed = {
        "contract_id": str(uuid7()),
        "project_id": project_id,
        "division": COMMUNITY,
        "payee_org_id": payee,
        "budget_fen": sum(each["amount_fen"] for each in tranches),
        "tranches": list(tranches),
    }
    assert (await service.hear(CONTRACT_SIGNED, signed)).status_code == 204
    return await disbursements(service, project_id)


async def disbursements(service: Service, project_id: str) -> list[dict[str, Any]]:
    reader = officer(service, "finance_officer")
    return good(await reader.get(f"/v1/disbursements?project_id={project_id}"))["items"][::-1]


async def advised(service: Service, project_id: str, kind: str = "pay", factor: str | None = "0.90", phase="after"):
    advice = {
        "project_id": project_id,
        "evaluation_id": str(uuid7()),
        "advice_id": str(uuid7()),
        "phase": phase,
        "kind": kind,
        "grade": "合格",
        "factor": factor,
        "reasons": [],
    }
    assert (await service.hear(ADVISED, advice)).status_code == 204


async def approved(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """Approved by two people."""
    row = await done(officer(service, "civil_affairs"), "disbursements", row, "approve")
    return await done(officer(service, "street_officer", STREET), "disbursements", row, "approve")
