"""Bring the sample district in through the API: divisions, residents, volunteers, enterprises."""

from collections import Counter
from pathlib import Path
from typing import Any

from samples.licheng.client import Actor, Gateway, Refused, each
from samples.licheng.world import COMMUNITIES, COUNTY, STREET, WHOLE, Resident, World, rows

SYSTEM = "licheng-sample"
STAFF = {
    "community_worker": "SYN-S01",
    "committee": "SYN-S02",
    "supervisor": "SYN-S03",
    "org_manager": "SYN-S04",
    "street_officer": "SYN-S05",
    "civil_affairs": "SYN-S06",
    "finance_officer": "SYN-S07",
    "operator": "SYN-S08",
    "third_party": "SYN-S09",
    "social_worker": "SYN-S10",
}
CAST = (
    ("resident", COMMUNITIES[0], "SYN-R0001"),
    ("community_worker", COMMUNITIES[0], STAFF["community_worker"]),
    ("committee", COMMUNITIES[0], STAFF["committee"]),
    ("social_worker", STREET, STAFF["social_worker"]),
    ("supervisor", STREET, STAFF["supervisor"]),
    ("org_manager", STREET, STAFF["org_manager"]),
    ("street_officer", STREET, STAFF["street_officer"]),
    ("civil_affairs", COUNTY, STAFF["civil_affairs"]),
    ("finance_officer", COUNTY, STAFF["finance_officer"]),
    ("operator", WHOLE, STAFF["operator"]),
)
"""Whom to act as in the sample district: role, division, and the person by external id."""

SIDES = {"facility": "community", "funds": "social", "goods": "social", "service": "social", "technology": "social"}
TITLES = {
    "facility": ("多功能活动室", None, "间"),
    "funds": ("公益支持资金", 20_000, "元"),
    "goods": ("生活物资包", 200, "份"),
    "service": ("专业志愿服务", None, "次"),
    "technology": ("技术支持", None, "次"),
}
AGENCY = {"name": "鲤城区海滨社会工作服务中心（样例）", "uscc": "52999999MATY09013E"}


async def load(url: str) -> dict[str, str]:
    """The whole district; its keys are stable, so a second time changes nothing. Answers the organisation of roles."""
    world = World(Gateway(url, run="sample"), folder=Path())
    try:
        for step in (divisions, staff, residents, volunteers, enterprises):
            await step(world)
    finally:
        await world.gateway.http.aclose()
    return {"org_manager": world.agency, "social_worker": world.agency}


def named(external: str) -> list[dict[str, str]]:
    """The district's own key of an object."""
    return [{"system": SYSTEM, "id": external}]


async def divisions(world: World) -> str:
    """The 784 codes of the county, by the operator."""
    operator = world.gateway.acting("operator", WHOLE)
    known = [
        {"code": row["code12"], "name": row["name"], "kind": row["kind"]}
        | ({"parent": row["parent12"]} if row["parent12"] else {})
        for row in rows("divisions.csv")
    ]
    found = await operator.post("/v1/divisions/imports", {"rows": known}, key="sample-divisions")
    if found["refused"]:
        raise AssertionError([each for each in found["results"] if each["reason"]][:5])
    levels = Counter(row["kind"] for row in known)
    return f"{len(known)} · " + " ".join(f"{kind} {count}" for kind, count in sorted(levels.items()))


async def staff(world: World) -> str:
    """The people who work here, one person for every role, and the agency that employs the social worker."""
    worker = world.gateway.acting("community_worker", COUNTY)
    for role, external in STAFF.items():
        body = {"division": STREET, "age_band": "18-59", "synthetic": True, "external_ids": named(external)}
        found = await worker.post("/v1/residents", body, key=f"sample-{external}")
        world.staff[role] = found["person_id"]
    officer = world.gateway.acting("street_officer", COUNTY, person=world.staff["street_officer"])
    agency = {**AGENCY, "registration": "registered", "kinds": ["service"], "division": STREET, "synthetic": True}
    provider = await officer.post("/v1/providers", {**agency, "external_ids": named("SYN-A01")}, key="sample-agency")
    await verified(officer, "providers", provider)
    world.agency = provider["id"]
    body = {"division": STREET, "qualification": "intermediate", "org_id": world.agency, "synthetic": True}
    body |= {"person_id": world.staff["social_worker"], "external_ids": named(STAFF["social_worker"])}
    await verified(officer, "social-workers", await officer.post("/v1/social-workers", body, key="sample-worker"))
    return f"{len(world.staff)} 人，{AGENCY['name']}"


