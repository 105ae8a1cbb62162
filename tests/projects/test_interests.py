"""Whoever has a stake in a project beside its team is declared to evaluation, and to nobody else."""

import pytest

from tests.harness import COUNTY, STREET
from tests.projects.stage import taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def declared(stage):
    events = await stage.service.announced("cn.wushe.projects.interest.declared.v1")
    assert not [event for event in events if event["public"]]
    return [event["data"] for event in events]


async def test_from_the_writers_to_the_payee(stage):
    supervisor, signer = uuid7(), uuid7()
    project = await stage.verb(stage.worker, await stage.designed(), "submit")
    actor = stage.acting("supervisor", COUNTY, person=supervisor, org=uuid7())
    project = await stage.verb(actor, project, "review", {"opinion": "可以。"})
    await stage.freeze(project)
    project = await stage.verb(stage.street, project, "approve")
    body = {
        "project_id": project["id"],
        "payee_org_id": str(stage.payee),
        "purchaser": "街道办事处",
        "tranches": [{"label": "尾款", "amount_fen": 1_000, "gate": "acceptance"}],
    }
    contract = taken(await stage.worker.post("/v1/contracts", body), 201)
    signing = stage.acting("street_officer", STREET, person=signer)
    taken(await signing.post(f"/v1/contracts/{contract['id']}/sign", if_match=contract["version"]))
    found = await declared(stage)
    assert {fact.pop("project_id") for fact in found} == {project["id"]}
    assert [(fact["why"], fact["person_ids"], fact["org_ids"]) for fact in found] == [
        ("designed", [], [str(stage.agency)]),
        ("reviewed", [str(supervisor)], []),
        ("approved", [str(stage.officer)], []),
        ("signed", [str(signer)], []),
        ("contracted", [], [str(stage.payee)]),
    ]


async def test_every_organisation_that_wrote_is_declared(stage):
    project = await stage.designed()
    second = uuid7()
    colleague = stage.acting("social_worker", person=stage.member, org=second)
    await stage.verb(colleague, project, "design", stage.plan())
    assert (await declared(stage))[-1]["org_ids"] == [str(stage.agency), str(second)]


async def test_writers_without_an_organisation_declare_none(stage):
    await stage.hear_concern()
    lonely = stage.acting("social_worker", person=stage.author)
    body = {"title": "项目", "kind": "activity", "summary": "摘要", "concern_ids": [str(stage.concern)]}
    project = taken(await lonely.post("/v1/projects", body | {"division": "350502001001"}), 201)
    await stage.verb(lonely, project, "design", stage.plan())
    assert await declared(stage) == []
