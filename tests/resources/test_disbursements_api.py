"""Disbursements over HTTP: due, approved by two, paid once, by the right people, in order."""

from uuid import UUID

import pytest

from services.resources.models import Provider
from services.resources.repository import Money
from tests.harness import STREET
from tests.resources.stories import (
    ABROAD,
    ACCEPTED,
    AUTHOR,
    COMPLETED,
    ELSEWHERE,
    TEAMMATE,
    UNDERTAKER,
    USCC,
    advised,
    approved,
    contracted,
    designed,
    disbursements,
    done,
    funded,
    good,
    officer,
    refused,
    registered_provider,
    tranche,
    verified_provider,
    worker,
)
from wushe.db import uuid7
from wushe.errors import NotFound

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def due(service, amount_fen=100_000, *, allocated_fen=500_000, gate="contract_signed"):
    """A project with money and one tranche; its id and the disbursement."""
    project = await designed(service)
    payee = await verified_provider(service)
    if allocated_fen:
        await funded(service, project, allocated_fen)
    (row,) = await contracted(service, project, tranche(amount_fen, gate), payee=payee["id"])
    return project, row


async def pay(service, row, **more):
    return await officer(service, "finance_officer", **more).post(
        f"/v1/disbursements/{row['id']}/pay", if_match=row["version"]
    )


async def approve(service, row, **more):
    return await officer(service, "civil_affairs", **more).post(
        f"/v1/disbursements/{row['id']}/approve", if_match=row["version"]
    )


async def balances(service):
    rows = await service.sql("select account, sum(amount_fen)::bigint as fen from ledger_entries group by account")
    return {row.account: row.fen for row in rows}


async def test_the_first_tranche_is_paid_without_an_evaluation(resources):
    project, row = await due(resources)
    assert (row["state"], row["amount_fen"]) == ("due", 100_000)
    row = await approved(resources, row)
    assert row["state"] == "approved"
    paid = good(await pay(resources, row))
    assert paid["state"] == "paid"
    assert paid["paid_at"]
    (event,) = await resources.announced("cn.wushe.resources.disbursement.paid.v1")
    assert event["data"] == {
        "disbursement_id": row["id"],
        "project_id": project,
        "tranche_id": row["tranche_id"],
        "amount_fen": 100_000,
    }
    assert event["public"] is True
    assert await balances(resources) == {"cash": 400_000, "fund": 0, "project": -400_000}
    entries = good(await worker(resources).get(f"/v1/ledger-entries?project_id={project}"))["items"]
    assert sorted((entry["account"], entry["amount_fen"]) for entry in entries) == [
        ("cash", -100_000),
        ("fund", 500_000),
        ("project", -500_000),
        ("project", 100_000),
    ]
    assert good(await worker(resources).get(f"/v1/disbursements/{row['id']}")) == paid


async def test_a_tranche_is_never_paid_twice(resources):
    _, row = await due(resources)
    paid = good(await pay(resources, await approved(resources, row)))
    assert refused(await pay(resources, paid), "ACTION_NOT_ALLOWED")["allowed"] == []
    refused(await pay(resources, row), "STALE_VERSION", 412)
    assert (await balances(resources))["cash"] == 400_000


async def test_two_different_people_approve(resources):
    _, row = await due(resources)
    refused(await pay(resources, row), "APPROVER_MISSING")
    person = uuid7()
    row = good(await approve(resources, row, person=person))
    assert row["state"] == "endorsed"
    refused(await approve(resources, row, person=person), "SAME_APPROVER")
    assert "1" in refused(await pay(resources, row), "APPROVER_MISSING")["detail"]
    row = good(await approve(resources, row))
    assert row["state"] == "approved"
    refused(await approve(resources, row), "ACTION_NOT_ALLOWED")


