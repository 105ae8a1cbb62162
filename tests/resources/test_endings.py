"""A project given up: bookings are free, unpaid money stops, promises go back to the funds, what was paid stays."""

import pytest

from tests.harness import COMMUNITY, STREET
from tests.resources.stories import (
    CANCELLED,
    CITY,
    TERMINATED,
    advised,
    approved,
    asked,
    asked_goods,
    choice,
    confirmed,
    contracted,
    designed,
    disbursements,
    done,
    funded,
    good,
    goods,
    held,
    listed,
    officer,
    refused,
    tranche,
    verified_provider,
    worker,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
RETURNED = "cn.wushe.resources.allocation.returned.v1"


async def given_up(service, project, kind=CANCELLED):
    answer = await service.hear(kind, {"project_id": project, "state": kind.split(".")[-2]})
    assert (answer.status_code, answer.headers["wushe-applied"]) == (204, "true"), answer.text


async def contract(service, *tranches, allocated_fen=500_000):
    """A project with money and a signed contract: its id and the disbursements."""
    project, payee = await designed(service), await verified_provider(service)
    await funded(service, project, allocated_fen)
    return project, await contracted(service, project, *tranches, payee=payee["id"])


def verbs(row):
    """Everything that can be asked of a disbursement, by whom, with which body."""
    path = f"/v1/disbursements/{row['id']}"
    return (
        ("street_officer", f"{path}/approve", None),
        ("finance_officer", f"{path}/pay", None),
        ("street_officer", f"{path}/reach", None),
        ("street_officer", f"{path}/withhold", {"reason": "x"}),
        ("street_officer", f"{path}/release", None),
    )


async def balances(service):
    rows = await service.sql("select account, sum(amount_fen)::bigint as fen from ledger_entries group by account")
    return {row.account: row.fen for row in rows}


@pytest.mark.parametrize(("kind", "why"), [(CANCELLED, "项目已取消"), (TERMINATED, "项目已终止")])
async def test_every_unpaid_tranche_stops_whatever_its_state(resources, kind, why):
    parts = [tranche(n, gate) for n, gate in ((10, "contract_signed"), (20, "contract_signed"), (30, "acceptance"))]
    project, (first, second, _) = await contract(resources, *parts)
    await done(officer(resources, "civil_affairs"), "disbursements", first, "approve")
    await approved(resources, second)
    await given_up(resources, project, kind)
    rows = await disbursements(resources, project)
    assert {(row["state"], row["stopped_by"]) for row in rows} == {("withheld", "project")}
    assert all(why in row["reason"] for row in rows)


async def test_nothing_more_is_decided_about_its_money(resources):
    project, _ = await contract(resources, tranche(10))
    await given_up(resources, project)
    (row,) = await disbursements(resources, project)
    for role, path, body in verbs(row):
        answer = await officer(resources, role).post(path, body, if_match=row["version"])
        refused(answer, "PROJECT_STOPPED")
    assert (await disbursements(resources, project)) == [row]


async def test_what_was_paid_stays_paid(resources):
    project, (first, _) = await contract(resources, tranche(100_000), tranche(50_000, "acceptance"))
    row = await approved(resources, first)
    await done(officer(resources, "finance_officer"), "disbursements", row, "pay")
    await given_up(resources, project, TERMINATED)
    states = [(row["state"], row["amount_fen"]) for row in await disbursements(resources, project)]
    assert states == [("paid", 100_000), ("withheld", 50_000)]
    assert await balances(resources) == {"cash": 400_000, "fund": -400_000, "project": 0}


async def test_what_a_person_had_withheld_keeps_their_reason(resources):
    project, (row,) = await contract(resources, tranche(10))
    await done(officer(resources), "disbursements", row, "withhold", {"reason": "票据不全"})
    await given_up(resources, project)
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["stopped_by"], row["reason"]) == ("withheld", "person", "票据不全")


async def test_a_contract_heard_afterwards_is_planned_withheld(resources):
    project = await designed(resources)
    await given_up(resources, project)
    rows = await contracted(resources, project, tranche(10), tranche(20, "acceptance"), payee=str(uuid7()))
    assert [(row["state"], row["stopped_by"]) for row in rows] == [("withheld", "project")] * 2
    assert all("项目已取消" in row["reason"] for row in rows)


@pytest.mark.parametrize("before", [True, False])
async def test_no_advice_brings_its_money_back(resources, before):
    project, _ = await contract(resources, tranche(10, "evaluation_final"))
    if before:
        await advised(resources, project, kind="withhold", factor="0")
    await given_up(resources, project, TERMINATED)
    await advised(resources, project, factor="1")
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["stopped_by"]) == ("withheld", "advice" if before else "project")


async def test_the_funds_have_back_what_was_not_spent(resources):
    project, (row,) = await contract(resources, tranche(70_000), allocated_fen=60_000)
    fund = await funded(resources, project, 40_000, received_fen=90_000)
    row = await approved(resources, row)
    await done(officer(resources, "finance_officer"), "disbursements", row, "pay")
    assert await balances(resources) == {"cash": 80_000, "fund": -50_000, "project": -30_000}
    await given_up(resources, project, TERMINATED)
    assert await balances(resources) == {"cash": 80_000, "fund": -80_000, "project": 0}
    seen = good(await officer(resources, "finance_officer").get(f"/v1/funds/{fund}"))
    assert (seen["received_fen"], seen["allocated_fen"]) == (90_000, 10_000)
    chain = good(await resources.sibling("gateway").get(f"/internal/lifecycle/{project}"))
    assert (chain["money"]["allocated_fen"], chain["money"]["paid_fen"]) == (70_000, 70_000)
    (event,) = await resources.announced(RETURNED)
    assert event["public"] is True
    assert {name: event["data"][name] for name in ("fund_id", "project_id", "amount_fen")} == {
        "fund_id": fund,
        "project_id": project,
        "amount_fen": 30_000,
    }
    await resources.sql("set constraints booking_balances immediate")


