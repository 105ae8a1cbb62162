"""服务谁、谁评价 across the fence: who was served next door is on the roster there, wherever they live."""

from uuid import uuid4

import pytest

from services.evaluation.domain import blind
from tests.evaluation.steps import answers, decode, encode

pytestmark = pytest.mark.asyncio(loop_scope="session")
NEXT_DOOR, ELSEWHERE = "350502001002", "350503001001"


def neighbour(stage, person, role="resident", scope=NEXT_DOOR):
    return stage.service.acting(role, scope, person=person)


async def test_a_neighbour_on_the_roster_takes_part_from_start_to_end(stage, evaluation):
    detail = await stage.opened(8)
    address = f"/v1/evaluations/{detail['id']}"
    person = neighbour(stage, stage.persons[7])
    seen = (await person.get(address)).json()
    assert seen["keys"] == detail["keys"]
    own = (await person.get(f"{address}/roster")).json()
    assert (own["eligible"], own["counts"]) == (True, None)
    der = decode(seen["keys"][0]["public_key"])
    public, token = blind.load_public(der), blind.prepare(b"x")
    hidden = blind.blind(public, token)
    body = {"blinded": encode(hidden.message)}
    issued = await person.post(f"{address}/credentials", json=body, key=None)
    assert issued.status_code == 201, issued.text
    signature = blind.finalize(public, der, token, decode(issued.json()["signature"]), hidden.inverse)
    assert (await stage.cast(token, signature, answers(4))).status_code == 201
    await stage.voted([5] * 6, detail)

    await evaluation.advance(days=15)
    report = await person.get(f"{address}/report")
    assert (report.json()["content"]["n"], report.headers["etag"]) == (7, f'"v{report.json()["version"]}"')
    appeal = {"evaluation_id": detail["id"], "reason": "到场人数与实际不符"}
    made = await person.post("/v1/appeals", json=appeal)
    assert (made.status_code, made.json()["division"]) == (201, detail["division"])
    assert [each["id"] for each in (await person.get("/v1/appeals")).json()["items"]] == [made.json()["id"]]
    assert (await person.get(f"/v1/appeals/{made.json()['id']}")).status_code == 200


async def test_a_neighbour_who_was_not_served_sees_nothing(stage):
    detail = await stage.opened(6)
    address, appeal = f"/v1/evaluations/{detail['id']}", {"evaluation_id": detail["id"], "reason": "不满意"}
    body = {"blinded": encode(b"\x01" * 128)}
    guardian = neighbour(stage, stage.persons[0], role="guardian")
    assert (await guardian.get(address)).status_code == 200
    strangers = [
        neighbour(stage, uuid4()),
        stage.service.acting("resident", NEXT_DOOR),
        neighbour(stage, stage.persons[0], role="donor"),
        neighbour(stage, stage.persons[0], scope=ELSEWHERE),
        neighbour(stage, uuid4(), role="committee"),
    ]
    for actor in strangers:
        assert (await actor.get(address)).status_code == 404
        assert (await actor.get(f"{address}/roster")).status_code == 404
    for actor in strangers:
        served = actor.caller.role == "resident"  # others are told the same whether there is an evaluation or not
        answer = await actor.post(f"{address}/credentials", json=body, key=None)
        assert answer.status_code == (404 if served else 403)
    assert (await strangers[0].post("/v1/appeals", json=appeal)).status_code == 404
    listed = await neighbour(stage, stage.persons[0]).get("/v1/evaluations")
    assert listed.json()["items"] == []


async def test_a_flagged_neighbour_hears_why(stage, evaluation):
    member = uuid4()
    await stage.designed(team_person_ids=[str(member)])
    await stage.frozen()
    await stage.completed(await stage.served([uuid4(), member]))
    await evaluation.sweep()
    detail = await stage.evaluation()
    own = (await neighbour(stage, member).get(f"/v1/evaluations/{detail['id']}/roster")).json()
    assert (own["eligible"], own["reason"]) == (False, "CONFLICT_OF_INTEREST")
