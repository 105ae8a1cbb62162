"""The list of a property company becomes a tree, once, however often it is sent."""

import pytest

from tests.needs.stories import refused, resident, worker
from tests.needs.tables import csv_of, imported, report, upload
from tests.wushe.test_sheets import workbook

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOUSES = [
    {"小区": "幸福里", "楼栋": "3 号楼", "单元": "1 单元", "户": "101", "专有面积": "89.5", "网格": "第一网格"},
    {"小区": "幸福里", "楼栋": "3 号楼", "单元": "1 单元", "户": "102", "专有面积": "90.05", "网格": "第一网格"},
    {"小区": "幸福里", "楼栋": "5 号楼", "单元": "", "户": "101", "专有面积": "120", "网格": "第一网格"},
    {"小区": "", "楼栋": "供销社楼", "单元": "", "户": "", "专有面积": "", "网格": ""},
]


async def tree(needs):
    found = (await worker(needs).get("/v1/places?limit=100")).json()["items"]
    return {(place["kind"], place["name"], place["parent_id"]): place for place in found}


async def counted(needs):
    return [tuple(row) for row in await needs.sql("select count(*), max(version) from place_versions")] + [
        tuple(row) for row in await needs.sql("select count(*) from audit where subject like 'places/%'")
    ]


async def test_a_list_of_houses_becomes_a_tree_with_areas_and_grids(needs):
    done = await imported(needs, worker(needs), "places", csv_of(*HOUSES, encoding="gb18030"))
    assert (done["created"], done["refused"]) == (4, 0), await report(worker(needs), done)
    found = await tree(needs)
    assert sorted(kind for kind, *_ in found) == sorted(
        ["compound", "building", "building", "building", "entrance", "unit", "unit", "unit", "grid"]
    )
    areas = sorted(place["area_centi"] for place in found.values() if place["kind"] == "unit")
    assert areas == [8950, 9005, 12000]
    [grid] = [place for place in found.values() if place["kind"] == "grid"]
    built = {place["id"]: place["name"] for place in found.values() if place["kind"] == "building"}
    assert {built[ident] for ident in grid["covers"]} == {"3 号楼", "5 号楼"}


async def test_the_same_list_changes_nothing_and_a_corrected_one_only_what_it_corrects(needs):
    await imported(needs, worker(needs), "places", csv_of(*HOUSES))
    before, kept = await tree(needs), await counted(needs)
    again = await imported(needs, worker(needs), "places", csv_of(*HOUSES))
    assert (again["refused"], await tree(needs), await counted(needs)) == (0, before, kept)
    corrected = {**HOUSES[0], "专有面积": "91.2", "经度": "118.6757", "纬度": "24.8741", "坐标系": "wgs84"}
    done = await imported(needs, worker(needs), "places", csv_of(corrected))
    assert done["refused"] == 0, await report(worker(needs), done)
    after = await tree(needs)
    [changed] = [place for key, place in after.items() if place != before[key]]
    assert (changed["name"], changed["area_centi"], changed["version"], changed["lon"]) == ("101", 9120, 2, 118.6757)
    then = await worker(needs).get(f"/v1/places/{changed['id']}", params={"at": changed["valid_from"]})
    assert then.json()["path"]


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"小区": "甲", "楼栋": "1", "户": "101", "专有面积": "89.555"}, "/area"),
        ({"小区": "甲", "楼栋": "1", "专有面积": "89"}, "/area_centi"),
        ({"小区": "甲", "楼栋": "", "单元": "1 单元"}, "/parent_id"),
        ({"小区": "甲", "湾组": "乙"}, "/parent_id"),
        ({"小区": "甲", "经度": "118.6", "纬度": "24.8"}, "/crs"),
        ({"小区": "", "网格": "第一网格"}, "/unit"),
    ],
)
async def test_a_row_that_cannot_be_says_which_cell(needs, row, pointer):
    done = await imported(needs, worker(needs), "places", csv_of(row))
    [wrong] = await report(worker(needs), done)
    assert (wrong["refused"], wrong["errors"][0]["pointer"]) == (True, pointer), wrong
    assert await tree(needs) == {}


async def test_a_workbook_is_read_alike_and_residents_send_none(needs):
    sheet = workbook(["小区", "楼栋", "户", "专有面积"], ["幸福里", "3 号楼", "101", 89.5])
    done = await imported(needs, worker(needs), "places", sheet, "houses.xlsx")
    assert (done["created"], done["refused"]) == (1, 0), await report(worker(needs), done)
    assert (("unit", "101") in {key[:2] for key in await tree(needs)}) is True
    answer = await resident(needs).post("/v1/places/imports", **upload(csv_of(HOUSES[0])))
    refused(answer, 403, "ROLE_NOT_ALLOWED")
