"""Places as a tree with a memory, and needs that stand in them."""

import pytest

from services.needs.domain.coordinates import Point, gcj02_of_wgs84
from tests.harness import COMMUNITY, COUNTY, STREET
from tests.needs.stories import ELSEWHERE, read, refused, registered, resident, statement, submitted, triaged, worker
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")
SQUARE = Point(118.675676, 24.874132)
READ_OFF_AMAP = gcj02_of_wgs84(SQUARE)


async def entered(needs, kind, name, parent=None, **more):
    body = {"division": COMMUNITY, "kind": kind, "name": name, "parent_id": parent and parent["id"], **more}
    answer = await worker(needs).post("/v1/places", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def a_flat(needs, **more):
    compound = await entered(
        needs, "compound", "幸福里小区", location={"lon": 118.6757, "lat": 24.8741, "crs": "wgs84"}
    )
    building = await entered(needs, "building", "3 号楼", compound)
    entrance = await entered(needs, "entrance", "2 单元", building)
    unit = await entered(needs, "unit", "501", entrance, area_centi=8950, **more)
    return compound, building, entrance, unit


def described(place, **changed):
    kept = {name: place[name] for name in ("name", "parent_id", "area_centi", "location", "covers")}
    return {**kept, **changed}


# The tree


async def test_a_flat_stands_in_its_entrance_building_and_compound(needs):
    *above, unit = await a_flat(needs, external_ids=[{"system": "房管", "id": "F-501"}])
    found = (await worker(needs).get(f"/v1/places/{unit['id']}")).json()
    assert [place["name"] for place in found["path"]] == [place["name"] for place in above]
    assert (found["area_centi"], found["state"], found["version"]) == (8950, "active", 1)
    listed = (await worker(needs).get(f"/v1/places?parent_id={above[-1]['id']}")).json()["items"]
    assert [place["id"] for place in listed] == [unit["id"]]
    assert len((await worker(needs).get("/v1/places?kind=building")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("kind", "more", "pointer"),
    [
        ("unit", {}, "/parent_id"),
        ("building", {"area_centi": 100}, "/area_centi"),
        ("building", {"covers": [str(uuid7())]}, "/covers"),
        ("grid", {"covers": [str(uuid7())]}, "/covers"),
        ("entrance", {"parent_id": str(uuid7())}, "/parent_id"),
        ("compound", {"location": {"lon": 118.6, "lat": 24.8}}, "/location/crs"),
        ("compound", {"location": {"lon": 118.6, "lat": 24.8, "crs": "cgcs"}}, "/location/crs"),
        ("compound", {"location": {"lon": 2.35, "lat": 48.85, "crs": "bd09"}}, "/location"),
        ("compound", {"location": {"lon": 181.0, "lat": 48.85, "crs": "wgs84"}}, "/location/lon"),
    ],
)
async def test_a_place_that_cannot_be_is_refused(needs, kind, more, pointer):
    answer = await worker(needs).post("/v1/places", {"division": COMMUNITY, "kind": kind, "name": "甲", **more})
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == pointer


async def test_names_are_given_once_and_scopes_hold(needs):
    compound = await entered(needs, "compound", "幸福里小区")
    body = {"division": COMMUNITY, "kind": "compound", "name": "幸福里小区"}
    refused(await worker(needs).post("/v1/places", body), 409, "PLACE_NAME_TAKEN")
    refused(await worker(needs).post("/v1/places", {**body, "division": ELSEWHERE}), 403, "OUT_OF_SCOPE")
    refused(await worker(needs, ELSEWHERE).get(f"/v1/places/{compound['id']}"), 404, "NOT_FOUND")
    refused(await resident(needs).post("/v1/places", body), 403, "ROLE_NOT_ALLOWED")


async def test_residents_find_their_door_but_no_areas(needs):
    *_, unit = await a_flat(needs)
    assert (await resident(needs).get(f"/v1/places/{unit['id']}")).json()["area_centi"] is None
    [seen] = (await resident(needs).get("/v1/places?kind=unit")).json()["items"]
    assert (seen["name"], seen["area_centi"]) == ("501", None)


# Its memory


async def test_the_tree_is_read_as_it_was(needs):
    compound, building, entrance, unit = await a_flat(needs)
    before = (await worker(needs).get(f"/v1/places/{unit['id']}")).json()["valid_from"]
    await needs.advance(days=10)
    office, path = worker(needs), f"/v1/places/{unit['id']}"
    changed = described(unit, name="502", area_centi=9010, parent_id=building["id"])
    refused(await office.put(path, changed, if_match=7), 412, "STALE_VERSION")
    answer = await office.put(path, changed, if_match=1)
    assert (answer.status_code, answer.json()["version"]) == (200, 2), answer.text
    then = (await office.get(path, params={"at": before})).json()
    assert (then["id"], then["name"], then["area_centi"], then["version"]) == (unit["id"], "501", 8950, 1)
    assert [place["name"] for place in then["path"]] == ["幸福里小区", "3 号楼", "2 单元"]
    now = (await office.get(path)).json()
    assert (now["name"], [place["name"] for place in now["path"]]) == ("502", ["幸福里小区", "3 号楼"])
    listed = (await office.get("/v1/places", params={"at": before, "parent_id": entrance["id"]})).json()["items"]
    assert [place["name"] for place in listed] == ["501"]
    refused(await office.get(f"/v1/places/{compound['id']}", params={"at": "2020-01-01T00:00:00Z"}), 404, "NOT_FOUND")


async def test_a_place_is_given_up_once_it_is_empty(needs):
    _, building, entrance, unit = await a_flat(needs)
    office, at = worker(needs), unit["valid_from"]
    full = await office.post(f"/v1/places/{entrance['id']}/retire", {"reason": "拆除"}, if_match=1)
    assert refused(full, 409, "PLACE_NOT_EMPTY")["toast"]
    heir = await entered(needs, "unit", "501A", building)
    await needs.advance(days=1)
    path = f"/v1/places/{unit['id']}"
    refused(
        await office.post(f"{path}/retire", {"reason": "合并", "replaced_by": building["id"]}, if_match=1),
        422,
        "INVALID_INPUT",
    )
    gone = await office.post(f"{path}/retire", {"reason": "合并", "replaced_by": heir["id"]}, if_match=1)
    assert (gone.json()["state"], gone.json()["replaced_by"]) == ("retired", heir["id"])
    assert (await office.get(f"/v1/places?parent_id={entrance['id']}")).json()["items"] == []
    assert (await office.get(path, params={"at": at})).json()["name"] == "501"
    refused(await office.put(path, described(unit), if_match=2), 409, "ACTION_NOT_ALLOWED")
    refused(await office.post(f"{path}/retire", {"reason": "再次"}, if_match=2), 409, "ACTION_NOT_ALLOWED")
    assert (await office.post(f"/v1/places/{entrance['id']}/retire", {"reason": "拆除"}, if_match=1)).status_code == 200


# Grids, households, and who asks for units


async def test_units_are_counted_by_compound_and_by_grid(needs):
    compound, building, entrance, unit = await a_flat(needs)
    other = await entered(needs, "building", "5 号楼", compound)
    second = await entered(needs, "unit", "101", other, area_centi=7000)
    grid = await entered(needs, "grid", "第一网格", covers=[building["id"]])
    home = (await worker(needs).post("/v1/households", {"division": COMMUNITY, "place_id": unit["id"]})).json()
    projects = needs.sibling("projects", COUNTY)

    async def units(place):
        return (await projects.get(f"/internal/places/{place['id']}/units")).json()["items"]

    assert [each["id"] for each in await units(compound)] == [second["id"], unit["id"]]
    [counted] = await units(grid)
    assert (counted["id"], counted["area_centi"], counted["household_ids"]) == (unit["id"], 8950, [home["id"]])
    assert await units(entrance) == [counted]
    refused(await worker(needs).get(f"/internal/places/{grid['id']}/units"), 403, "ROLE_NOT_ALLOWED")


async def test_residents_move_in_and_out_of_a_household(needs):
    *_, unit = await a_flat(needs)
    office = worker(needs)
    first, second = [
        (await office.post("/v1/households", {"division": COMMUNITY, "place_id": place})).json()
        for place in (unit["id"], None)
    ]
    person = await registered(needs)
    moving = {"resident_id": person["id"]}

    async def members(household):
        return (await office.get(f"/v1/households/{household['id']}")).json()["resident_ids"]

    assert (await office.post(f"/v1/households/{first['id']}/move-in", moving)).status_code == 200
    assert await members(first) == [person["id"]]
    await office.post(f"/v1/households/{second['id']}/move-in", moving)
    assert (await members(first), await members(second)) == ([], [person["id"]])
    refused(await office.post(f"/v1/households/{first['id']}/move-out", moving), 409, "NOT_LIVING_HERE")
    await office.post(f"/v1/households/{second['id']}/move-out", moving)
    assert (await office.get(f"/v1/residents/{person['id']}")).json()["household_id"] is None
    [listed] = (await office.get(f"/v1/households?place_id={unit['id']}")).json()["items"]
    moved = await office.put(f"/v1/households/{listed['id']}", {"place_id": None}, if_match=listed["version"])
    assert moved.json()["place_id"] is None


@pytest.mark.parametrize("field", ["place_id", "resident_id"])
async def test_a_household_of_unknown_people_or_places_is_refused(needs, field):
    office = worker(needs)
    home = (await office.post("/v1/households", {"division": COMMUNITY})).json()
    if field == "place_id":
        answer = await office.post("/v1/households", {"division": COMMUNITY, "place_id": str(uuid7())})
    else:
        answer = await office.post(f"/v1/households/{home['id']}/move-in", {"resident_id": str(uuid7())})
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == f"/{field}"
    stranger = await registered(needs, division=ELSEWHERE)
    county = needs.acting("social_worker", COUNTY, person=uuid7())
    answer = await county.post(f"/v1/households/{home['id']}/move-in", {"resident_id": stranger["id"]})
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["code"] == "ELSEWHERE"


# Needs in places


async def test_a_place_is_enough_and_lends_its_point(needs):
    *_, unit = await a_flat(needs)
    need = await submitted(resident(needs), place_id=unit["id"])
    assert (need["place_id"], need["location"]) == (unit["id"], None)
    assert (need["lon"], need["lat"]) == (118.6757, 24.8741)
    nowhere = await submitted(resident(needs))
    assert (nowhere["place_id"], nowhere["lon"]) == (None, None)


async def test_a_point_is_stored_in_wgs84_beside_its_original(needs):
    told = {"lon": READ_OFF_AMAP.lon, "lat": READ_OFF_AMAP.lat, "crs": "gcj02"}
    author = resident(needs)
    need = await triaged(needs, author, location=told)
    assert need["location"] == told
    assert (need["lon"], need["lat"]) == (pytest.approx(SQUARE.lon, abs=1e-7), pytest.approx(SQUARE.lat, abs=1e-7))
    seen = await read(resident(needs), need)
    assert (seen["lon"], seen["lat"], seen["location"], seen["place_id"]) == (None, None, None, None)
    assert (await read(author, need))["location"] == told


async def test_a_need_without_crs_or_with_a_strange_place_is_refused_unless_life_is_at_stake(needs):
    answer = await resident(needs).post("/v1/needs", statement(location={"lon": 118.6, "lat": 24.8}))
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/location/crs"
    answer = await resident(needs).post("/v1/needs", statement(place_id=str(uuid7())))
    assert refused(answer, 422, "INVALID_INPUT")["errors"][0]["pointer"] == "/place_id"
    need = await submitted(resident(needs), statement="我真的不想活了", place_id=str(uuid7()))
    assert (need["danger"], need["place_id"]) == (True, None)
    street = needs.acting("street_officer", STREET, person=uuid7())
    assert (await read(street, need))["danger"] is True
