"""What this service does when projects move on: the start saga, completion, and every event only once."""

import pytest

from tests.harness import COMMUNITY
from tests.resources.stories import (
    ADVISED,
    CANCELLED,
    COMPLETED,
    CONTRACT_SIGNED,
    NOON,
    START_REQUESTED,
    START_WITHDRAWN,
    TERMINATED,
    asked,
    asked_goods,
    asked_people,
    choice,
    confirmed,
    contracted,
    designed,
    disbursements,
    done,
    good,
    goods,
    held,
    listed,
    officer,
    refused,
    tranche,
    verified_provider,
    volunteer,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESERVED = "cn.wushe.resources.start.reserved.v1"
REFUSED = "cn.wushe.resources.start.refused.v1"


def start(project: str, saga: str) -> dict:
    return {"project_id": project, "saga_id": saga, "deadline": "2027-01-01T00:00:00Z", "budget_fen": 1}


async def states(service, table: str) -> list[str]:
    return [row.state for row in await service.sql(f"select state from {table} order by id")]


async def test_a_start_confirms_everything_that_was_asked_for(resources):
    project, saga = await designed(resources), str(uuid7())
    room, person = await listed(resources), await volunteer(resources)
    await held(resources, await asked(resources, project), room)
    await held(resources, await asked_people(resources, project), person)
    await resources.hear(START_REQUESTED, start(project, saga))
    assert await states(resources, "reservations") == ["confirmed", "confirmed"]
    (event,) = await resources.announced(RESERVED)
    assert event["data"] == {"project_id": project, "saga_id": saga}
    assert (event["public"], event["subject"]) == (False, f"projects/{project}")
    assert await resources.announced(REFUSED) == []


async def test_a_cancelled_project_frees_what_it_had_asked_for(resources):
    project = await designed(resources)
    room, person = await listed(resources), await volunteer(resources)
    await held(resources, await asked(resources, project), room)
    await confirmed(resources, await asked_people(resources, project), person)
    await resources.hear(CANCELLED, {"project_id": project})
    assert await states(resources, "reservations") == ["released", "released"]
    assert await states(resources, "resource_requests") == ["cancelled", "cancelled"]
    second = await designed(resources)
    await held(resources, await asked(resources, second), room)


async def test_a_start_without_requests_is_reserved(resources):
    project = await designed(resources)
    await resources.hear(START_REQUESTED, start(project, str(uuid7())))
    assert len(await resources.announced(RESERVED)) == 1


async def test_a_start_with_something_missing_is_refused_and_nothing_confirmed(resources):
    project, saga = await designed(resources), str(uuid7())
    room = await listed(resources)
    await held(resources, await asked(resources, project), room)
    missing = await asked_goods(resources, 5, project)
    rice = await goods(resources, 2, provider={"id": room["provider_id"]})
    await held(resources, missing, rice, 2)
    await resources.hear(START_REQUESTED, start(project, saga))
    (event,) = await resources.announced(REFUSED)
    assert event["data"] == {
        "project_id": project,
        "saga_id": saga,
        "reason": "RESOURCES_MISSING",
        "request_ids": [missing["id"]],
    }
    assert await states(resources, "reservations") == ["held", "held"]


async def test_a_cancelled_request_does_not_hinder_a_start(resources):
    project = await designed(resources)
    request = await asked(resources, project)
    answer = await worker(resources).post(f"/v1/resource-requests/{request['id']}/cancel", {"reason": "x"}, if_match=1)
    good(answer)
    await resources.hear(START_REQUESTED, start(project, str(uuid7())))
    assert len(await resources.announced(RESERVED)) == 1


async def test_a_lapsed_hold_does_not_carry_a_start(resources):
    project = await designed(resources)
    request = await asked(resources, project)
    await held(resources, request, await listed(resources))
    await resources.sql("update reservations set hold_expires_at = now() - interval '1 minute'")
    await resources.hear(START_REQUESTED, start(project, str(uuid7())))
    (event,) = await resources.announced(REFUSED)
    assert event["data"]["request_ids"] == [request["id"]]
    assert await states(resources, "reservations") == ["expired"]


async def test_a_withdrawn_start_releases_what_it_had_confirmed_and_no_more(resources):
    project, saga = await designed(resources), str(uuid7())
    room = await listed(resources)
    early = await confirmed(resources, await asked(resources, project), room)
    request = await asked(resources, project, **NOON)
    await held(resources, request, room)
    await resources.hear(START_REQUESTED, start(project, saga))
    await resources.hear(START_WITHDRAWN, {"project_id": project, "saga_id": saga})
    assert await states(resources, "reservations") == ["confirmed", "released"]
    assert good(await worker(resources).get(f"/v1/reservations/{early['id']}"))["state"] == "confirmed"
    assert good(await worker(resources).get(f"/v1/resource-requests/{request['id']}"))["state"] == "open"
    await resources.hear(START_WITHDRAWN, {"project_id": project, "saga_id": saga})
    assert await states(resources, "reservations") == ["confirmed", "released"]


async def test_the_same_start_heard_twice_answers_once(resources):
    project = await designed(resources)
    await held(resources, await asked(resources, project), await listed(resources))
    body, ident = start(project, str(uuid7())), str(uuid7())
    for applied in ("true", "false"):
        answer = await resources.hear(START_REQUESTED, body, event_id=ident)
        assert (answer.status_code, answer.headers["wushe-applied"]) == (204, applied)
    assert len(await resources.announced(RESERVED)) == 1


async def test_a_project_that_starts_again_is_reserved_again(resources):
    project = await designed(resources)
    room = await listed(resources)
    request = await asked(resources, project)
    for _ in range(2):
        saga = str(uuid7())
        await held(resources, request, room)
        await resources.hear(START_REQUESTED, start(project, saga))
        await resources.hear(START_WITHDRAWN, {"project_id": project, "saga_id": saga})
    assert len(await resources.announced(RESERVED)) == 2


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (START_REQUESTED, start(str(uuid7()), str(uuid7()))),
        (COMPLETED, {"project_id": str(uuid7())}),
        (
            CONTRACT_SIGNED,
            {
                "contract_id": str(uuid7()),
                "project_id": str(uuid7()),
                "payee_org_id": str(uuid7()),
                "tranches": [tranche(5)],
            },
        ),
        (
            ADVISED,
            {"project_id": str(uuid7()), "evaluation_id": str(uuid7()), "phase": "after", "kind": "pay", "factor": "1"},
        ),
    ],
)
async def test_news_of_a_project_not_heard_of_yet_is_taken_later(resources, kind, data):
    answer = await resources.hear(kind, data)
    refused(answer, "UNAVAILABLE", 503)
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("kind", [CANCELLED, TERMINATED])
async def test_a_project_given_up_before_it_was_designed_leaves_nothing_to_do(resources, kind):
    answer = await resources.hear(kind, {"project_id": str(uuid7()), "state": "cancelled"})
    assert (answer.status_code, answer.headers["wushe-applied"]) == (204, "true")
    assert await resources.announced() == []
    assert await resources.sql("select 1 from projects") == []


