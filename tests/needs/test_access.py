"""Who may do what: every role at every address of this service, as one table."""

import re

import pytest
from fastapi.routing import iter_route_contexts

from tests.harness import COMMUNITY
from tests.needs.stories import refused
from wushe.db import uuid7
from wushe.errors import RoleNotAllowed
from wushe.identity import Caller
from wushe.routes import Route

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
    "GET /v1/rules/needs/{id}": f"resident volunteer org_manager third_party integration {STAFF}",
    "PUT /v1/rules/needs/{id}": "civil_affairs",
    "POST /internal/persons": "",
    "GET /internal/persons": "",
    "POST /internal/residency": "",
    "GET /internal/lifecycle/{id}": "",
}


def declared(app) -> dict[str, Route]:
    """Every operation of ours by method and path."""
    routes = [context.original_route for context in iter_route_contexts(app.routes)]
    ours = [route for route in routes if isinstance(route, Route)]
    return {f"{method} {re.sub('{.*?}', '{id}', route.path)}": route for route in ours for method in route.methods}


def admitted(route: Route) -> set[str]:
    """The roles a route lets in, of all there are."""
    found = set()
    for role in ROLES:
        try:
            route.contract.access.admit(Caller(role=role, issuer="gateway"))
        except RoleNotAllowed:
            continue
        found.add(role)
    return found


async def test_exactly_the_named_roles_are_admitted(needs):
    found = {operation: admitted(route) for operation, route in declared(needs.app).items()}
    assert found == {operation: set(roles.split()) for operation, roles in TABLE.items()}


async def test_every_address_keeps_to_the_table(needs):
    for place, (operation, roles) in enumerate(TABLE.items()):
        method, path = operation.replace("{id}", str(uuid7())).split()
        strangers = sorted(set(ROLES) - set(roles.split()))

        async def call(actor, method=method, path=path):
            body = {} if method != "GET" else None
            return await actor._send(method, path, json=body, key="", if_match=1)

        stranger = needs.acting(strangers[place % len(strangers)], COMMUNITY, person=uuid7())
        refused(await call(stranger), 403, "ROLE_NOT_ALLOWED")
        refused(await call(needs.anonymous()), 401, "NOT_AUTHENTICATED")
        for role in roles.split()[:1]:
            answer = await call(needs.acting(role, COMMUNITY, person=uuid7()))
            assert answer.status_code < 500, answer.text
            assert answer.status_code not in {401, 403}, answer.text
