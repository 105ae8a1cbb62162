"""Code tables, administrative divisions and the sandbox clock."""

import csv
from pathlib import Path

import pytest

from tests.harness import COMMUNITY, COUNTY
from wushe.identity import WHOLE
from wushe.sandbox import CLOCK_MOVED

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAMPLE = Path(__file__).parents[2] / "samples" / "licheng" / "divisions.csv"


def sample_rows() -> list[dict[str, str | None]]:
    with SAMPLE.open(encoding="utf-8") as lines:
        return [
            {"code": row["code12"], "name": row["name"], "kind": row["kind"], "parent": row["parent12"] or None}
            for row in csv.DictReader(lines)
        ]


async def test_code_tables_are_open_to_everyone(stranger):
    tables = (await stranger.get("/v1/codes")).json()["tables"]
    assert sum(map(len, tables.values())) == 179
    assert {"code": "operator", "zh": "平台运维", "en": "Operator"} in tables["role"]
    assert list((await stranger.get("/v1/codes", params={"table": "urgency"})).json()["tables"]) == ["urgency"]
    assert (await stranger.get("/v1/codes", params={"table": "none"})).status_code == 404


async def test_a_division_has_the_members_its_document_names(house):
    named = house.app.openapi()["components"]["schemas"]["DivisionOut"]["properties"]
    assert list(named) == ["code", "name", "kind", "parent"]


async def test_the_sample_is_imported_once(signed_in, stranger):
    rows, operator = sample_rows(), signed_in("operator", WHOLE)
    assert len(rows) == 784
    first = await operator.post("/v1/divisions/imports", {"rows": rows})
    assert first.status_code == 200, first.text
    count = ("created", "updated", "unchanged", "refused")
    refused = [line for line in first.json()["results"] if line["result"] == "refused"]
    assert [first.json()[name] for name in count] == [784, 0, 0, 0], refused[:5]
    again = (await operator.post("/v1/divisions/imports", {"rows": rows})).json()
    assert [again[name] for name in count] == [0, 0, 784, 0]
    rows[1]["name"] = "新街道"
    changed = (await operator.post("/v1/divisions/imports", {"rows": rows[:2]})).json()
    assert [line["result"] for line in changed["results"]] == ["unchanged", "updated"]
    found = (await stranger.get(f"/v1/divisions/{rows[1]['code']}")).json()
    assert found == {name: rows[1][name] for name in ("code", "name", "kind", "parent")}


async def test_divisions_are_read_level_by_level(signed_in, stranger):
    rows = [row for row in sample_rows() if row["code"].endswith("000")]  # towns and above
    operator = signed_in("operator", WHOLE)
    await operator.post("/v1/divisions/imports", {"rows": rows})
    expected = sorted(row["code"] for row in rows if row["parent"] == COUNTY)
    page = (await stranger.get("/v1/divisions", params={"parent": COUNTY, "limit": 5})).json()
    more = await stranger.get("/v1/divisions", params={"parent": COUNTY, "limit": 5, "cursor": page["next_cursor"]})
    assert [item["code"] for item in page["items"] + more.json()["items"]] == expected[:10]
    top = (await stranger.get("/v1/divisions")).json()["items"]
    assert [item["code"] for item in top] == sorted(row["code"] for row in rows if row["parent"] is None)
    assert (await stranger.get("/v1/divisions/999999999999")).status_code == 404
    assert (await stranger.get("/v1/divisions/1")).status_code == 422


async def test_lines_that_cannot_stand_are_named_and_the_others_written(signed_in):
    street = {"code": "350502001000", "name": "海滨街道", "kind": "street", "parent": COUNTY}
    rows = [
        {"code": COUNTY, "name": "鲤城区", "kind": "county", "parent": None},
        street,
        street,
        {"code": "350503001000", "name": "外区街道", "kind": "street", "parent": None},
        {"code": "350502002001", "name": "错位社区", "kind": "residents_committee", "parent": "350502001000"},
        {"code": "350502009001", "name": "无上级", "kind": "residents_committee", "parent": "350502009000"},
    ]
    answer = await signed_in("operator", COUNTY).post("/v1/divisions/imports", {"rows": rows})
    assert [(line["result"], line["reason"]) for line in answer.json()["results"]] == [
        ("created", None),
        ("created", None),
        ("refused", "DUPLICATE_ROW"),
        ("refused", "OUT_OF_SCOPE"),
        ("refused", "NOT_BELOW_PARENT"),
        ("refused", "PARENT_UNKNOWN"),
    ]
    assert (await signed_in("resident").post("/v1/divisions/imports", {"rows": rows})).status_code == 403
    assert (await signed_in("operator").post("/v1/divisions/imports", {"rows": [street] * 1001})).status_code == 422


async def test_the_clock_of_a_county_moves_forward_and_is_announced(house, signed_in):
    operator, day = signed_in("operator", COUNTY), 86400
    moved = await operator.post("/v1/sandbox/clock", {"division": COMMUNITY, "advance_seconds": day})
    assert moved.status_code == 200, moved.text
    again = (await operator.post("/v1/sandbox/clock", {"division": COUNTY, "advance_seconds": day})).json()
    assert (again["division"], again["offset_seconds"], again["settled"]) == (COUNTY, 2 * day, False)
    events = await house.announced(CLOCK_MOVED)
    assert [(event["data"]["offset_seconds"], event["sequence"]) for event in events] == [
        (day, "0000000001"),
        (2 * day, "0000000002"),
    ]
    for given_up, settled in (("destination = 'needs'", False), ("false", True)):
        await house.sql(
            f"update delivery set state = case when {given_up} then 'dead' else 'done' end"
            " from stream where stream.id = delivery.stream_id"
        )
        read = (await operator.get("/v1/sandbox/clock", params={"division": COMMUNITY})).json()
        assert (read["offset_seconds"], read["settled"]) == (2 * day, settled)
    untouched = await signed_in("operator", "350503000000").get(
        "/v1/sandbox/clock", params={"division": "350503000000"}
    )
    assert untouched.json()["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("role", "scope", "change", "status"),
    [
        ("operator", COUNTY, {"advance_seconds": 0}, 422),
        ("operator", COUNTY, {"advance_seconds": -1}, 422),
        ("operator", COUNTY, {"division": "350503001001"}, 403),
        ("operator", COMMUNITY, {}, 403),
        ("civil_affairs", COUNTY, {}, 403),
    ],
)
async def test_the_clock_never_moves_back_nor_for_everyone(signed_in, role, scope, change, status):
    answer = await signed_in(role, scope).post(
        "/v1/sandbox/clock", {"division": COUNTY, "advance_seconds": 60, **change}
    )
    assert answer.status_code == status, answer.text
