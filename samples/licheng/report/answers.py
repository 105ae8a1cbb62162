"""What the play leaves behind: the API's answers about both projects and their street, and one page made of them."""

import json
from collections import Counter
from typing import Any

from samples.licheng.client import Actor
from samples.licheng.report import page
from samples.licheng.world import COUNTY, STREET, Undertaking, World

TABLES = (
    "deliberation_body", "eval_dimension", "fund_source", "method", "project_kind", "resource_type", "role",
    "service_field", "tranche_gate",
)  # fmt: skip
PERSONAL = ("person_id", "author_person_id", "resident_id")
K = 5
"""The smallest group of residents a count is published for, as in the registers."""


async def write(world: World, undertakings: list[Undertaking]) -> str:
    """lifecycle.json with what the API says, and report.html made from lifecycle.json alone."""
    found: dict[str, Any] = {}
    for undertaking in undertakings:
        found[undertaking.code] = await _project(world.acting("civil_affairs"), undertaking.project["id"])
    found["district"] = await _district(world) | {"refusals": [list(each) for each in dict.fromkeys(world.refusals)]}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (world.folder / "lifecycle.json").write_text(text, encoding="utf-8")
    html = page.render(json.loads(text))
    (world.folder / "report.html").write_text(html, encoding="utf-8")
    return f"{world.folder}/lifecycle.json（{len(text) // 1024} KB），report.html（{len(html.encode()) // 1024} KB）"


async def _project(reader: Actor, ident: str) -> dict[str, Any]:
    """The lifecycle, and the answers behind it that the page quotes."""
    lifecycle: dict[str, Any] = await reader.get(f"/v1/lifecycle/{ident}")
    missing = [
        name for name, part in lifecycle.items() if isinstance(part, dict) and part.get("status") == "unavailable"
    ]
    if missing:
        raise AssertionError(f"lifecycle without {missing}")
    decided, path = lifecycle["projects"]["deliberation"], f"/v1/projects/{ident}"
    answers = {
        "project": await reader.get(path),
        "goals": (await reader.get(f"{path}/goals"))["items"],
        "budget": await reader.get(f"{path}/budget"),
        "team": (await reader.get(f"{path}/team"))["items"],
        "concerns": [await reader.get(f"/v1/concerns/{each['id']}") for each in lifecycle["needs"]["concerns"]],
        "tally": await reader.get(f"/v1/deliberations/{decided['id']}/tally") if decided else None,
        "served": _served(await _all(reader, "service-records", project_id=ident)),
        "disbursements": await _all(reader, "disbursements", project_id=ident),
        "ledger": await _all(reader, "ledger-entries", project_id=ident),
        **await _evaluated(reader, lifecycle["evaluation"]),
    }
    return lifecycle | {"answers": _anonymous(answers)}


async def _evaluated(reader: Actor, part: dict[str, Any]) -> dict[str, Any]:
    """The frozen scheme, and the whole report and the head of the ballot log of the last evaluation."""
    last = part["evaluations"][-1]
    log = await reader.get(f"/v1/evaluations/{last['id']}/log")
    return {
        "scheme": await reader.get(f"/v1/schemes/{part['scheme']['id']}"),
        "report": await reader.get(f"/v1/reports/{last['report']['id']}"),
        "log": {name: value for name, value in log.items() if name != "entries"},
    }


async def _district(world: World) -> dict[str, Any]:
    """What the street asked for, and what the county has to answer with; numbers only."""
    street, county = world.acting("civil_affairs"), world.acting("civil_affairs", COUNTY)
    residents = await _all(county, "residents")
    codes = (await street.get("/v1/codes"))["tables"]
    return {
        "county": await street.get(f"/v1/divisions/{COUNTY}"),
        "street": await street.get(f"/v1/divisions/{STREET}"),
        "communities": len((await street.get("/v1/divisions", parent=STREET, limit=200))["items"]),
        "needs": _asked(await _all(street, "needs")),
        "funds": await _all(street, "funds"),
        "registered": {
            "in_difficulty": sum(bool(each["target_groups"]) for each in residents),
            "volunteers": len(await _all(county, "volunteers")),
            "providers": len(await _all(county, "providers")),
            "social_workers": len(await _all(county, "social-workers")),
        },
        "codes": {table: codes[table] for table in TABLES},
    }


async def _all(reader: Actor, collection: str, **filters: Any) -> list[dict[str, Any]]:
    """Every row of a collection, page after page."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        found = await reader.get(f"/v1/{collection}", limit=200, **filters, **cursor)
        rows += found["items"]
        if not found["next_cursor"]:
            return rows
        cursor = {"cursor": found["next_cursor"]}


def _asked(needs: list[dict[str, Any]]) -> dict[str, Any]:
    """How many needs, in which state, about what; fields with fewer than k needs are put together."""
    fields = Counter(each["field"] for each in needs if each["field"])
    few = {code: count for code, count in fields.items() if count < K}
    return {
        "total": len(needs),
        "divisions": len({each["division"] for each in needs}),
        "in_danger": sum(each["danger"] for each in needs),
        "cosigned": sum(each["cosigner_count"] for each in needs),
        "states": dict(Counter(each["state"] for each in needs)),
        "fields": dict((fields - Counter(few)).most_common()),
        "few": {"fields": len(few), "needs": sum(few.values()), "k": K},
        "solved": sum(each["outcome"] == "solved" for each in needs),
    }


def _served(records: list[dict[str, Any]]) -> dict[str, int]:
    """Confirmed records and their minutes; who they are about stays where it is."""
    confirmed = [each for each in records if each["state"] == "confirmed"]
    return {"confirmed": len(confirmed), "minutes": sum(each["minutes"] for each in confirmed)}


def _anonymous(answer: Any) -> Any:
    """The same answer without the ids of persons."""
    if isinstance(answer, dict):
        return {name: _anonymous(value) for name, value in answer.items() if name not in PERSONAL}
    return [_anonymous(each) for each in answer] if isinstance(answer, list) else answer
