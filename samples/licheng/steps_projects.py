"""Steps two and three, first half: from a concern to an approved, publicised project with its contract."""

from datetime import timedelta
from functools import partial
from typing import Any

from samples.licheng.client import reaches, unless
from samples.licheng.world import STREET, Undertaking, World, expect

OVERDUE_RULE = "residents_2018"
COUNTS = {"heads": (96, 78, 71), "area_cm2": (812_400_00, 655_300_00, 598_120_00)}


def both() -> list[Undertaking]:
    """The two projects of the play."""
    return [
        Undertaking(
            code="elder",
            title="海滨街道长者助餐与陪诊",
            kind="public_service",
            themes=("elder_meal", "elder_escort_medical"),
            goal_people=38,
            lines=(
                ("助餐服务", 6_000_000, "gov_purchase"),
                ("陪诊与探访", 4_000_000, "community_fund"),
                ("物资与保险", 2_000_000, "charity_donation"),
            ),
            place="金山社区长者食堂",
            approver="street_officer",
        ),
        Undertaking(
            code="ramp",
            title="海滨街道无障碍坡道与路面微改造",
            kind="micro_renovation",
            themes=("disability_access", "road_drain"),
            goal_people=14,
            lines=(("坡道与扶手", 3_200_000, "community_fund"), ("路面与排水", 1_600_000, "owners_fund")),
            place="水门社区 3 号楼前",
            approver="committee",
        ),
    ]


async def draft(world: World, undertakings: list[Undertaking]) -> str:
    """Two drafts, then two plans with goals, budget and team; a vague goal is refused by field."""
    writer = world.acting("social_worker")
    for each in undertakings:
        body: dict[str, Any] = {
            "title": each.title,
            "kind": each.kind,
            "division": STREET,
            "summary": f"回应共同关注点：{each.title}",
        }
        body |= {"concern_ids": [concern["id"] for concern in each.concerns]}
        each.project = await writer.post("/v1/projects", body)
        path = f"/v1/projects/{each.project['id']}/design"
        if each.kind == "public_service":
            vague = plan(world, each) | {"goals": [{"indicator": "老人更满意"}]}
            answer = await writer.refused(path, vague, version=each.project["version"])
            world.note("目标不完整", "a vague goal", expect(answer, 422, "GOAL_NOT_SMART"))
            wrong = plan(world, each) | {"budget_fen": each.budget_fen + 1}
            answer = await writer.refused(path, wrong, version=each.project["version"])
            world.note("预算不平", "a budget that does not add up", expect(answer, 422, "BUDGET_MISMATCH"))
        each.project = await _designed(world, each)
    return "；".join(f"{each.title} {each.budget_fen / 100:,.0f} 元" for each in undertakings)


async def _designed(world: World, undertaking: Undertaking) -> dict[str, Any]:
    """Projects hears of a confirmed concern by event; until then it refuses the plan."""
    writer, wanted = world.acting("social_worker"), plan(world, undertaking)
    design = partial(writer.act, "projects", undertaking.project, "design", wanted)
    return await unless(design, "CONCERN_NOT_CONFIRMED", "projects to hear of the confirmed concerns")


