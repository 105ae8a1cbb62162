"""Contracts over HTTP: inside the budget, signed by someone without a stake, paid tranche by tranche."""

import pytest

from tests.harness import STREET
from tests.projects.stage import refused, taken
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


def terms(stage, project, *amounts, **changes):
    gates = ("contract_signed", "evaluation_final", "acceptance")[-len(amounts) :]
    tranches = [
        {"label": f"第{number + 1}期", "amount_fen": amount, "gate": gate}
        | ({"phase": "after"} if gate == "evaluation_final" else {})
        for number, (amount, gate) in enumerate(zip(amounts, gates, strict=False))
    ]
    return {
        "project_id": project["id"],
        "payee_org_id": str(stage.payee),
        "purchaser": "开元街道办事处",
        "tranches": tranches,
    } | changes


async def draft(stage, project, *amounts, **changes):
    return await stage.street.post("/v1/contracts", terms(stage, project, *amounts, **changes))


async def sign(actor, contract):
    return await actor.post(f"/v1/contracts/{contract['id']}/sign", if_match=contract["version"])


async def test_a_signed_contract_is_announced_with_its_tranches(stage):
    project = await stage.approved()
    answer = await draft(stage, project, 900_000, 1_500_000, 600_000)
    contract = taken(answer, 201)
    assert answer.headers["etag"] == f'"v{contract["version"]}"'
    assert (contract["state"], contract["amount_fen"]) == ("drafted", 3_000_000)
    contract = taken(await sign(stage.street, contract))
    assert contract["state"] == "signed"
    told = (await stage.service.announced("cn.wushe.projects.contract.signed.v1"))[0]
    assert not told["public"]
    assert told["data"]["budget_fen"] == 3_000_000
    assert told["data"]["payee_org_id"] == str(stage.payee)
    parts = told["data"]["tranches"]
    assert [(part["tranche_id"], part["amount_fen"], part["gate"], part["phase"]) for part in parts] == [
        (contract["tranches"][0]["id"], 900_000, "contract_signed", None),
        (contract["tranches"][1]["id"], 1_500_000, "evaluation_final", "after"),
        (contract["tranches"][2]["id"], 600_000, "acceptance", None),
    ]  # fmt: skip


async def test_contracts_stay_inside_the_budget(stage):
    project = await stage.designed()
    refused(await draft(stage, project, 3_000_001), 409, "BUDGET_EXCEEDED")
    first = taken(await draft(stage, project, 2_000_000), 201)
    refused(await draft(stage, project, 1_000_001), 409, "BUDGET_EXCEEDED")
    taken(await draft(stage, project, 1_000_000), 201)
    path = f"/v1/contracts/{first['id']}/withdraw"
    taken(await stage.street.post(path, {"reason": "金额有误。"}, if_match=first["version"]))
    taken(await draft(stage, project, 1, 1_999_999), 201)


async def test_a_smaller_budget_is_noticed_at_the_signature(stage):
    project = await stage.designed()
    contract = taken(await draft(stage, project, 3_000_000), 201)
    line = {"label": "人员", "amount_fen": 2_999_999, "fund_source": "gov_purchase"}
    plan = stage.plan(budget_fen=2_999_999, budget=[line])
    project = await stage.verb(stage.worker, project, "design", plan)
    project = await stage.verb(stage.worker, project, "submit")
    project = await stage.verb(stage.supervisor, project, "review", {"opinion": "可以。"})
    await stage.freeze(project)
    await stage.verb(stage.street, project, "approve")
    refused(await sign(stage.street, contract), 409, "BUDGET_EXCEEDED")


async def test_an_unapproved_project_binds_nobody(stage):
    contract = taken(await draft(stage, await stage.reviewed(), 1_000), 201)
    refused(await sign(stage.street, contract), 409, "ACTION_NOT_ALLOWED")


async def test_a_draft_project_has_no_contract(stage):
    refused(await draft(stage, await stage.draft(), 1_000), 409, "ACTION_NOT_ALLOWED")


@pytest.mark.parametrize("stake", ["author", "member", "agency", "payee"])
async def test_nobody_signs_their_own(stage, stake):
    contract = taken(await draft(stage, await stage.approved(), 1_000), 201)
    ident = getattr(stage, stake)
    insider = (
        stage.acting("street_officer", STREET, person=ident)
        if stake in {"author", "member"}
        else stage.acting("street_officer", STREET, org=ident)
    )
    refused(await sign(insider, contract), 403, "OWN_PROJECT")
    refused(await sign(stage.service.acting("street_officer", STREET), contract), 403, "PERSON_UNKNOWN")


