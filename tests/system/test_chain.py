"""From a resident's sentence to a service record: five services in one process, their own events between them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from services.evaluation.usecases import opening
from tests.evaluation.steps import Stage as Judging
from tests.gateway.callers import Caller, token_of
from tests.harness import Bench
from tests.needs import stories
from tests.projects.stage import Stage, taken
from tests.resources import stories as supply
from tests.system.courier import carry
from wushe.db import uuid7
from wushe.jobs import worker

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Chain:
    """One project and those behind it."""

    bench: Bench
    stage: Stage
    authors: list[UUID]
    needs: list[dict[str, Any]]
    gateway: Caller

    async def lifecycle(self, project: dict[str, Any]) -> dict[str, Any]:
        return taken(await self.gateway.get(f"/v1/lifecycle/{project['id']}"))

    async def approved(self) -> dict[str, Any]:
        """A plan that answers the concern, its scheme frozen, agreed to by the street."""
        stage = self.stage
        project = await stage.verb(stage.worker, await stage.draft(), "design", stage.plan())
        project = await stage.verb(stage.worker, project, "submit")
        project = await stage.verb(stage.supervisor, project, "review", {"opinion": "目标清楚，方法得当。"})
        await carry(self.bench)
        await Judging(self.bench.services["evaluation"], UUID(project["id"])).frozen()
        await carry(self.bench)
        return await stage.verb(stage.street, await stage.read(project), "approve")

    async def started(self) -> dict[str, Any]:
        """The same, publicised for its days and begun."""
        stage = self.stage
        project = await stage.verb(stage.committee, await self.approved(), "publicise")
        await carry(self.bench)
        resources = self.bench.services["resources"]
        wanted = await supply.asked_goods(resources, 2, project["id"])
        await supply.confirmed(resources, wanted, await supply.goods(resources, 5), 2)
        await stage.service.advance(days=8)
        await stage.verb(stage.worker, project, "start")
        await carry(self.bench)
        await stage.service.advance(days=1)
        return await stage.read(project)

    async def served(self, project: dict[str, Any]) -> None:
        """One resident took part and says so."""
        [record] = await self.stage.attend(await self.stage.activity(project), self.authors[:1])
        await self.stage.say(record)
        await carry(self.bench)

    async def evaluating(self) -> dict[str, Any]:
        """Carried out to its end; those served are asked."""
        project = await self.started()
        await self.served(project)
        project = await self.stage.verb(self.stage.worker, await self.stage.read(project), "complete")
        await carry(self.bench)
        judging = Judging(self.bench.services["evaluation"], UUID(project["id"]))
        await judging.prepared()
        async with judging.service.database.work(worker("evaluation")) as work:
            await opening.open_next(work, judging.service.app.state.office)
        await carry(self.bench)
        return project


@pytest_asyncio.fixture(loop_scope="session")
async def chain(bench: Bench) -> Chain:
    """Three residents asked for the same; a person confirmed the concern behind it."""
    services = {name: await bench.open(name) for name in ("needs", "projects", "resources", "evaluation", "gateway")}
    needs, authors = services["needs"], [uuid7() for _ in range(3)]
    asked = [await stories.accepted(needs, stories.resident(needs, author)) for author in authors]
    concern = await stories.confirmed(needs, *[need["id"] for need in asked])
    concern = await stories.done(stories.worker(needs), concern, "publish")
    await carry(bench)
    stage = Stage(services["projects"], concern=UUID(concern["id"]))
    token = token_of(services["gateway"].app.state.tokens, "community_worker", person=uuid7())
    return Chain(bench, stage, authors, asked, Caller(services["gateway"].client, token))


async def test_a_need_found_by_the_community_is_answered_by_a_project_and_served(chain):
    project = await chain.started()
    assert project["state"] == "implementing"
    needs = chain.bench.services["needs"]
    author = stories.resident(needs, chain.authors[0])
    assert (await stories.read(author, chain.needs[0]))["project_id"] == project["id"]
    await chain.served(project)

    found = await chain.lifecycle(project)
    assert [concern["id"] for concern in found["needs"]["concerns"]] == [str(chain.stage.concern)]
    assert {need["id"] for need in found["needs"]["needs"]} == {need["id"] for need in chain.needs}
    assert found["projects"]["project"]["concern_ids"] == [str(chain.stage.concern)]
    assert found["projects"]["service"]["confirmed"] == 1
    told = {event["type"] for event in await needs.announced() if event["public"]}
    assert "cn.wushe.needs.need.planned.v1" in told


async def test_the_five_steps_stand_with_their_times_and_evidence(chain):
    found = await chain.lifecycle(await chain.evaluating())
    steps = {step["step"]: step for step in found["steps"]}
    assert list(steps) == ["collect_needs", "plan", "implement", "link_resources", "evaluate"]
    assert {need["id"] for need in chain.needs} < set(steps["collect_needs"]["ids"])
    for step in steps.values():
        assert step["ids"] and step["since"] <= step["until"], step
    begun = [steps[name]["since"] for name in ("collect_needs", "plan", "link_resources", "implement")]
    assert begun == sorted(begun)
    assert steps["evaluate"]["states"] == {"frozen": 1, "open": 1}


async def test_a_step_out_of_order_is_refused_with_its_reason(chain):
    stage = chain.stage
    project = await stage.verb(stage.worker, await stage.draft(), "design", stage.plan())
    early = await stage.worker.post(f"/v1/projects/{project['id']}/start", if_match=project["version"])
    problem = early.json()
    assert (early.status_code, problem["code"]) == (409, "ACTION_NOT_ALLOWED")
    assert "不能" in problem["detail"] and "submit" in problem["allowed"]