async def test_nobody_approves_or_pays_their_own_project(resources):
    _, row = await due(resources)
    insiders = ({"person": AUTHOR}, {"person": TEAMMATE}, {"org": UNDERTAKER}, {"org": row["payee_org_id"]})
    for insider in insiders:
        refused(await approve(resources, row, **insider), "OWN_PROJECT", 403)
    row = await approved(resources, row)
    path = f"/v1/disbursements/{row['id']}"
    for insider in insiders:
        refused(await pay(resources, row, **insider), "OWN_PROJECT", 403)
        street = officer(resources, **insider)
        refused(await street.post(f"{path}/withhold", {"reason": "x"}, if_match=row["version"]), "OWN_PROJECT", 403)
        refused(await street.post(f"{path}/release", if_match=row["version"]), "OWN_PROJECT", 403)


async def test_an_account_without_a_person_decides_nothing(resources):
    _, row = await due(resources)
    nobody = {role: officer(resources, role, person=None) for role in ("street_officer", "finance_officer")}
    for role, verb, body in (
        ("street_officer", "reach", None),
        ("street_officer", "approve", None),
        ("finance_officer", "pay", None),
        ("street_officer", "withhold", {"reason": "x"}),
        ("street_officer", "release", None),
    ):
        answer = await nobody[role].post(f"/v1/disbursements/{row['id']}/{verb}", body, if_match=row["version"])
        refused(answer, "PERSON_UNKNOWN", 403)


async def test_the_last_tranche_waits_for_the_final_evaluation(resources):
    project, row = await due(resources, gate="evaluation_final")
    assert row["state"] == "planned"
    refused(await approve(resources, row), "EVALUATION_NOT_FINAL")
    refused(await pay(resources, row), "EVALUATION_NOT_FINAL")
    await advised(resources, project, factor="0.90")
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["amount_fen"], row["advice_kind"], row["factor"]) == ("due", 90_000, "pay", "0.90")
    paid = good(await pay(resources, await approved(resources, row)))
    assert paid["amount_fen"] == 90_000
    assert await balances(resources) == {"cash": 410_000, "fund": 0, "project": -410_000}


async def test_the_acceptance_tranche_waits_for_advice_and_acceptance(resources):
    project, row = await due(resources, gate="acceptance")
    await resources.hear(COMPLETED, {"project_id": project})
    await advised(resources, project, factor="1.00")
    (row,) = await disbursements(resources, project)
    assert row["state"] == "planned"
    refused(await approve(resources, row), "PROJECT_NOT_ACCEPTED")
    await resources.hear(ACCEPTED, {"project_id": project})
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["amount_fen"]) == ("due", 100_000)


async def test_acceptance_alone_opens_nothing(resources):
    project, row = await due(resources, gate="acceptance")
    await resources.hear(COMPLETED, {"project_id": project})
    await resources.hear(ACCEPTED, {"project_id": project})
    (row,) = await disbursements(resources, project)
    refused(await pay(resources, row), "EVALUATION_NOT_FINAL")
    await advised(resources, project)
    (row,) = await disbursements(resources, project)
    assert row["state"] == "due"


async def test_advice_of_another_phase_opens_nothing(resources):
    project = await designed(resources)
    first, second = tranche(10, "evaluation_final", "mid"), tranche(20, "evaluation_final", "after")
    await contracted(resources, project, first, second, payee=str(uuid7()))
    await advised(resources, project, phase="mid", factor="1")
    assert [row["state"] for row in await disbursements(resources, project)] == ["due", "planned"]


async def test_advice_heard_before_the_contract_is_kept(resources):
    project = await designed(resources)
    await advised(resources, project, factor="0.5")
    (row,) = await contracted(resources, project, tranche(100, "evaluation_final"), payee=str(uuid7()))
    assert (row["state"], row["amount_fen"]) == ("due", 50)


async def test_a_suppressed_result_never_cuts_money(resources):
    project, _ = await due(resources, gate="evaluation_final")
    await advised(resources, project, kind="manual", factor=None)
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["amount_fen"], row["advice_kind"]) == ("due", 100_000, "manual")


async def test_below_the_pass_grade_payment_waits_for_the_second_evaluation(resources):
    project, _ = await due(resources, gate="evaluation_final")
    await advised(resources, project, kind="withhold", factor="0")
    (row,) = await disbursements(resources, project)
    assert row["state"] == "withheld"
    refused(await pay(resources, row), "ACTION_NOT_ALLOWED")
    await advised(resources, project, factor="0.90")
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["amount_fen"], row["reason"]) == ("due", 90_000, None)


