"""Short ways to the middle of a story: a resident, a need in some state, a confirmed concern, a project."""

from typing import Any
from uuid import UUID

from services.needs.jobs.proposals import run_clustering
from tests.harness import COMMUNITY, STREET, Actor, Service
from wushe.db import uuid7

ELSEWHERE = "350502002001"
CANTEEN = "我们小区七十岁以上的老人很多，中午做饭麻烦，希望办个老年食堂。"
TRIAGE = {"field": "elderly", "target_group": "elderly", "urgency": "normal", "theme": "elder_meal"}


def worker(needs: Service, scope: str = COMMUNITY) -> Actor:
    return needs.acting("community_worker", scope, person=uuid7())


def resident(needs: Service, person: UUID | str | None = None) -> Actor:
    return needs.acting("resident", person=person or uuid7())


async def registered(needs: Service, **more: Any) -> dict[str, Any]:
    body = {"division": COMMUNITY, "age_band": "60-79", "target_groups": ["elderly"], "synthetic": True, **more}
    answer = await worker(needs, body["division"]).post("/v1/residents", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def statement(**more: Any) -> dict[str, Any]:
    body = {
        "statement": CANTEEN,
        "division": COMMUNITY,
        "channel": "mini_program",
        "input": "typed",
        "consent_version": "2026-01",
    }
    return {**body, **more}


async def submitted(actor: Actor, **more: Any) -> dict[str, Any]:
    answer = await actor.post("/v1/needs", statement(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def done(actor: Actor, need: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
    """One verb on a need or concern, at the version last seen."""
    collection = "concerns" if "title" in need else "needs"
    answer = await actor.post(f"/v1/{collection}/{need['id']}/{verb}", body, if_match=need["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def triaged(needs: Service, author: Actor, **more: Any) -> dict[str, Any]:
    return await done(worker(needs), await submitted(author, **more), "triage", TRIAGE)


async def accepted(needs: Service, author: Actor, **more: Any) -> dict[str, Any]:
    return await done(worker(needs), await triaged(needs, author, **more), "accept")


async def responded(needs: Service, author: Actor, **more: Any) -> dict[str, Any]:
    return await done(worker(needs), await accepted(needs, author, **more), "respond", {"answer": "已安排送餐。"})


async def drafted(needs: Service, *need_ids: str, division: str = COMMUNITY) -> dict[str, Any]:
    body = {"title": "老年助餐", "division": division, "need_ids": list(need_ids)}
    answer = await worker(needs, STREET).post("/v1/concerns", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def confirmed(needs: Service, *need_ids: str) -> dict[str, Any]:
    return await done(worker(needs), await drafted(needs, *need_ids), "confirm")


async def clustered(needs: Service, division: str = COMMUNITY) -> dict[str, Any]:
    """A run over the street of a division, done by its job."""
    actor = worker(needs, division)
    answer = await actor.post("/v1/concerns/proposals/runs", {"division": division})
    assert answer.status_code == 202, answer.text
    await run_clustering(needs.database, answer.json()["id"])
    return (await actor.get(f"/v1/concerns/proposals/runs/{answer.json()['id']}")).json()


async def proposed(needs: Service, division: str = COMMUNITY) -> list[dict[str, Any]]:
    """What a worker may decide on there."""
    answer = await worker(needs, division).get(f"/v1/concerns/proposals?division={division}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def hear_project(needs: Service, verb: str, project_id: UUID, **more: Any) -> None:
    """A project announces itself; resources announces what is paid for it."""
    paid = verb == "paid"
    kind = "cn.wushe.resources.disbursement.paid.v1" if paid else f"cn.wushe.projects.project.{verb}.v1"
    answer = await needs.hear(kind, {"project_id": str(project_id), **more})
    assert answer.status_code == 204, answer.text


async def hear_design(needs: Service, project_id: UUID, *concern_ids: str) -> None:
    await hear_project(
        needs, "designed", project_id, title="幸福食堂", kind="public_service", concern_ids=list(concern_ids)
    )


async def read(actor: Actor, need: dict[str, Any]) -> dict[str, Any]:
    collection = "concerns" if "title" in need else "needs"
    answer = await actor.get(f"/v1/{collection}/{need['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def notices(needs: Service, code: str) -> list[dict[str, Any]]:
    found = await needs.announced("cn.wushe.needs.notice.issued.v1")
    return [event["data"] for event in found if event["data"]["code"] == code]


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem a request was refused with."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return problem