async def test_completion_uses_what_was_confirmed_and_lets_go_of_the_rest(resources):
    project = await designed(resources)
    room = await listed(resources)
    used = await confirmed(resources, await asked(resources, project), room)
    rice = await goods(resources, 9, provider={"id": room["provider_id"]})
    let_go = await held(resources, await asked_goods(resources, 9, project), rice, 9)
    request = await asked_people(resources, project)
    offer = good(await worker(resources).post("/v1/offers", choice(request, await volunteer(resources))), 201)
    await resources.hear(COMPLETED, {"project_id": project})
    read = worker(resources)
    assert good(await read.get(f"/v1/reservations/{used['id']}"))["state"] == "used"
    assert good(await read.get(f"/v1/reservations/{let_go['id']}"))["state"] == "released"
    assert good(await read.get(f"/v1/offers/{offer['id']}"))["state"] == "expired"
    assert good(await read.get(f"/v1/resources/{rice['id']}"))["reserved"] == 0
    assert await states(resources, "resource_requests") == ["closed"] * 3


async def test_a_contract_heard_twice_plans_its_tranches_once(resources):
    project = await designed(resources)
    parts = [tranche(60), tranche(40, "acceptance")]
    payee = str(uuid7())
    await contracted(resources, project, *parts, payee=payee)
    rows = await contracted(resources, project, *parts, payee=payee)
    assert [(row["gate"], row["state"]) for row in rows] == [("contract_signed", "due"), ("acceptance", "planned")]
    assert await disbursements(resources, project) == rows


async def test_an_advice_with_an_impossible_factor_is_a_dead_letter(resources):
    project = await designed(resources)
    body = {"project_id": project, "evaluation_id": str(uuid7()), "phase": "after", "kind": "pay", "factor": "1.5"}
    refused(await resources.hear(ADVISED, body), "INVALID_INPUT", 422)


async def test_the_chain_shows_what_was_linked(resources):
    project = await designed(resources)
    reservation = await confirmed(resources, await asked(resources, project), await listed(resources))
    good(await worker(resources).post("/v1/deliveries", {"reservation_id": reservation["id"]}), 201)
    found = good(await resources.sibling("gateway", COMMUNITY).get(f"/internal/lifecycle/{project}"))
    linked = found["resources"]
    assert [len(linked[part]) for part in ("requests", "reservations", "deliveries")] == [1, 1, 1]
    assert linked["reservations"][0]["state"] == "confirmed"
    assert linked["reservations"][0]["request_id"] == linked["requests"][0]["id"]
    assert found["money"] == {"budget_fen": 1_000_000, "allocated_fen": 0, "paid_fen": 0, "disbursements": []}


async def test_the_chain_names_nobody(resources):
    """Every role that may see the project reads it."""
    project, payee = await designed(resources), await verified_provider(resources)
    person = await volunteer(resources)
    reservation = await confirmed(resources, await asked_people(resources, project), person)
    good(await worker(resources).post("/v1/deliveries", {"reservation_id": reservation["id"]}), 201)
    (row,) = await contracted(resources, project, tranche(60), payee=payee["id"])
    await done(officer(resources), "disbursements", row, "withhold", {"reason": "票据不全"})
    found = good(await resources.sibling("gateway", COMMUNITY).get(f"/internal/lifecycle/{project}"))
    ours = {"id", "state", "quantity", "created_at"}
    assert {part: set(rows[0]) for part, rows in found["resources"].items()} == {
        "requests": ours | {"kind", "title", "starts_at", "ends_at"},
        "reservations": ours | {"request_id", "starts_at", "ends_at"},
        "deliveries": ours | {"reservation_id"},
    }
    assert set(found["money"]["disbursements"][0]) == {
        "id", "label", "gate", "state", "tranche_fen", "amount_fen", "created_at", "paid_at"
    }  # fmt: skip
    for secret in (person["id"], person["person_id"], payee["id"], "票据不全"):
        assert secret not in str(found)


async def test_the_chain_of_an_unknown_project_is_empty(resources):
    found = good(await resources.sibling("gateway").get(f"/internal/lifecycle/{uuid7()}"))
    assert found["money"]["budget_fen"] is None
    assert found["resources"] == {"requests": [], "reservations": [], "deliveries": []}
    refused(await worker(resources).get(f"/internal/lifecycle/{uuid7()}"), "ROLE_NOT_ALLOWED", 403)
