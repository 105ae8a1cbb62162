"""Who approves a payout and who sees it: a committee first, donors and agencies what is theirs."""

import pytest

from tests.harness import COMMUNITY, STREET
from tests.resources.stories import contracted, designed, done, good, officer, refused, tranche
from tests.resources.test_disbursements_api import approve, due
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_committee_gives_the_first_word_only(resources):
    _, row = await due(resources)
    first, second = (officer(resources, "committee", STREET) for _ in range(2))
    row = await done(first, "disbursements", row, "approve")
    answer = await second.post(f"/v1/disbursements/{row['id']}/approve", if_match=row["version"])
    refused(answer, "FIRST_APPROVAL_ONLY", 403)
    assert good(await approve(resources, row))["state"] == "approved"


async def test_a_donor_approves_what_comes_from_their_own_fund(resources):
    project, row = await due(resources, allocated_fen=0)
    (other,) = await contracted(resources, await designed(resources), tranche(1), payee=row["payee_org_id"])
    keeper, org = officer(resources, "finance_officer"), uuid7()
    fund = good(
        await keeper.post("/v1/funds", {"name": "助老基金", "source": "charity_donation", "division": COMMUNITY}), 201
    )
    gift = {"fund_id": fund["id"], "amount_fen": 100_000, "purpose": "助老", "donor_org_id": str(org)}
    good(await keeper.post("/v1/donations", gift), 201)
    promise = {"project_id": project, "amount_fen": 100_000}
    good(await keeper.post(f"/v1/funds/{fund['id']}/allocate", promise))
    donor = officer(resources, "donor", org=org)
    assert [each["id"] for each in good(await donor.get("/v1/disbursements"))["items"]] == [row["id"]]
    row = await done(donor, "disbursements", row, "approve")
    assert row["state"] == "endorsed"
    colleague = officer(resources, "donor", org=org)
    answer = await colleague.post(f"/v1/disbursements/{row['id']}/approve", if_match=row["version"])
    refused(answer, "FIRST_APPROVAL_ONLY", 403)
    for stranger in (donor, officer(resources, "donor"), officer(resources, "donor", org=uuid7())):
        refused(await stranger.get(f"/v1/disbursements/{other['id']}"), "NOT_FOUND", 404)
        answer = await stranger.post(f"/v1/disbursements/{other['id']}/approve", if_match=other["version"])
        refused(answer, "NOT_FOUND", 404)


async def test_the_system_of_an_agency_reads_what_the_agency_is_paid(resources):
    _, row = await due(resources)
    own, other, none = (resources.acting("integration", org=org) for org in (row["payee_org_id"], uuid7(), None))
    assert [each["id"] for each in good(await own.get("/v1/disbursements"))["items"]] == [row["id"]]
    assert good(await own.get(f"/v1/disbursements/{row['id']}"))["id"] == row["id"]
    for stranger in (other, none):
        assert good(await stranger.get("/v1/disbursements"))["items"] == []
        refused(await stranger.get(f"/v1/disbursements/{row['id']}"), "NOT_FOUND", 404)
