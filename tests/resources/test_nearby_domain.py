import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.domain.nearby import Site, box_around, metres_between, nearest, require_place
from wushe.db import uuid7
from wushe.errors import InvalidInput

LON, LAT = 118.589, 24.909


def site(lon: float, lat: float) -> Site:
    return Site(uuid7(), lon, lat)


def test_a_degree_of_latitude_is_111_kilometres():
    assert metres_between(LON, LAT, site(LON, LAT + 1)) == pytest.approx(111_195, rel=0.001)
    assert metres_between(LON, LAT, site(LON, LAT)) == 0


def test_the_nearest_come_first_and_none_is_farther_than_asked():
    near, edge, far = site(LON + 0.001, LAT), site(LON, LAT + 0.008), site(LON, LAT + 0.0095)
    found = nearest(LON, LAT, [far, edge, near], metres=1000, limit=20)
    assert [each for each, _ in found] == [near, edge]
    assert [far for _, far in found] == [101, 890]
    assert nearest(LON, LAT, [edge, near], metres=1000, limit=1) == [(near, 101)]


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_whatever_is_within_the_distance_is_within_the_box(lon, lat, east, north):
    place, box = site(lon + east, lat + north), box_around(lon, lat, 1000)
    if metres_between(lon, lat, place) <= 999:
        assert box.south <= place.lat <= box.north
        assert box.west <= place.lon <= box.east


def test_whoever_wants_to_be_asked_says_where_they_are():
    require_place(accepts=False, lon=None, lat=None)
    with pytest.raises(InvalidInput):
        require_place(accepts=True, lon=LON, lat=None)
