"""Edited rules: what can be used is used, what cannot is named."""

from datetime import timedelta

import pytest

from services.resources.domain import rulings
from tests.harness import COMMUNITY, COUNTY
from tests.resources.stories import asked, choice, good, listed, officer, refused, worker

RULE = "/v1/rules/resources/hold_hours"


@pytest.mark.parametrize(("value", "waiting"), [(1, timedelta(hours=1)), (8784, timedelta(days=366))])
def test_hours_are_a_time_to_wait(value, waiting):
    assert rulings.hours("hold_hours", value) == waiting


@pytest.mark.parametrize("value", [0, -1, 8785, 10**12, True, "72", 7.5, None, [72]])
def test_what_is_no_time_to_wait_is_named(value):
    with pytest.raises(rulings.RuleUnreadable) as refused:
        rulings.hours("hold_hours", value)
    assert refused.value.facts == {"rule": "hold_hours"}


def test_weights_are_whole_points():
    assert rulings.weights("match_weights", {"fit": 20, "load": 0}) == {"fit": 20, "load": 0}


@pytest.mark.parametrize("value", [[], {"fit": "20"}, {"fit": -1}, {"fit": 101}, {"fit": True}, {"fit": None}, 5])
def test_what_is_no_weight_is_named(value):
    with pytest.raises(rulings.RuleUnreadable):
        rulings.weights("match_weights", value)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_county_decides_how_long_a_hold_waits(resources):
    editor = officer(resources, "civil_affairs")
    seen = await worker(resources).get(f"{RULE}?division={COMMUNITY}")
    assert (good(seen)["value"], seen.headers["etag"]) == (72, '"v1"')
    body = {"division": COUNTY, "value": 24, "source": "区民政局通知"}
    assert good(await editor.put(RULE, body, if_match=1))["value"] == 24
    assert good(await worker(resources).get(f"{RULE}?division={COMMUNITY}"))["value"] == 24
    refused(await officer(resources).put(RULE, body, if_match=1), "ROLE_NOT_ALLOWED", 403)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_rule_edited_into_nonsense_is_named_and_nothing_is_held(resources):
    body = {"division": COUNTY, "value": -3, "source": "笔误"}
    good(await officer(resources, "civil_affairs").put(RULE, body, if_match=1))
    answer = await worker(resources).post("/v1/reservations", choice(await asked(resources), await listed(resources)))
    assert "hold_hours" in refused(answer, "RULE_UNREADABLE")["detail"]
    assert await resources.sql("select 1 from reservations") == []
