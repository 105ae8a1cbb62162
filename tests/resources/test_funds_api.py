"""Funds, donations, allocations and the ledger over HTTP: every fen is somewhere, and only once."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.harness import COMMUNITY
from tests.resources.stories import (
    AUTHOR,
    TEAMMATE,
    UNDERTAKER,
    designed,
    done,
    funded,
    good,
    officer,
    refused,
)
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")

FUND = {"name": "社区公益基金", "source": "community_fund", "division": COMMUNITY}


async def test_a_donor_follows_their_own_gift_and_no_other(resources):
    keeper, org = officer(resources, "finance_officer"), str(uuid7())
    fund = good(await keeper.post("/v1/funds", FUND), 201)
    other = await funded(resources, await designed(resources), 5)
    gift = {"fund_id": fund["id"], "amount_fen": 7, "purpose": "助老", "donor_org_id": org}
    donation = good(await keeper.post("/v1/donations", gift), 201)
    donor = resources.acting("donor", org=org)
    assert [row["id"] for row in good(await donor.get("/v1/funds"))["items"]] == [fund["id"]]
    assert good(await donor.get("/v1/donations"))["items"] == [donation]
    assert {row["fund_id"] for row in good(await donor.get("/v1/ledger-entries"))["items"]} == {fund["id"]}
    refused(await donor.get(f"/v1/funds/{other}"), "NOT_FOUND", 404)
    nobody = resources.acting("donor")
    assert good(await nobody.get("/v1/funds"))["items"] == []
    refused(await nobody.get(f"/v1/funds/{other}"), "NOT_FOUND", 404)


async def test_money_received_is_booked_and_announced(resources):
    keeper = officer(resources, "finance_officer")
    fund = good(await keeper.post("/v1/funds", FUND), 201)
    gift = {"fund_id": fund["id"], "amount_fen": 12_345, "purpose": "助老", "donor_org_id": str(uuid7())}
    donation = good(await keeper.post("/v1/donations", gift), 201)
    assert (donation["state"], donation["amount_fen"]) == ("received", 12_345)
    assert good(await keeper.get(f"/v1/funds/{fund['id']}"))["received_fen"] == 12_345
    (event,) = await resources.announced("cn.wushe.resources.donation.received.v1")
    assert event["data"]["amount_fen"] == 12_345
    entries = good(await keeper.get(f"/v1/ledger-entries?fund_id={fund['id']}"))["items"]
    assert sorted((entry["account"], entry["amount_fen"]) for entry in entries) == [("cash", 12_345), ("fund", -12_345)]
    assert good(await keeper.get("/v1/funds"))["items"][0]["id"] == fund["id"]
    assert good(await keeper.get(f"/v1/donations?fund_id={fund['id']}"))["items"] == [donation]
    assert good(await keeper.get(f"/v1/donations/{donation['id']}")) == donation


@pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, 2**53 + 2])
async def test_only_whole_positive_fen_are_money(resources, amount):
    keeper = officer(resources, "finance_officer")
    fund = good(await keeper.post("/v1/funds", FUND), 201)
    answer = await keeper.post("/v1/donations", {"fund_id": fund["id"], "amount_fen": amount, "purpose": "x"})
    assert answer.status_code in (400, 422)
    assert await resources.sql("select 1 from ledger_entries") == []


async def test_a_fund_gives_no_more_than_it_has(resources):
    project = await designed(resources)
    fund = await funded(resources, project, 600, received_fen=1000)
    answer = await officer(resources, "finance_officer").post(
        f"/v1/funds/{fund}/allocate", {"project_id": project, "amount_fen": 401}
    )
    assert "400" in refused(answer, "FUND_INSUFFICIENT")["detail"]


async def test_a_project_gets_no_more_than_its_budget(resources):
    project = await designed(resources, budget_fen=1000)
    fund = await funded(resources, project, 900, received_fen=5000)
    body = {"project_id": project, "amount_fen": 101}
    refused(await officer(resources).post(f"/v1/funds/{fund}/allocate", body), "BUDGET_EXCEEDED")
    good(await officer(resources).post(f"/v1/funds/{fund}/allocate", {**body, "amount_fen": 100}))
    events = await resources.announced("cn.wushe.resources.allocation.made.v1")
    assert [event["data"]["amount_fen"] for event in events] == [900, 100]


async def test_nobody_promises_money_to_their_own_project(resources):
    project = await designed(resources)
    fund = await funded(resources, project, 1, received_fen=5000)
    body = {"project_id": project, "amount_fen": 5}
    for insider in ({"person": AUTHOR}, {"person": TEAMMATE}, {"org": UNDERTAKER}):
        answer = await officer(resources, **insider).post(f"/v1/funds/{fund}/allocate", body)
        refused(answer, "OWN_PROJECT", 403)


async def test_an_account_without_a_person_handles_no_money(resources):
    """Whoever is nobody cannot be told apart from the project's own people."""
    project = await designed(resources)
    fund = await funded(resources, project, 1, received_fen=5000)
    nobody = officer(resources, "finance_officer", person=None)
    promise, gift = {"project_id": project, "amount_fen": 5}, {"fund_id": fund, "amount_fen": 5, "purpose": "助老"}
    for answer in (
        await nobody.post("/v1/funds", FUND),
        await nobody.post("/v1/donations", gift),
        await nobody.post(f"/v1/funds/{fund}/allocate", promise),
        await nobody.post(f"/v1/funds/{fund}/close", if_match=1),
    ):
        refused(answer, "PERSON_UNKNOWN", 403)
    insider = officer(resources, person=None, org=UNDERTAKER)
    refused(await insider.post(f"/v1/funds/{fund}/allocate", promise), "PERSON_UNKNOWN", 403)


