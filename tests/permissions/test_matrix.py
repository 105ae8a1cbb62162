"""docs/permissions.md and the routes say the same, operation by operation, in both directions."""

from collections import Counter

import pytest

from gateway.codes import ROLES
from tests.permissions import matrix
from tests.permissions.matrix import ANYONE, MAY, NOT, ON_CONDITION, SERVICE
from wushe.commands import reference

# What an account does with its own messages is no change of anybody's matters.
OF_ONES_OWN = {"readMessage"}
PEOPLE = {"resident", "guardian"}


@pytest.fixture(scope="module")
def routes():
    """Every declared route by its operation."""
    applications = {name: reference.application(name) for name in reference.PACKAGES}
    found = {route.operation_id: route for app in applications.values() for _, route in reference.routes(app)}
    assert len(found) > 180
    return found


@pytest.fixture(scope="module")
def actions():
    found = matrix.actions()
    assert len(found) > 80
    return found


def test_the_columns_are_the_roles_of_the_code_table(actions):
    assert list(matrix.ROLES.values()) == list(ROLES)
    for action in actions:
        assert list(action.cells) == [*ROLES, ANYONE, SERVICE], action.name
        assert set(action.cells.values()) <= {MAY, ON_CONDITION, NOT}, action.name


def test_every_operation_stands_under_one_action(actions, routes):
    named = Counter(operation for action in actions for operation in action.operations)
    assert [operation for operation, times in named.items() if times > 1] == []
    assert set(routes) - set(named) == set(), "operations without an action in docs/permissions.md"
    assert set(named) - set(routes) == set(), "operations that no route has"


def test_the_routes_admit_whom_the_matrix_names(actions, routes):
    wrong = []
    for action in actions:
        anyone, service = action.cells[ANYONE] == MAY, action.cells[SERVICE] == MAY
        for operation in action.operations:
            access = routes[operation].contract.access
            assert (access.public, access.service) == (anyone, service), operation
            admitted = set(ROLES) if access.public else access.roles
            wrong += [f"{operation} admits {role}, the matrix does not" for role in admitted - action.roles]
            wrong += [f"{operation} does not admit {role}, the matrix does" for role in action.roles - admitted]
    assert wrong == []


def test_every_condition_is_named_and_has_its_tests(actions):
    conditional = {action.name: action for action in actions if action.conditional}
    assert set(matrix.CONDITIONS) == set(conditional)
    tests = matrix.PAGE.parents[1] / "tests"
    for name, shown_by in matrix.CONDITIONS.items():
        assert bool(shown_by) == bool(conditional[name].operations), name
        for test in shown_by:
            path, _, function = test.partition("::")
            assert f"def {function}(" in (tests / path).read_text(encoding="utf-8"), test


def test_an_operator_meets_no_resident(routes):
    owned = {name: set(route.contract.access.roles) for name, route in routes.items() if not _of_the_gateway(route)}
    assert len(owned) > 150
    assert [name for name, roles in owned.items() if "operator" in roles] == []


def _of_the_gateway(route) -> bool:
    return route.endpoint.__module__.startswith("gateway.")


def test_an_auditor_changes_nothing(routes):
    theirs = {name for name, route in routes.items() if "auditor" in route.contract.access.roles}
    assert len(theirs) > 50
    assert {name for name in theirs if routes[name].methods != {"GET"}} == OF_ONES_OWN
    assert theirs & {"listResidents", "getResident", "getOwnResident"} == set()


def test_those_who_were_served_score_and_nobody_else(routes):
    assert routes["issueCredential"].contract.access.roles == PEOPLE