async def test_money_given_back_is_promised_again_but_not_to_the_same_project(resources):
    project, other = await designed(resources), await designed(resources)
    fund = await funded(resources, project, 600)
    await funded(resources, project, 5, received_fen=5)
    await given_up(resources, project)
    assert len(await resources.announced(RETURNED)) == 2
    keeper, path = officer(resources), f"/v1/funds/{fund}/allocate"
    refused(await keeper.post(path, {"project_id": project, "amount_fen": 1}), "ACTION_NOT_ALLOWED")
    assert good(await keeper.post(path, {"project_id": other, "amount_fen": 600}))["spent_fen"] == 0


async def test_two_promises_of_one_fund_both_go_back(resources):
    project = await designed(resources)
    fund = await funded(resources, project, 100, received_fen=500)
    good(await officer(resources).post(f"/v1/funds/{fund}/allocate", {"project_id": project, "amount_fen": 200}))
    await given_up(resources, project)
    seen = good(await officer(resources, "finance_officer").get(f"/v1/funds/{fund}"))
    assert seen["allocated_fen"] == 0
    assert await balances(resources) == {"cash": 500, "fund": -500, "project": 0}


async def test_a_fund_of_the_whole_city_has_its_promise_back_too(resources):
    """News of a project reaches its county only; the fund is named by its promise."""
    project, keeper = await designed(resources), officer(resources, "finance_officer", CITY)
    body = {"name": "市级公益金", "source": "welfare_lottery", "division": CITY}
    fund = good(await keeper.post("/v1/funds", body), 201)
    good(await keeper.post("/v1/donations", {"fund_id": fund["id"], "amount_fen": 900, "purpose": "助老"}), 201)
    good(await keeper.post(f"/v1/funds/{fund['id']}/allocate", {"project_id": project, "amount_fen": 900}))
    await given_up(resources, project)
    seen = good(await keeper.get(f"/v1/funds/{fund['id']}"))
    assert (seen["allocated_fen"], seen["version"]) == (0, 4)
    refused(await officer(resources, "finance_officer").get(f"/v1/funds/{fund['id']}"), "NOT_FOUND", 404)


async def test_heard_twice_it_ends_once(resources):
    project = await designed(resources)
    await funded(resources, project, 100)
    ident = str(uuid7())
    for applied in ("true", "false"):
        answer = await resources.hear(CANCELLED, {"project_id": project}, event_id=ident)
        assert answer.headers["wushe-applied"] == applied
    refused(await resources.hear(CANCELLED, {"project_id": project}), "ACTION_NOT_ALLOWED")
    assert len(await resources.announced(RETURNED)) == 1


async def test_a_terminated_project_frees_what_lies_ahead_and_keeps_what_took_place(resources):
    project, room = await designed(resources), await listed(resources)
    past = await confirmed(resources, await asked(resources, project), room)
    await resources.sql("update reservations set during = tstzrange('2026-01-03 09:00+08', '2026-01-03 11:00+08')")
    ahead = await confirmed(resources, await asked(resources, project), room)
    offer = choice(await asked(resources, project), await listed(resources, {"id": room["provider_id"]}))
    offer = good(await worker(resources).post("/v1/offers", offer), 201)
    await given_up(resources, project, TERMINATED)
    states = [good(await worker(resources).get(f"/v1/reservations/{each['id']}"))["state"] for each in (past, ahead)]
    assert states == ["used", "released"]
    assert good(await worker(resources).get(f"/v1/offers/{offer['id']}"))["state"] == "expired"
    await held(resources, await asked(resources), room)


async def test_what_was_delivered_does_not_come_back_into_stock(resources):
    project, rice = await designed(resources), await goods(resources, 10)
    reservation = await confirmed(resources, await asked_goods(resources, 8, project), rice, 8)
    handed = {"reservation_id": reservation["id"], "quantity": 5}
    sent = good(await worker(resources).post("/v1/deliveries", handed), 201)
    await done(worker(resources), "deliveries", sent, "confirm")
    await given_up(resources, project, TERMINATED)
    assert good(await worker(resources).get(f"/v1/resources/{rice['id']}"))["reserved"] == 5


async def test_the_audit_says_why(resources):
    project, _ = await contract(resources, tranche(10))
    await given_up(resources, project)
    rows = await resources.sql("select subject, verb, reason from audit where reason like '项目已取消%' order by id")
    assert {(row.subject.split("/")[0], row.verb) for row in rows} == {
        ("disbursements", "withhold"),
        ("funds", "return"),
        ("projects", "cancel"),
    }


async def test_another_countys_project_is_left_alone(resources):
    project, _ = await contract(resources, tranche(10))
    await resources.hear(CANCELLED, {"project_id": project}, division="350503001001")
    assert [row["state"] for row in await disbursements(resources, project)] == ["due"]
    assert good(await worker(resources, STREET).get("/v1/funds"))["items"][0]["division"] == COMMUNITY
