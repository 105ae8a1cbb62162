"""Every route of every process declares who may call it, what it answers, its name and its problems."""

import csv
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from tests.probe.service import create_app
from wushe.commands import reference
from wushe.routes import Route
from wushe.settings import Settings

# What the framework and operators need beside the declared operations: no person's data passes here.
INFRASTRUCTURE = {"/internal/events", "/health/live", "/health/ready", "/health/startup", "/metrics", "/openapi.json"}

# Writes by a known caller whose repetition is harmless without a key, each with its reason.
KEYLESS = {
    "issueCredential": "the roster entry is the key; a stored answer with a time could be joined to a ballot",
    "findOwnFiles": "it only reads: a POST because a batch names more ids than an address holds",
}


def undeclared(app: FastAPI) -> list[str]:
    """What is missing on the routes of an application, one sentence each."""
    found = []
    for context in iter_route_contexts(app.routes):
        if context.path in INFRASTRUCTURE:
            continue
        route = context.original_route
        if not isinstance(route, Route) or not hasattr(route.endpoint, "__wushe_contract__"):
            found.append(f"{context.path}: no declared access")
            continue
        found += [f"{context.path}: {what}" for what in _missing(route)]
    return found


def _missing(route: Route) -> list[str]:
    access = route.contract.access
    problems = [answer for answer in route.responses.values() if "application/problem+json" in answer["content"]]
    checks = {
        "nobody may call it": access.public or access.service or access.roles,
        "no operationId": route.operation_id,
        "no bilingual summary": " · " in (route.summary or ""),
        # Bytes have no model: their media types are declared, and documented, in its place.
        "no response model": _is_model(route.response_model) or route.contract.media,
        "no problems": problems,
        "a write without a key": _repeatable(route),
        "writes that meet": "GET" in route.methods or "CONFLICTING_WRITE" in route.responses[409]["description"],
    }
    return [what for what, present in checks.items() if not present]


def _repeatable(route: Route) -> bool:
    contract = route.contract
    return contract.keyed or contract.access.public or "GET" in route.methods or route.operation_id in KEYLESS


def _is_model(model: Any) -> bool:
    if isinstance(model, type) and issubclass(model, BaseModel):
        return True
    return any(_is_model(part) for part in get_args(model))


@pytest.fixture(scope="module")
def applications():
    return {name: reference.application(name) for name in reference.PACKAGES}


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_every_route_declares_itself(applications, name):
    assert reference.routes(applications[name])
    assert undeclared(applications[name]) == []


def test_operation_ids_are_unique_and_camel_case(applications):
    names = [route.operation_id for app in applications.values() for _, route in reference.routes(app)]
    public = [name for name in names if not name.startswith("internal")]
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
    assert [name for name in public if not name[0].islower() or not name.isalnum()] == []


def test_an_undeclared_route_is_caught():
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/x", background=False))
    bare = APIRouter()

    @bare.get("/v1/bare")
    async def anyone() -> None:
        """Nobody said who may call this."""

    app.include_router(bare)
    found = undeclared(app)
    assert found[-1] == "/v1/bare: no declared access"
    assert "/v1/hello: no response model" in found


def test_no_role_is_unknown(applications):
    table = csv.DictReader(
        (Path(__file__).parents[2] / "gateway" / "codes.csv").read_text(encoding="utf-8").splitlines()
    )
    known = {row["code"] for row in table if row["table"] == "role"}
    used = {
        role
        for app in applications.values()
        for _, route in reference.routes(app)
        for role in route.contract.access.roles
    }
    assert known
    assert used - known == set()