async def verified(officer: Actor, collection: str, row: dict[str, Any]) -> None:
    """Have somebody's papers checked; a second run finds it done."""
    try:
        await officer.post(f"/v1/{collection}/{row['id']}/verify", version=row["version"], key=f"verify-{row['id']}")
    except Refused as refusal:
        if refusal.code not in {"ACTION_NOT_ALLOWED", "STALE_VERSION"}:
            raise


async def residents(world: World) -> str:
    """835 persons in difficulty and the guardians their records name."""
    worker, people = world.gateway.acting("community_worker", COUNTY), rows("licheng_persons_in_difficulty_835.csv")
    wards = [row for row in people if row["guardian_id"]]

    async def guardian(row: dict[str, str]) -> tuple[str, str]:
        body = {"division": row["community_code"], "age_band": "18-59", "synthetic": True}
        body |= {"external_ids": named(row["guardian_id"])}
        found = await worker.post("/v1/residents", body, key=f"sample-{row['guardian_id']}")
        return row["guardian_id"], found["person_id"]

    guardians = dict(await each(wards, guardian))

    async def register(row: dict[str, str]) -> Resident:
        body = {"division": row["community_code"], "age_band": row["age_band"], "synthetic": True}
        body |= {"target_groups": [row["target_group"]], "external_ids": named(row["id"])}
        if row["guardian_id"]:
            body["guardian_person_id"] = guardians[row["guardian_id"]]
        found = await worker.post("/v1/residents", body, key=f"sample-{row['id']}")
        return Resident(row["id"], row["community_code"], row["age_band"], found["id"], found["person_id"])

    world.residents = await each(people, register)
    groups = len({row["target_group"] for row in people})
    return f"{len(world.residents)} 人，{groups} 类对象；另 {len(guardians)} 位监护人 guardians"


async def volunteers(world: World) -> str:
    """455 volunteers; those of the street are verified."""
    worker = world.gateway.acting("community_worker", COUNTY, person=world.staff["community_worker"])

    async def register(row: dict[str, str]) -> dict[str, Any]:
        body = {"division": row["community_code"], "skills": row["skills"].split(";"), "synthetic": True}
        body |= {"availability": row["availability"].split(";"), "external_ids": named(row["id"])}
        found: dict[str, Any] = await worker.post("/v1/volunteers", body, key=f"sample-{row['id']}")
        if row["community_code"].startswith(STREET[:9]):
            await verified(worker, "volunteers", found)
        return found

    listed = rows("licheng_volunteers_455.csv")
    found = await each(listed, register)
    world.volunteers = {row["id"]: made for row, made in zip(listed, found, strict=True)}
    skills = {skill for row in listed for skill in row["skills"].split(";")}
    return f"{len(found)} 人，{len(skills)} 种技能 skills"


async def enterprises(world: World) -> str:
    """58 enterprises, each with the resource it offers; those of the street are verified."""
    officer = world.gateway.acting("street_officer", COUNTY, person=world.staff["street_officer"])
    listed = rows("licheng_enterprises_58.csv")

    async def register(row: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        kind, division = row["resource_type"], row["street_code12"]
        body: dict[str, Any] = {
            "name": f"爱心企业 {row['id']}（样例）",
            "registration": "registered",
            "uscc": row["uscc_synthetic"],
        }
        body |= {"kinds": [kind], "division": division, "synthetic": True, "external_ids": named(row["id"])}
        provider = await officer.post("/v1/providers", body, key=f"sample-{row['id']}")
        await verified(officer, "providers", provider)
        title, quantity, unit = TITLES[kind]
        offer = {"provider_id": provider["id"], "kind": kind, "title": title, "division": division, "unit": unit}
        offer |= {"side": SIDES[kind], "external_ids": named(f"{row['id']}-R")}
        if quantity:
            offer["quantity"] = quantity
        return provider, await officer.post("/v1/resources", offer, key=f"sample-{row['id']}-R")

    pairs = await each(listed, register)
    world.providers, world.resources = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    kinds = Counter(row["resource_type"] for row in listed)
    return f"{len(pairs)} 家 · " + " ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
