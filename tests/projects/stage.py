"""A project's people, and the way to any state of it through the public interface."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.projects.domain.days import local_day
from tests.harness import COMMUNITY, COUNTY, STREET, Actor, Service
from wushe import clock
from wushe.db import uuid7

GRADE = {"phase": "after", "grade": "excellent", "factor": "1.00"}
HASH = "ab" * 32


def minutes_from(moment: datetime, minutes: int) -> str:
    return (moment + timedelta(minutes=minutes)).isoformat()


@dataclass
class Stage:
    """Everyone who takes part; each is one person of one organisation."""

    service: Service
    author: UUID = field(default_factory=uuid7)
    member: UUID = field(default_factory=uuid7)
    officer: UUID = field(default_factory=uuid7)
    agency: UUID = field(default_factory=uuid7)
    payee: UUID = field(default_factory=uuid7)
    concern: UUID = field(default_factory=uuid7)

    def acting(
        self, role: str, scope: str = COMMUNITY, *, person: UUID | None = None, org: UUID | None = None
    ) -> Actor:
        return self.service.acting(role, scope, person=person or uuid7(), org=org)

    @property
    def worker(self) -> Actor:
        """The social worker who writes the plan."""
        return self.acting("social_worker", person=self.author, org=self.agency)

    @property
    def street(self) -> Actor:
        return self.acting("street_officer", STREET, person=self.officer)

    @property
    def committee(self) -> Actor:
        return self.acting("committee")

    @property
    def supervisor(self) -> Actor:
        return self.acting("supervisor", COUNTY)

    @property
    def county(self) -> Actor:
        return self.acting("civil_affairs", COUNTY)

    def plan(self, **changes: Any) -> dict[str, Any]:
        goal = {
            "indicator": "服务人数",
            "unit": "人",
            "baseline": 0,
            "target": 30,
            "due_date": "2030-12-31",
            "source": "服务记录",
            "dimension": "output",
        }
        plan = {
            "target_groups": ["elderly"],
            "goals": [goal, goal | {"indicator": "孤独感得分", "unit": "分", "baseline": 6.5, "dimension": "outcome"}],
            "budget_fen": 3_000_000,
            "budget": [
                {"label": "人员", "amount_fen": 2_000_000, "fund_source": "gov_purchase"},
                {"label": "物料", "amount_fen": 1_000_000, "fund_source": "community_fund"},
            ],
            "team": [
                {"person_id": str(self.member), "party": "social_worker", "role": "项目负责人", "responsible": True},
            ],
            "undertaker_org_id": str(self.agency),
            "planned": {"persons": 30, "sessions": 3},
        }
        return plan | changes

    async def hear_concern(self, division: str = COMMUNITY) -> None:
        await self.service.hear(
            "cn.wushe.needs.concern.confirmed.v1",
            {"concern_id": str(self.concern), "title": "独居老人孤独", "need_count": 5, "person_count": 5},
            division=division,
        )

    async def retire_concern(self, division: str = COMMUNITY) -> None:
        data = {"concern_id": str(self.concern)}
        await self.service.hear("cn.wushe.needs.concern.retired.v1", data, division=division)

    async def draft(self, kind: str = "public_service", **changes: Any) -> dict[str, Any]:
        body = {
            "title": "邻里陪伴计划",
            "kind": kind,
            "division": COMMUNITY,
            "summary": "为独居老人提供每周陪伴。",
            "concern_ids": [str(self.concern)],
        }
        return taken(await self.worker.post("/v1/projects", body | changes), 201)

    async def verb(self, actor: Actor, project: dict[str, Any], verb: str, body: Any = None) -> dict[str, Any]:
        path = f"/v1/projects/{project['id']}/{verb}"
        return taken(await actor.post(path, body, if_match=project["version"]))

    async def read(self, project: dict[str, Any]) -> dict[str, Any]:
        return taken(await self.worker.get(f"/v1/projects/{project['id']}"))

    async def designed(self, kind: str = "public_service", **changes: Any) -> dict[str, Any]:
        await self.hear_concern()
        return await self.verb(self.worker, await self.draft(kind), "design", self.plan(**changes))

    async def freeze(self, project: dict[str, Any]) -> None:
        await self.service.hear(
            "cn.wushe.evaluation.scheme.frozen.v1",
            {"project_id": project["id"], "scheme_id": str(uuid7()), "scheme_hash": HASH},
        )

    async def reviewed(self, **changes: Any) -> dict[str, Any]:
        project = await self.verb(self.worker, await self.designed(**changes), "submit")
        return await self.verb(self.supervisor, project, "review", {"opinion": "目标清楚，方法得当。"})

    async def approved(self, **changes: Any) -> dict[str, Any]:
        project = await self.reviewed(**changes)
        await self.freeze(project)
        return await self.verb(self.street, project, "approve")

    async def publicised(self, **changes: Any) -> dict[str, Any]:
        project = await self.verb(self.committee, await self.approved(**changes), "publicise")
        await self.service.advance(days=8)
        return project

    async def resourcing(self) -> tuple[dict[str, Any], str]:
        """A project whose start waits for its reservations, and the attempt's id."""
        project = await self.verb(self.worker, await self.publicised(), "start")
        asked = await self.service.announced("cn.wushe.projects.start.requested.v1")
        return project, asked[-1]["data"]["saga_id"]

    async def answer(self, project: dict[str, Any], saga: str, answer: str = "reserved", **more: Any) -> Any:
        data = {"project_id": project["id"], "saga_id": saga} | more.pop("data", {})
        return await self.service.hear(f"cn.wushe.resources.start.{answer}.v1", data, **more)

    async def implementing(self) -> dict[str, Any]:
        """A project whose work began a day ago, so that what was held two hours ago is part of it."""
        project, saga = await self.resourcing()
        await self.answer(project, saga)
        await self.service.advance(days=1)
        return await self.read(project)

    @property
    def now(self) -> datetime:
        """The business time of the test."""
        return clock.now() + timedelta(seconds=self.service.offset)

    @property
    def today(self) -> str:
        """The residents' day."""
        return local_day(self.now).isoformat()

    async def activity(self, project: dict[str, Any], *, starts: int = -120, ends: int = -60, **changes: Any) -> Any:
        """An activity, by default held within the last two hours."""
        body = {
            "project_id": project["id"],
            "title": "茶话会",
            "method": "group",
            "starts_at": minutes_from(self.now, starts),
            "ends_at": minutes_from(self.now, ends),
            "capacity": 30,
            "place": "社区活动室",
        }
        return taken(await self.worker.post("/v1/activities", body | changes), 201)

    async def attend(self, activity: dict[str, Any], persons: list[UUID], minutes: int = 60) -> list[dict[str, Any]]:
        body = {"persons": [{"person_id": str(person), "minutes": minutes} for person in persons]}
        return taken(await self.worker.post(f"/v1/activities/{activity['id']}/attendance", body))["items"]

    async def say(self, record: dict[str, Any], verb: str = "confirm", body: Any = None) -> dict[str, Any]:
        """The served person's own word."""
        resident = self.acting("resident", person=UUID(record["person_id"]))
        return taken(await resident.post(f"/v1/service-records/{record['id']}/{verb}", body or {}))

    async def completed(self) -> dict[str, Any]:
        project = await self.implementing()
        for record in await self.attend(await self.activity(project), [uuid7(), uuid7()]):
            await self.say(record)
        return await self.verb(self.worker, await self.read(project), "complete")

    async def evaluating(self) -> dict[str, Any]:
        project = await self.completed()
        await self.service.hear(
            "cn.wushe.evaluation.evaluation.opened.v1", {"project_id": project["id"], "evaluation_id": str(uuid7())}
        )
        return await self.read(project)


def taken(answer: Any, status: int = 200) -> Any:
    """The body of an answer that had to be good."""
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer that had to be a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    return body
