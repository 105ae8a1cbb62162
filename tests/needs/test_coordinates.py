"""Published pairs, and every way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.domain.coordinates import (
    Crs,
    Point,
    around,
    bd09_of_gcj02,
    gcj02_of_wgs84,
    metres_between,
    to_wgs84,
)
from wushe.errors import InvalidInput

CITIES = {
    "北京": Point(116.397029, 39.917839),
    "上海": Point(121.473667, 31.230525),
    "成都": Point(104.066301, 30.572961),
    "哈尔滨": Point(126.535319, 45.803131),
    "广州": Point(113.264385, 23.129112),
    "乌鲁木齐": Point(87.617733, 43.792818),
    "拉萨": Point(91.140856, 29.645554),
    "泉州": Point(118.675676, 24.874132),
}
# The pairs the widely copied libraries print in their own tests and pages.
WGS84_TO_GCJ02 = [
    (Point(121.5272106, 31.1774276), Point(121.531541859215, 31.17530398364597)),
    (Point(113.912316, 22.543847), Point(113.9171764808363, 22.540796131694766)),
    (Point(116.377817, 39.911954), Point(116.38404722455657, 39.91334545536069)),
    (Point(116.404, 39.915), Point(116.41024449916938, 39.91640428150164)),
]
TIANANMEN_GCJ02_TO_BD09 = (Point(116.404, 39.915), Point(116.41036949371029, 39.92133699351021))


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_TO_GCJ02)
def test_published_pairs_of_gcj02(wgs84, gcj02):
    assert metres_between(gcj02_of_wgs84(wgs84), gcj02) < 0.2
    assert metres_between(to_wgs84(gcj02, Crs.GCJ02), wgs84) < 0.2


def test_the_published_pair_of_bd09():
    gcj02, bd09 = TIANANMEN_GCJ02_TO_BD09
    assert metres_between(bd09_of_gcj02(gcj02), bd09) < 0.001


@pytest.mark.parametrize("city", CITIES)
def test_every_system_comes_back(city):
    here = CITIES[city]
    gcj02 = gcj02_of_wgs84(here)
    assert 50 < metres_between(here, gcj02) < 1000
    for shifted, crs in ((here, Crs.WGS84), (gcj02, Crs.GCJ02), (bd09_of_gcj02(gcj02), Crs.BD09)):
        back = to_wgs84(shifted, crs)
        assert abs(back.lon - here.lon) < 1e-6
        assert abs(back.lat - here.lat) < 1e-6


@given(st.floats(74, 135), st.floats(4, 53))
def test_everywhere_in_china_it_comes_back_within_a_metre(lon, lat):
    here = Point(lon, lat)
    assert metres_between(to_wgs84(bd09_of_gcj02(gcj02_of_wgs84(here)), Crs.BD09), here) < 1


@pytest.mark.parametrize(
    ("point", "crs", "code"),
    [
        (Point(181, 0), Crs.WGS84, "OUT_OF_RANGE"),
        (Point(0, 90.1), Crs.WGS84, "OUT_OF_RANGE"),
        (Point(2.35, 48.85), Crs.GCJ02, "OUTSIDE_CHINA"),
        (Point(39.9, 116.4), Crs.BD09, "OUT_OF_RANGE"),
    ],
)
def test_what_cannot_be_a_place_is_refused(point, crs, code):
    with pytest.raises(InvalidInput) as refused:
        to_wgs84(point, crs)
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == ("/location", code)


def test_distances_and_the_box_around():
    beijing, shanghai = CITIES["北京"], CITIES["上海"]
    assert 1_060_000 < metres_between(beijing, shanghai) < 1_075_000
    box = around(beijing, 500)
    assert metres_between(beijing, Point(box.east, beijing.lat)) == pytest.approx(500, rel=0.01)
    assert metres_between(beijing, Point(beijing.lon, box.north)) == pytest.approx(500, rel=0.01)
