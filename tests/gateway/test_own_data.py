"""One's own data at the gateway: nobody's account has none, and a service that is down is said to be."""

import pytest

from tests.needs.stories import refused, registered
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_account_that_belongs_to_nobody_has_no_data(gateway):
    nobody = gateway.acting("resident")
    refused(await nobody.get("/v1/me/data/export"), 404, "NOT_FOUND")
    refused(await nobody.post("/v1/me/data/corrections", {"text": "不对"}), 404, "NOT_FOUND")
    refused(await nobody.post("/v1/me/data/erasures", {}), 404, "NOT_FOUND")
    refused(await gateway.acting("community_worker", person=uuid7()).get("/v1/me/data/export"), 403, "ROLE_NOT_ALLOWED")


async def test_an_export_says_which_service_did_not_answer(bench, gateway):
    known = await registered(bench.services["needs"], identity={"phone": "13812345678"})
    del bench.services["projects"]
    person = gateway.acting("resident", person=known["person_id"])
    found = (await person.get("/v1/me/data/export")).json()["services"]
    assert found["projects"] == {"status": "unavailable"}
    assert found["needs"]["identity"] == [{"phone": "13812345678"}]
    assert found["needs"]["residents.person_id"][0]["id"] == known["id"]
    assert "residencies.person_id" in found["gateway"]