def plan(world: World, undertaking: Undertaking) -> dict[str, Any]:
    """Goals, budget and team of a project."""
    due = (world.today() + timedelta(days=120)).isoformat()
    goal = {"due_date": due, "source": "活动签到与本人确认"}
    goals = [
        goal
        | {
            "indicator": "服务人数",
            "unit": "人",
            "baseline": 0,
            "target": undertaking.goal_people,
            "dimension": "output",
        },
        goal | {"indicator": "生活便利自评", "unit": "分", "baseline": 2.6, "target": 4, "dimension": "outcome"},
        goal | {"indicator": "新增志愿者", "unit": "人", "baseline": 0, "target": 6, "dimension": "impact"},
    ]
    volunteer = world.volunteers["SYN-V0001" if undertaking.code == "elder" else "SYN-V0002"]
    team = [
        {
            "person_id": world.staff["social_worker"],
            "party": "social_worker",
            "role": "项目负责人",
            "responsible": True,
        },
        {"person_id": world.staff["org_manager"], "party": "community_org", "role": "承接机构", "responsible": False},
        {"person_id": volunteer["person_id"], "party": "volunteer", "role": "志愿者队长", "responsible": False},
    ]
    lines = [{"label": label, "amount_fen": fen, "fund_source": source} for label, fen, source in undertaking.lines]
    return {
        "target_groups": ["elderly", "living_alone_elderly"]
        if undertaking.code == "elder"
        else ["disabled", "residents"],
        "goals": goals,
        "budget_fen": undertaking.budget_fen,
        "budget": lines,
        "team": team,
        "undertaker_org_id": world.agency,
        "planned": {"persons": undertaking.goal_people, "sessions": 3 if undertaking.code == "elder" else 1},
    }


async def resolve(world: World, micro: Undertaking) -> str:
    """What changes shared space needs a resolution: recorded with its rule, publicised, effective after the window."""
    writer, recorder = world.acting("social_worker"), world.acting("committee")
    path = f"/v1/projects/{micro.project['id']}/submit"
    answer = await writer.refused(path, version=micro.project["version"])
    world.note("微改造须先有决议", "a resolution comes first", expect(answer, 409, "RESOLUTION_REQUIRED"))
    counts = {name: {axis: row[place] for axis, row in COUNTS.items()} for place, name in enumerate(NAMES)}
    body = {"project_id": micro.project["id"], "body": "owners_assembly", "rule_code": "owners_278_special"}
    body |= {
        "held_on": world.today().isoformat(),
        **counts,
        "minutes": "会议记录（样例）",
    }
    heads = {name: {"heads": row["heads"]} for name, row in counts.items()}
    expired = body | {"rule_code": OVERDUE_RULE, "body": "residents_meeting"} | heads
    answer = await recorder.refused("/v1/deliberations", expired)
    world.note("过期的议事规则", "a rule no longer in force", expect(answer, 422, "RULE_NOT_IN_FORCE"))
    recorded = await recorder.post("/v1/deliberations", body)
    await recorder.act("deliberations", recorded, "publicise")
    await world.forward(days=7.1)
    await reaches(recorder, f"/v1/deliberations/{recorded['id']}", "effective")
    micro.project = await reaches(writer, f"/v1/projects/{micro.project['id']}", "resolved")
    agreed = " ".join(f"{axis} {row[2]}/{row[1]}/{row[0]}" for axis, row in COUNTS.items())
    return f"民法典 278 特别多数通过：{agreed}"


NAMES = ("totals", "participating", "yes")


async def approve(world: World, undertakings: list[Undertaking]) -> str:
    """Submitted, reviewed from outside, approved by somebody else, only after the scheme is frozen."""
    for each in undertakings:
        await _hand_in(world, each)
        await _freeze(world, each)
        project, approver = each.project, world.acting(each.approver)
        own = world.gateway.acting(each.approver, STREET, person=world.staff["social_worker"])
        answer = await own.refused(f"/v1/projects/{project['id']}/approve", version=project["version"])
        world.note("不能审批自己的项目", "one's own project", expect(answer, 403, "OWN_PROJECT"))
        each.project = await _approved(world, each)
        each.project = await approver.act("projects", each.project, "publicise")
    return "；".join(
        f"{each.title}：{each.approver} 批准，方案 {each.scheme['scheme_hash'][:12]}…" for each in undertakings
    )


