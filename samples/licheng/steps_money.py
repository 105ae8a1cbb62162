"""The money: received, promised, and paid by two people, the last part only with the residents' word."""

from functools import partial
from typing import Any

from samples.licheng.client import unless, until
from samples.licheng.world import STREET, Undertaking, World, expect

FUNDS = {
    "gov_purchase": "政府购买服务资金",
    "community_fund": "海滨社区公益基金",
    "charity_donation": "慈善捐赠专户",
    "owners_fund": "维修资金专户",
}
TRANCHES = (
    ("首期款", 30, "contract_signed", None),
    ("评价款", 50, "evaluation_final", "after"),
    ("尾款", 20, "acceptance", None),
)


async def fund(world: World, undertakings: list[Undertaking]) -> str:
    """Money comes into four funds and is promised to the projects, never more than their budgets."""
    keeper, funds = world.acting("finance_officer"), {}
    for source, name in FUNDS.items():
        opened = await keeper.post("/v1/funds", {"name": name, "source": source, "division": STREET})
        wanted = sum(fen for u in undertakings for _, fen, from_ in u.lines if from_ == source)
        gift = {"fund_id": opened["id"], "amount_fen": wanted + 500_000, "purpose": "社区公益项目（样例）"}
        if source == "charity_donation":
            gift["donor_org_id"] = world.providers[0]["id"]
        await keeper.post("/v1/donations", gift)
        funds[source] = opened
    for undertaking in undertakings:
        for _, fen, source in undertaking.lines:
            await _allocated(world, funds[source], undertaking, fen)
    body = {"project_id": undertakings[0].project["id"], "amount_fen": 400_000}
    row = await keeper.get(f"/v1/funds/{funds['gov_purchase']['id']}")
    answer = await keeper.refused(f"/v1/funds/{row['id']}/allocate", body)
    world.note("不能超出项目预算", "budget exceeded", expect(answer, 409, "BUDGET_EXCEEDED"))
    total = sum(u.budget_fen for u in undertakings)
    return f"{len(funds)} 个资金专户，拨入 {total / 100:,.0f} 元"


async def _allocated(world: World, fund_row: dict[str, Any], undertaking: Undertaking, fen: int) -> None:
    body = {"project_id": undertaking.project["id"], "amount_fen": fen}
    allocate = partial(world.acting("finance_officer").post, f"/v1/funds/{fund_row['id']}/allocate", body)
    await unless(allocate, "PROJECT_UNKNOWN", "resources to hear of the plan")


async def sign(world: World, undertakings: list[Undertaking]) -> str:
    """A contract with three tranches each; the first is paid before anything is evaluated."""
    writer = world.acting("org_manager")
    for undertaking in undertakings:
        total = undertaking.budget_fen
        body = {"project_id": undertaking.project["id"], "payee_org_id": world.agency, "purchaser": "海滨街道办事处"}
        greedy = body | {"tranches": [{"label": "全部", "amount_fen": total + 1, "gate": "contract_signed"}]}
        answer = await writer.refused("/v1/contracts", greedy)
        world.note("合同不能超出预算", "a contract beyond the budget", expect(answer, 409, "BUDGET_EXCEEDED"))
        tranches = [
            {"label": label, "amount_fen": total * share // 100, "gate": gate} | ({"phase": phase} if phase else {})
            for label, share, gate, phase in TRANCHES
        ]
        drafted = await writer.post("/v1/contracts", body | {"tranches": tranches})
        undertaking.contract = await world.acting("street_officer").act("contracts", drafted, "sign")
    paid = [await pay(world, undertaking, "contract_signed") for undertaking in undertakings]
    await _refuse_unevaluated(world, undertakings[0])
    return f"首期款已付 {sum(paid) / 100:,.0f} 元（尚无任何评价）"


async def pay(world: World, undertaking: Undertaking, gate: str) -> int:
    """One tranche: refused with one approval, paid with two, by somebody else."""
    row = await _due(world, undertaking, gate)
    path = f"/v1/disbursements/{row['id']}"
    payer, first, second = (world.acting(role) for role in ("finance_officer", "street_officer", "civil_affairs"))
    row = await first.act("disbursements", row, "approve")
    if gate == "contract_signed":
        answer = await payer.refused(f"{path}/pay", version=row["version"])
        world.note("还缺一位审批人", "an approver is missing", expect(answer, 409, "APPROVER_MISSING"))
        answer = await first.refused(f"{path}/approve", version=row["version"])
        world.note("不能由同一人批准两次", "the same approver twice", expect(answer, 409, "SAME_APPROVER"))
    row = await second.act("disbursements", row, "approve")
    row = await payer.act("disbursements", row, "pay")
    return int(row["amount_fen"])


async def _due(world: World, undertaking: Undertaking, gate: str) -> dict[str, Any]:
    reader = world.acting("finance_officer")

    async def look() -> dict[str, Any] | None:
        items = (await reader.get("/v1/disbursements", project_id=undertaking.project["id"]))["items"]
        return next((item for item in items if item["gate"] == gate and item["state"] == "due"), None)

    found = await until(look, f"the tranche {gate} of {undertaking.title} to be due")
    assert found is not None
    return found


async def _refuse_unevaluated(world: World, undertaking: Undertaking) -> None:
    """Without a final evaluation its tranche is not approved."""
    reader = world.acting("finance_officer")
    items = (await reader.get("/v1/disbursements", project_id=undertaking.project["id"]))["items"]
    row = next(item for item in items if item["gate"] == "evaluation_final")
    path = f"/v1/disbursements/{row['id']}/approve"
    answer = await world.acting("street_officer").refused(path, version=row["version"])
    world.note("没有评价定稿不拨评价款", "no evaluation, no money", expect(answer, 409, "EVALUATION_NOT_FINAL"))


async def pay_by_result(world: World, undertakings: list[Undertaking]) -> str:
    """min(tranche × grade factor, allocation left), two approvals, booked in the ledger."""
    paid = [await pay(world, undertaking, "evaluation_final") for undertaking in undertakings]
    return "；".join(f"{u.title} {fen / 100:,.0f} 元" for u, fen in zip(undertakings, paid, strict=True))


async def pay_rest(world: World, undertakings: list[Undertaking]) -> str:
    """The acceptance tranche, and a ledger that adds up to zero."""
    paid = [await pay(world, undertaking, "acceptance") for undertaking in undertakings]
    reader, amounts = world.acting("finance_officer"), []
    for undertaking in undertakings:
        found = await reader.get("/v1/ledger-entries", project_id=undertaking.project["id"], limit=200)
        amounts += [entry["amount_fen"] for entry in found["items"]]
    if sum(amounts):
        raise AssertionError(f"the ledger is off by {sum(amounts)} fen")
    return f"尾款 {sum(paid) / 100:,.0f} 元；总账 {len(amounts)} 笔，借贷平衡 balanced"