async def test_a_banks_system_books_what_came_in(resources):
    fund = good(await officer(resources, "finance_officer").post("/v1/funds", FUND), 201)
    gift = {"fund_id": fund["id"], "amount_fen": 5, "purpose": "助老"}
    good(await resources.acting("integration").post("/v1/donations", gift), 201)


async def test_money_for_an_unknown_project_is_not_promised(resources):
    fund = await funded(resources, await designed(resources), 1, received_fen=10)
    body = {"project_id": str(uuid7()), "amount_fen": 5}
    refused(await officer(resources).post(f"/v1/funds/{fund}/allocate", body), "PROJECT_UNKNOWN")


async def test_a_fund_is_closed_when_nothing_is_left_in_it(resources):
    keeper = officer(resources, "finance_officer")
    fund = good(await keeper.post("/v1/funds", FUND), 201)
    full = await funded(resources, await designed(resources), 5)
    row = good(await keeper.get(f"/v1/funds/{full}"))
    refused(await keeper.post(f"/v1/funds/{full}/close", if_match=row["version"]), "FUND_NOT_EMPTY")
    assert (await done(keeper, "funds", fund, "close"))["state"] == "closed"
    gift = {"fund_id": fund["id"], "amount_fen": 5, "purpose": "x"}
    refused(await keeper.post("/v1/donations", gift), "ACTION_NOT_ALLOWED")


@pytest.mark.parametrize("statement", ["update ledger_entries set amount_fen = 1", "delete from ledger_transactions"])
async def test_the_ledger_is_append_only(resources, statement):
    await funded(resources, await designed(resources), 5)
    with pytest.raises(DBAPIError, match="append-only"):
        await resources.sql(statement)


async def test_the_database_refuses_a_booking_that_does_not_balance(resources):
    fund = await funded(resources, await designed(resources), 5)
    await resources.sql("set constraints booking_balances immediate")
    transaction = (await resources.sql("select id, division from ledger_transactions limit 1"))[0]
    with pytest.raises(IntegrityError, match="differ"):
        await resources.sql(
            "insert into ledger_entries (id, division, transaction_id, account, amount_fen, fund_id, created_at)"
            " values (gen_random_uuid(), :division, :transaction, 'cash', 5, :fund, now())",
            division=transaction.division,
            transaction=transaction.id,
            fund=fund,
        )