async def test_late_advice_does_not_undo_what_a_person_withheld(resources):
    project, row = await due(resources, gate="evaluation_final")
    row = await done(officer(resources), "disbursements", row, "withhold", {"reason": "票据不全"})
    assert row["stopped_by"] == "person"
    for kind, factor in (("withhold", "0"), ("pay", "0.90")):
        await advised(resources, project, kind=kind, factor=factor)
        (row,) = await disbursements(resources, project)
        assert (row["state"], row["stopped_by"], row["reason"]) == ("withheld", "person", "票据不全")
    row = await done(officer(resources), "disbursements", row, "release")
    assert (row["state"], row["amount_fen"], row["stopped_by"]) == ("due", 90_000, None)


async def test_a_person_who_stops_again_what_an_advice_had_stopped_is_not_overruled(resources):
    project, _ = await due(resources, gate="evaluation_final")
    await advised(resources, project, kind="withhold", factor="0")
    (row,) = await disbursements(resources, project)
    assert row["stopped_by"] == "advice"
    row = await done(officer(resources), "disbursements", row, "release")
    await done(officer(resources), "disbursements", row, "withhold", {"reason": "待审计"})
    await advised(resources, project, factor="1")
    (row,) = await disbursements(resources, project)
    assert (row["state"], row["stopped_by"], row["reason"]) == ("withheld", "person", "待审计")


async def test_released_by_hand_a_failed_tranche_still_waits(resources):
    project, _ = await due(resources, gate="evaluation_final")
    await advised(resources, project, kind="withhold", factor="0")
    (row,) = await disbursements(resources, project)
    row = await done(officer(resources), "disbursements", row, "release")
    assert row["state"] == "planned"
    refused(await approve(resources, row), "PAYMENT_ADVISED_AGAINST")


async def test_never_more_than_the_budget_has_left(resources):
    project = await designed(resources, budget_fen=150_000)
    payee = await verified_provider(resources)
    await funded(resources, project, 150_000)
    first, last = tranche(100_000), tranche(100_000, "evaluation_final")
    rows = await contracted(resources, project, first, last, payee=payee["id"])
    good(await pay(resources, await approved(resources, rows[0])))
    await advised(resources, project, factor="1")
    _, row = await disbursements(resources, project)
    assert (row["state"], row["amount_fen"]) == ("due", 50_000)
    good(await pay(resources, await approved(resources, row)))
    assert await balances(resources) == {"cash": 0, "fund": 0, "project": 0}


async def test_what_was_not_allocated_is_not_paid(resources):
    _, row = await due(resources, allocated_fen=99_999)
    row = await approved(resources, row)
    assert "99999" in refused(await pay(resources, row), "BUDGET_EXCEEDED")["detail"]
    assert (await balances(resources))["cash"] == 99_999


async def test_a_payment_is_drawn_from_several_funds_and_stays_traceable(resources):
    project, row = await due(resources, allocated_fen=70_000)
    await funded(resources, project, 60_000)
    good(await pay(resources, await approved(resources, row)))
    drawn = await resources.sql(
        "select fund_id, allocation_id, amount_fen from ledger_entries"
        " where account = 'cash' and amount_fen < 0 order by amount_fen"
    )
    assert [entry.amount_fen for entry in drawn] == [-70_000, -30_000]
    assert len({entry.fund_id for entry in drawn}) == 2


async def test_money_goes_to_verified_registered_payees_only(resources):
    project = await designed(resources)
    await funded(resources, project, 100)
    informal = await verified_provider(resources, registration="informal", uscc=None)
    unverified = await registered_provider(resources)
    for payee in (informal["id"], unverified["id"], str(uuid7())):
        *_, row = await contracted(resources, project, tranche(10), payee=payee)
        refused(await pay(resources, await approved(resources, row)), "PAYEE_NOT_REGISTERED")


