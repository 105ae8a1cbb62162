"""The policy is there before anybody signs in, and a consent's version is found."""

import pytest

from tests.needs.stories import refused

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everybody_may_read_every_version(gateway):
    anybody = gateway.anonymous()
    (policy,) = (await anybody.get("/v1/policies")).json()["policies"]
    assert policy["version"] == "2026-01" and "保存多久" in policy["zh"] and "How long" in policy["en"]
    assert (await anybody.get("/v1/policies/2026-01")).json() == policy
    refused(await anybody.get("/v1/policies/1999-01"), 404, "NOT_FOUND")
