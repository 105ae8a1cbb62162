"""E2 beyond the plan: whoever has a declared interest neither scores nor decides, and is counted apart."""

from uuid import uuid4

import pytest

from services.evaluation.domain import blind
from tests.evaluation.steps import PROJECTS, decode, encode

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def declare(stage, *, persons=(), orgs=(), why="督导", sequence=3):
    data = {"project_id": str(stage.project_id), "why": why}
    data |= {"person_ids": [str(each) for each in persons], "org_ids": [str(each) for each in orgs]}
    await stage.hear("interest.declared", data, sequence)


async def ask(stage, actor, detail):
    public = blind.load_public(decode(detail["keys"][0]["public_key"]))
    body = {"blinded": encode(blind.blind(public, blind.prepare(b"x")).message)}
    return await actor.post(f"/v1/evaluations/{detail['id']}/credentials", json=body, key=None)


def code(answer) -> str:
    return answer.json().get("code", str(answer.status_code))


async def test_served_persons_with_an_interest_are_flagged_and_counted_apart(stage, evaluation):
    supervisor, payer = uuid4(), uuid4()
    await stage.designed()
    await declare(stage, persons=[supervisor])
    await declare(stage, persons=[payer], why="付款", sequence=1)
    await stage.frozen()
    await stage.completed(await stage.served([*(uuid4() for _ in range(8)), supervisor, payer]))
    await evaluation.sweep()
    detail = await stage.evaluation()
    assert detail["roster_count"] == 8
    for person in (supervisor, payer):
        assert code(await ask(stage, stage.resident(person), detail)) == "CONFLICT_OF_INTEREST"
    await stage.voted([5] * 8, detail)
    await evaluation.advance(days=15)
    content = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/report")).json()["content"]
    assert (content["n"], content["N"], content["flagged"]) == (8, 8, 2)
    chain = (await evaluation.sibling("gateway").get(f"/internal/lifecycle/{stage.project_id}")).json()
    assert chain["evaluations"][0]["report"]["flagged"] == 2


async def test_an_interest_declared_late_flags_whoever_holds_no_credential(stage, evaluation):
    detail = await stage.opened(8)
    holder, other = stage.persons[:2]
    await stage.credential(holder, detail)
    await declare(stage, persons=[holder, other, uuid4()])
    await declare(stage, persons=[holder, other], sequence=4)
    assert code(await ask(stage, stage.resident(other), detail)) == "CONFLICT_OF_INTEREST"
    now = await stage.evaluation()
    assert (now["roster_count"], now["version"]) == (7, detail["version"] + 1)
    roster = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/roster")).json()
    assert roster["counts"] == {"eligible": 7, "flagged": 1, "strata": [{"code": "all", "eligible": 7}]}
    await evaluation.advance(days=15)
    await declare(stage, persons=stage.persons, sequence=5)
    content = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/report")).json()["content"]
    assert (content["N"], content["flagged"]) == (7, 1)


async def test_whoever_has_an_interest_decides_nothing(stage, evaluation):
    person, org = uuid4(), uuid4()
    await stage.designed()
    await declare(stage, persons=[person], orgs=[org])
    involved = [{"person": person}, {"person": uuid4(), "org": org}]

    async def all_refused(role, address, version, body=None, scope="350502001001"):
        for who in involved:
            refused = await evaluation.acting(role, scope, **who).post(address, json=body, if_match=version)
            assert (refused.status_code, code(refused)) == (403, "OWN_PROJECT")

    scheme = await stage.scheme()
    await all_refused("committee", f"/v1/schemes/{scheme['id']}/freeze", scheme["version"])
    await stage.committee.post(f"/v1/schemes/{scheme['id']}/freeze", if_match=scheme["version"])
    await stage.completed(await stage.copied([uuid4() for _ in range(6)]))
    await evaluation.sweep()
    await evaluation.advance(days=7)
    detail = await stage.evaluation()
    await all_refused("committee", f"/v1/evaluations/{detail['id']}/close", detail["version"])
    await stage.committee.post(f"/v1/evaluations/{detail['id']}/close", if_match=detail["version"])
    await evaluation.sweep()
    report = (await stage.committee.get(f"/v1/evaluations/{detail['id']}/report")).json()
    await all_refused("committee", f"/v1/reports/{report['id']}/finalise", report["version"])
    appeal = {"evaluation_id": detail["id"], "reason": "人数不符"}
    made = (await stage.resident(stage.persons[0]).post("/v1/appeals", json=appeal)).json()
    body = {"outcome": "dismissed", "answer": "已核对"}
    address = f"/v1/appeals/{made['id']}/resolve"
    await all_refused("street_officer", address, made["version"], body, "350502001000")


async def test_whoever_acts_for_an_involved_organisation_gets_no_credential(stage, evaluation):
    detail, org = await stage.opened(6), uuid4()
    await declare(stage, orgs=[org])
    for involved in (org, uuid4()):
        actor = evaluation.acting("resident", person=stage.persons[0], org=involved)
        answer = await ask(stage, actor, detail)
        assert code(answer) == ("CONFLICT_OF_INTEREST" if involved is org else "201")


async def test_a_new_plan_forgets_no_interest(stage, evaluation):
    await stage.designed()
    person = uuid4()
    await declare(stage, persons=[person])
    plan = {"project_id": str(stage.project_id), "title": "新方案", "kind": "activity", "author_person_id": None,
            "team_person_ids": [], "undertaker_org_id": None, "goals": [], "planned": {"persons": 5}}  # fmt: skip
    await stage.hear("project.designed", plan, 7)
    scheme = await stage.scheme()
    actor = evaluation.acting("committee", person=person)
    refused = await actor.post(f"/v1/schemes/{scheme['id']}/freeze", if_match=scheme["version"])
    assert code(refused) == "OWN_PROJECT"


async def test_an_interest_in_an_unknown_project_is_delivered_again(evaluation):
    data = {"project_id": str(uuid4()), "person_ids": [], "org_ids": [], "why": "承接"}
    assert (await evaluation.hear(f"{PROJECTS}.interest.declared.v1", data)).status_code == 404