async def test_a_payee_registered_in_another_county_is_paid(resources):
    """Its standing is looked up across counties, and nothing else of it."""
    body = {"name": "外区社工机构", "registration": "registered", "uscc": USCC, "kinds": ["service"]}
    payee = good(await worker(resources, ABROAD).post("/v1/providers", {**body, "division": ABROAD}), 201)
    project = await designed(resources)
    await funded(resources, project, 100)
    (row,) = await contracted(resources, project, tranche(10), payee=payee["id"])
    row = await approved(resources, row)
    refused(await pay(resources, row), "PAYEE_NOT_REGISTERED")
    await done(officer(resources, scope=ABROAD), "providers", payee, "verify")
    assert good(await pay(resources, row))["state"] == "paid"
    refused(await worker(resources).get(f"/v1/providers/{payee['id']}"), "NOT_FOUND", 404)


async def test_looking_up_a_payee_leaves_the_callers_limit_as_it_was(resources):
    body = {"name": "外区机构", "registration": "filed", "kinds": ["service"], "division": ABROAD}
    payee = good(await worker(resources, ABROAD).post("/v1/providers", body), 201)
    async with resources.database.work(officer(resources).caller) as work:
        money = Money(work)
        assert await money.payee(uuid7()) is None
        found = await money.payee(UUID(payee["id"]))
        assert (found.registration, found.state) == ("filed", "registered")
        with pytest.raises(NotFound):
            await money.get(Provider, found.id)


async def test_withholding_voids_the_approvals(resources):
    _, row = await due(resources)
    row = await approved(resources, row)
    row = await done(officer(resources), "disbursements", row, "withhold", {"reason": "票据不全"})
    assert (row["state"], row["reason"]) == ("withheld", "票据不全")
    assert refused(await approve(resources, row), "ACTION_NOT_ALLOWED")["allowed"] == ["release"]
    row = await done(officer(resources), "disbursements", row, "release")
    assert row["state"] == "due"
    refused(await pay(resources, row), "APPROVER_MISSING")


async def test_a_milestone_is_confirmed_by_an_official(resources):
    _, row = await due(resources, gate="milestone")
    refused(await approve(resources, row), "MILESTONE_NOT_REACHED")
    insider = officer(resources, person=TEAMMATE)
    refused(await insider.post(f"/v1/disbursements/{row['id']}/reach", if_match=1), "OWN_PROJECT", 403)
    row = await done(officer(resources), "disbursements", row, "reach")
    assert row["state"] == "due"
    refused(
        await officer(resources).post(f"/v1/disbursements/{row['id']}/reach", if_match=row["version"]),
        "ACTION_NOT_ALLOWED",
    )


async def test_only_finance_pays_and_only_officials_approve(resources):
    _, row = await due(resources)
    path = f"/v1/disbursements/{row['id']}"
    refused(await officer(resources).post(f"{path}/pay", if_match=1), "ROLE_NOT_ALLOWED", 403)
    refused(await worker(resources).post(f"{path}/approve", if_match=1), "ROLE_NOT_ALLOWED", 403)
    refused(await officer(resources, scope=ELSEWHERE).get(path), "NOT_FOUND", 404)


async def test_a_disbursement_is_not_decided_without_the_projects_copy(resources):
    """Who has a part in the project must be known before anybody decides."""
    _, row = await due(resources)
    street = officer(resources, "street_officer", STREET)
    await resources.sql("update projects set division = '350502000000'")
    refused(await street.post(f"/v1/disbursements/{row['id']}/approve", if_match=row["version"]), "PROJECT_UNKNOWN")


async def test_every_booking_of_a_whole_story_balances(resources):
    project, row = await due(resources)
    good(await pay(resources, await approved(resources, row)))
    await resources.sql("set constraints booking_balances immediate")
    rows = await resources.sql("select sum(amount_fen) as fen from ledger_entries group by transaction_id")
    assert [row.fen for row in rows] == [0, 0, 0]
    sliced = good(await resources.sibling("gateway").get(f"/internal/lifecycle/{project}"))
    assert {name: sliced["money"][name] for name in ("budget_fen", "allocated_fen", "paid_fen")} == {
        "budget_fen": 1_000_000,
        "allocated_fen": 500_000,
        "paid_fen": 100_000,
    }
    assert [each["state"] for each in sliced["money"]["disbursements"]] == ["paid"]
