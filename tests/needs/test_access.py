"""Who may do what: every role at every address of this service, as one table."""

import pytest

from tests.harness import COMMUNITY
from wushe.db import uuid7

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROLES = [
    "resident",
    "guardian",
    "volunteer",
    "volunteer_leader",
    "community_worker",
    "grid_worker",
    "committee",
    "deliberation_member",
    "social_worker",
    "supervisor",
    "org_manager",
    "donor",
    "street_officer",
    "civil_affairs",
    "finance_officer",
    "third_party",
    "expert",
    "operator",
    "auditor",
    "integration",
]

FRONT = "community_worker committee social_worker street_officer"
STAFF = f"{FRONT} grid_worker supervisor civil_affairs"
CONCERNED = f"resident {FRONT} supervisor org_manager civil_affairs third_party"
KNOWN = "community_worker committee social_worker street_officer civil_affairs integration"

TABLE = {
    "POST /v1/needs": f"resident volunteer integration {FRONT}",
    "POST /v1/needs/similar": f"resident {STAFF}",
    "GET /v1/needs": f"resident {STAFF}",
    "GET /v1/needs/{id}": f"resident {STAFF}",
    "POST /v1/needs/{id}/triage": "community_worker social_worker",
    "POST /v1/needs/{id}/accept": "community_worker committee",
    "POST /v1/needs/{id}/respond": FRONT,
    "POST /v1/needs/{id}/reject": "community_worker committee",
    "POST /v1/needs/{id}/withdraw": "resident",
    "POST /v1/needs/{id}/cosign": "resident",
    "POST /v1/needs/{id}/outcome": "resident",
    "POST /v1/needs/{id}/close": "resident community_worker committee",
    "POST /v1/needs/{id}/reopen": "resident community_worker committee",
    "GET /v1/concerns/proposals": "community_worker committee social_worker",
    "POST /v1/concerns": "community_worker committee social_worker",
    "GET /v1/concerns": CONCERNED,
    "GET /v1/concerns/{id}": CONCERNED,
    "POST /v1/concerns/{id}/confirm": "community_worker committee",
    "POST /v1/concerns/{id}/publish": "community_worker committee",
    "POST /v1/concerns/{id}/retire": "community_worker committee",
    "POST /v1/residents": "community_worker social_worker integration",
    "GET /v1/residents": KNOWN,
    "GET /v1/residents/me": "resident",
    "GET /v1/residents/{id}": KNOWN,
    "POST /v1/residents/{id}/link-code": "community_worker",
    "POST /internal/persons": "",
    "GET /internal/persons": "",
    "POST /internal/residency": "",
    "GET /internal/lifecycle/{id}": "",
}


@pytest.mark.parametrize("operation", TABLE)
async def test_only_the_named_roles_are_admitted(needs, operation):
    method, path = operation.replace("{id}", str(uuid7())).split()
    admitted = set()
    for role in ROLES:
        actor = needs.acting(role, COMMUNITY, person=uuid7())
        answer = await (actor.get(path) if method == "GET" else actor.post(path, {}, if_match=1))
        assert answer.status_code < 500, answer.text
        if answer.status_code != 403:
            admitted.add(role)
    assert admitted == set(TABLE[operation].split())


async def test_the_table_names_every_operation(needs):
    document = needs.app.openapi()
    named = {
        f"{method.upper()} {path}".replace("need_id", "id").replace("concern_id", "id").replace("resident_id", "id")
        for path, operations in document["paths"].items()
        for method in operations
        if path.startswith(("/v1/needs", "/v1/concerns", "/v1/residents", "/internal/"))
    }
    assert {name.replace("project_id", "id") for name in named} == set(TABLE)
