"""Every role at every operation: refused before anything is read, or let in (S12).

The applications are connected to no database, so whatever would ask one answers 500 and fails.
"""

import pytest

from gateway.codes import ROLES
from tests import directly
from tests.contracts.operations import operations
from tests.harness import COMMUNITY, TRUST
from tests.permissions import matrix
from tests.permissions.matrix import ANYONE, MAY, SERVICE
from wushe.commands import reference
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Refused as soon as the caller is let in: no text holds this character, so no request with it goes any further.
HALT = "?halt=%00"
LET_IN = (422, "INVALID_INPUT")
REFUSED = (403, "ROLE_NOT_ALLOWED")
UNKNOWN = (401, "NOT_AUTHENTICATED")


@pytest.fixture(scope="module")
def actions():
    return {operation: action for action in matrix.actions() for operation in action.operations}


@pytest.fixture(scope="module")
def applications():
    return {name: reference.application(name) for name in reference.PACKAGES}


def presented(audience: str, **who: str) -> dict[str, str]:
    """The identity header of one caller."""
    caller = Caller(subject="a", client="c", scope=COMMUNITY, person_id=uuid7(), request_id="r", **who)
    return {HEADER: sign(caller, issuer=who["issuer"], audience=audience, trust=TRUST)}


async def told(app, operation, headers) -> tuple[int, str]:
    """What one caller is told at one operation."""
    answer = await directly.request(app, operation.method, operation.address() + HALT, headers=headers, body=None)
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("name", reference.PACKAGES)
async def test_every_role_at_every_operation(applications, actions, name):
    app, wrong, cases = applications[name], [], 0
    callers = {role: presented(name, role=role, issuer="gateway") for role in ROLES}
    callers[SERVICE] = presented(name, role="service", issuer="projects" if name != "projects" else "needs")
    issuer = "needs" if name != "needs" else "projects"
    callers["a service as a person"] = presented(name, role="resident", issuer=issuer)
    found = list(operations(app.openapi()))
    for operation in found:
        action = actions[operation.name]
        for who, headers in callers.items():
            expected = LET_IN if _admits(action, who) else REFUSED
            answer = await told(app, operation, headers)
            wrong += [f"{operation.name} {who}: {answer}, not {expected}"] if answer != expected else []
            cases += 1
        expected = LET_IN if action.cells[ANYONE] == MAY else UNKNOWN
        answer = await told(app, operation, {})
        wrong += [f"{operation.name} nobody: {answer}, not {expected}"] if answer != expected else []
    assert wrong == []
    assert cases == len(found) * (len(ROLES) + 2) > 14 * 23


def _admits(action, who: str) -> bool:
    if action.cells[ANYONE] == MAY:
        return True
    if action.cells[SERVICE] == MAY:
        return who not in ROLES
    return who in action.roles


async def test_every_operation_was_asked(applications, actions):
    asked = {operation.name for app in applications.values() for operation in operations(app.openapi())}
    assert asked == set(actions)