async def test_a_contract_is_signed_once(stage):
    contract = taken(await draft(stage, await stage.approved(), 1_000), 201)
    signed = taken(await sign(stage.street, contract))
    refused(await sign(stage.street, contract), 412, "STALE_VERSION")
    assert refused(await sign(stage.street, signed), 409, "ACTION_NOT_ALLOWED")["allowed"] == []


@pytest.mark.parametrize(
    ("tranche", "pointer"),
    [
        ({"gate": "evaluation_final"}, "/tranches/0/phase"),
        ({"gate": "acceptance", "phase": "after"}, "/tranches/0/phase"),
        ({"gate": "acceptance", "amount_fen": 0}, "/tranches/0/amount_fen"),
        ({"gate": "someday"}, "/tranches/0/gate"),
    ],
)
async def test_tranches_make_sense(stage, tranche, pointer):
    project = await stage.designed()
    tranches = [{"label": "首款", "amount_fen": 1} | tranche]
    found = refused(await draft(stage, project, tranches=tranches), 422, "INVALID_INPUT")
    assert [error["pointer"] for error in found["errors"]] == [pointer]
    refused(await draft(stage, project), 422, "INVALID_INPUT")


@pytest.mark.parametrize("last", ["contract_signed", "milestone"])
async def test_the_last_money_waits_for_the_residents_word(stage, last):
    project = await stage.designed()
    tranches = [
        {"label": "评价款", "amount_fen": 1, "gate": "evaluation_final", "phase": "after"},
        {"label": "尾款", "amount_fen": 1, "gate": last},
    ]
    refused(await draft(stage, project, tranches=tranches), 422, "LAST_TRANCHE_UNGATED")
    refused(await draft(stage, project, tranches=tranches[1:]), 422, "LAST_TRANCHE_UNGATED")
    taken(await draft(stage, project, tranches=tranches[::-1]), 201)
    over = [tranches[1] | {"amount_fen": 3_000_001}]
    refused(await draft(stage, project, tranches=over), 409, "BUDGET_EXCEEDED")


@pytest.mark.parametrize("phase", ["before", "mid"])
async def test_no_money_waits_for_a_phase_nobody_evaluates(stage, phase):
    tranches = [
        {"label": "中期款", "amount_fen": 1, "gate": "evaluation_final", "phase": phase},
        {"label": "尾款", "amount_fen": 1, "gate": "acceptance"},
    ]
    project = await stage.designed()
    refused(await draft(stage, project, tranches=tranches), 422, "PHASE_NOT_EVALUATED")
    refused(await draft(stage, project, tranches=tranches[:1]), 422, "PHASE_NOT_EVALUATED")


async def test_payments_are_shown_once_each(stage):
    project = await stage.approved()
    contract = taken(await sign(stage.street, taken(await draft(stage, project, 900_000, 100_000), 201)))
    paid = {"project_id": project["id"], "tranche_id": contract["tranches"][0]["id"], "amount_fen": 900_000}
    for _ in range(2):
        await stage.service.hear("cn.wushe.resources.disbursement.paid.v1", paid | {"later_field": 1})
    contract = taken(await stage.street.get(f"/v1/contracts/{contract['id']}"))
    assert [tranche["paid_fen"] for tranche in contract["tranches"]] == [900_000, 0]
    budget = taken(await stage.worker.get(f"/v1/projects/{project['id']}/budget"))
    assert (budget["committed_fen"], budget["paid_fen"]) == (1_000_000, 900_000)
    found = taken(await stage.service.sibling("gateway").get(f"/internal/lifecycle/{project['id']}"))
    assert (found["contracts"][-1]["state"], found["contracts"][-1]["paid_fen"]) == ("signed", 900_000)


async def test_residents_do_not_read_contracts(stage):
    contract = taken(await draft(stage, await stage.approved(), 1_000), 201)
    path = f"/v1/contracts/{contract['id']}"
    refused(await stage.acting("resident").get(path), 403, "ROLE_NOT_ALLOWED")
    refused(await stage.acting("street_officer", "350503001000").get(path), 404, "NOT_FOUND")
    found = taken(await stage.worker.get(f"/v1/contracts?project_id={contract['project_id']}"))["items"]
    assert [row["id"] for row in found] == [contract["id"]]
    assert taken(await stage.worker.get(f"/v1/contracts?project_id={uuid7()}"))["items"] == []