async def _hand_in(world: World, undertaking: Undertaking) -> None:
    writer, project = world.acting("social_worker"), undertaking.project
    early = await writer.refused(f"/v1/projects/{project['id']}/complete", version=project["version"])
    world.note("次序不对：未实施不能完成", "out of order", expect(early, 409, "ACTION_NOT_ALLOWED"))
    submitted = await writer.act("projects", project, "submit")
    undertaking.project = await world.acting("supervisor").act(
        "projects", submitted, "review", {"opinion": "专业可行。"}
    )
    path = f"/v1/projects/{project['id']}/approve"
    answer = await world.acting(undertaking.approver).refused(path, version=undertaking.project["version"])
    world.note("评价方案未冻结", "the scheme is not frozen", expect(answer, 409, "SCHEME_NOT_FROZEN"))


async def _freeze(world: World, undertaking: Undertaking) -> None:
    body = {"project_id": undertaking.project["id"], "division": STREET, "title": f"{undertaking.title}评价方案"}
    drafted = await world.gateway.acting("third_party", STREET, person=world.staff["third_party"]).post(
        "/v1/schemes", body
    )

    freeze = partial(world.acting("civil_affairs").act, "schemes", drafted, "freeze")
    undertaking.scheme = await unless(freeze, "PROJECT_NOT_DESIGNED", "evaluation to hear of the plan")


async def _approved(world: World, undertaking: Undertaking) -> dict[str, Any]:
    approve = partial(world.acting(undertaking.approver).act, "projects", undertaking.project, "approve")
    return await unless(approve, "SCHEME_NOT_FROZEN", "projects to hear of the frozen scheme")


async def start(world: World, undertakings: list[Undertaking]) -> str:
    """The saga: everything reserved is confirmed in resources, then the work begins."""
    starter = world.acting("social_worker")
    for each in undertakings:
        each.project = await starter.act("projects", each.project, "start")
    for each in undertakings:
        each.project = await reaches(starter, f"/v1/projects/{each.project['id']}", "implementing")
    return f"{len(undertakings)} 个项目 implementing；需求转为 planned"


async def publicity(world: World, undertakings: list[Undertaking]) -> str:
    """Seven days before the public; no start before they are over."""
    starter = world.acting("social_worker")
    project = undertakings[0].project
    answer = await starter.refused(f"/v1/projects/{project['id']}/start", version=project["version"])
    world.note("公示期未满", "publicity is still running", expect(answer, 409, "PUBLICITY_RUNNING"))
    await world.forward(days=7.1)
    need = undertakings[0].concerns[0]["need_ids"][0]
    await reaches(world.acting("community_worker"), f"/v1/needs/{need}", "planned")
    return f"沙箱时钟已前进 {world.ahead.days} 天 · windows pass, none is shortened"


async def complete(world: World, undertakings: list[Undertaking]) -> str:
    """Every record has its answer: the projects are complete, and the event opens the evaluations."""
    writer = world.acting("social_worker")
    for each in undertakings:
        project = await writer.get(f"/v1/projects/{each.project['id']}")
        each.project = await writer.act("projects", project, "complete")
    for each in undertakings:
        await reaches(writer, f"/v1/projects/{each.project['id']}", "evaluating", "accepted", patience=45)
    counts = "；".join(f"{each.title} {each.project['record_count']} 条" for each in undertakings)
    return f"已确认服务记录：{counts}"


async def accept(world: World, undertakings: list[Undertaking]) -> str:
    """Accepted by somebody without a part in it, with the final report."""
    for each in undertakings:
        each.project = await _accepted(world, each)
    return "、".join(each.title for each in undertakings) + " 结项"


async def _accepted(world: World, undertaking: Undertaking) -> dict[str, Any]:
    approver = world.acting(undertaking.approver)

    async def accept() -> dict[str, Any]:
        project = await approver.get(f"/v1/projects/{undertaking.project['id']}")
        accepted: dict[str, Any] = await approver.act("projects", project, "accept")
        return accepted

    return await unless(accept, "EVALUATION_NOT_FINAL STALE_VERSION", "projects to hear of the final report")
