"""Rule data may be edited, never into something that stops those who read it."""

import pytest
from pydantic import TypeAdapter

from services.needs.schemas.rules import SHAPES
from tests.harness import COUNTY

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/v1/rules/needs"


async def test_every_default_fits_its_shape(needs):
    rows = await needs.sql("select code, value from rule")
    assert {row.code for row in rows} == set(SHAPES)
    for row in rows:
        TypeAdapter(SHAPES[row.code]).validate_python(row.value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("crisis_net", [1]),
        ("crisis_net", []),
        ("crisis_net", [{"kind": "fire", "patterns": ["着火"]}]),
        ("help_lines", [{"number": "110"}]),
        ("themes", [{"code": "x", "zh": "某", "field": "no_such_field"}]),
        ("silence_days", 0),
        ("silence_days", "14"),
        ("similarity", {"floor": 2, "limit": 5}),
    ],
)
async def test_a_misshapen_value_is_refused(needs, code, value):
    officer = needs.acting("civil_affairs", COUNTY)
    change = {"division": COUNTY, "value": value, "source": "试改"}
    answer = await officer.put(f"{PATH}/{code}", change, if_match=1)
    assert (answer.status_code, answer.json()["code"]) == (422, "RULE_MISSHAPEN")


async def test_a_county_may_wait_longer(needs):
    officer = needs.acting("civil_affairs", COUNTY)
    answer = await officer.put(
        f"{PATH}/silence_days", {"division": COUNTY, "value": 30, "source": "区民政局通知"}, if_match=1
    )
    assert (answer.status_code, answer.json()["value"]) == (200, 30)
