"""Every operation that names an object, from inside and outside the object's division (S09, S10)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contracts.operations import Operation, operations
from tests.harness import COMMUNITY, COUNTY, STREET, Actor, Service
from tests.permissions.objects import MAKERS, SOMEBODY, VALID, Objects, made_in_the_street
from wushe.db import uuid7
from wushe.identity import Caller

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The objects belong to the street: to nobody below it, beside it or elsewhere.
INSIDE = {"own": STREET, "parent": COUNTY}
OUTSIDE = {"child": COMMUNITY, "sibling": "350502002000", "foreign": "350503000000"}
NOT_AN_OBJECT = {
    "person_id": "services ask of a person wherever they were served: tests/system/test_erasure.py",
    "system": "the caller's own system: tests/needs/test_by_external.py",
    "key": "the caller's own key there: tests/needs/test_by_external.py",
    "code": "a rule or a division, named by its code and the same for everybody",
    "file_id": "a file is its uploader's wherever they are, else its service is asked: tests/gateway/test_files.py",
    "message_id": "a message belongs to a person, wherever they are: tests/gateway/test_feed_and_inbox.py",
}
NOT_A_PLACES_LIST = {
    "listInbox": "a person's own messages: tests/gateway/test_feed_and_inbox.py",
    "listLedgerEntries": "what is written once cannot be moved into the street: see test_walls.py",
}
OF_ITS_PERSON = {
    "listProxiedNeeds": "a proxy's own words, wherever the person lives they spoke for: tests/needs/test_proxies.py",
}
# Who asks: those first whose duty ends at a border, for a resident may be served next door.
ASKERS = ["community_worker", "committee", "social_worker", "street_officer", "civil_affairs", "supervisor"]
# A row that names a person is found in the whole county: people are served next door, the use case asks whose it is.
NEXT_DOOR = {"confirmServiceRecord", "disputeServiceRecord", "issueCredential"}
# How many operations name an object in their address, refer to one in their body, are lists, write into a division.
LEAST = {
    "needs": (17, 1, 3, 6),
    "projects": (39, 3, 5, 2),
    "resources": (35, 7, 11, 7),
    "evaluation": (15, 2, 5, 2),
    "gateway": (2, 0, 0, 1),
}


@dataclass(frozen=True)
class House:
    """A service with the objects of the street."""

    service: Service
    objects: Objects

    def operations(self) -> Iterator[Operation]:
        app = getattr(self.service.app, "own", self.service.app)
        return (each for each in operations(app.openapi()) if each.access != "public")

    def asker(self, operation: Operation, scope: str) -> Actor:
        """Somebody the operation admits; the same person everywhere."""
        if operation.access == "service":
            return self.service.sibling("gateway", scope)
        roles = operation.access.split()
        return self.service.acting(next((role for role in ASKERS if role in roles), roles[-1]), scope, person=SOMEBODY)

    async def ask(self, operation: Operation, scope: str, **instead: str) -> tuple[int, Any]:
        """What somebody of a scope is told; ``instead`` names other objects than those there are."""
        objects, path = self.objects | instead, operation.path
        for name in named(operation):
            path = path.replace("{" + name + "}", objects[name])
        body = self.body(operation, objects) if operation.body else None
        version = 1 if operation.if_match else None
        answer = await self.asker(operation, scope)._send(operation.method, path, json=body, key="", if_match=version)
        told = answer.json() if "json" in answer.headers["content-type"] else {}
        assert told.get("code") != "INVALID_INPUT", f"{operation.name}: write a body into VALID: {told['errors']}"
        return answer.status_code, {key: told[key] for key in told if key not in {"instance", "request_id"}}

    def body(self, operation: Operation, objects: Objects) -> dict[str, Any]:
        """A body that could be accepted, about objects that exist."""
        about = {name: objects[name] for name in mentioned(operation, objects)}
        known = {f"/{name}": value for name, value in (about | {"division": STREET}).items()}
        return operation.body.filled(known) | VALID.get(operation.name, {})


def named(operation: Operation) -> list[str]:
    """The objects an address names."""
    parts = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return [name for name in parts if name not in NOT_AN_OBJECT]


def fields(operation: Operation) -> set[str]:
    """The fields of a body."""
    return {place.pointer[1:] for place in operation.body.places()} if operation.body else set()


def mentioned(operation: Operation, objects: Objects) -> list[str]:
    """The objects a body refers to."""
    open_fields = fields(operation) - set(VALID.get(operation.name, {}))
    return [name for name in objects if name in open_fields]


async def elsewhere(house: House, operation: Operation, name: str) -> list[str]:
    """Where an object outside the caller's scope is answered otherwise than one that exists nowhere."""
    nowhere = await house.ask(operation, OUTSIDE["child"], **{name: str(uuid7())})
    told = {where: await house.ask(operation, scope) for where, scope in OUTSIDE.items()}
    return [f"{operation.name} {where}: {found}, not {nowhere}" for where, found in told.items() if found != nowhere]


async def addressed(house: House, operation: Operation) -> list[str]:
    """An object in the address is known inside its division; outside it is as if it existed nowhere."""
    wrong = [each for name in named(operation) for each in await elsewhere(house, operation, name)]
    if operation.access != "service" and not mentioned(operation, house.objects):
        told = await house.ask(operation, OUTSIDE["child"])
        wrong += [f"{operation.name}: {told}, not 404"] if told[0] != 404 else []
    inside = {where: await house.ask(operation, scope) for where, scope in INSIDE.items()}
    return wrong + [f"{operation.name} {where}: {found}" for where, found in inside.items() if found[0] == 404]


async def referred(house: House, operation: Operation) -> list[str]:
    """An object in the body: what exists elsewhere is not built upon, nor is it told that it exists."""
    return [each for name in mentioned(operation, house.objects) for each in await elsewhere(house, operation, name)]


async def listed(house: House, operation: Operation) -> list[str]:
    """A list holds the objects of the caller's divisions and no others."""
    wrong = []
    for where, scope in (INSIDE | OUTSIDE).items():
        status, page = await house.ask(operation, scope)
        seen = status == 200 and bool(page["items"])
        wrong += [f"{operation.name} {where}: {status} {page}"] if seen != (where in INSIDE) else []
    return wrong


async def written(house: House, operation: Operation) -> list[str]:
    """Nothing is written into a division outside the caller's scope."""
    expected = {"OUT_OF_SCOPE", "NOT_FOUND"} if mentioned(operation, house.objects) else {"OUT_OF_SCOPE"}
    found = {where: await house.ask(operation, scope) for where, scope in OUTSIDE.items()}
    return [f"{operation.name} {where}: {told}" for where, told in found.items() if told[1]["code"] not in expected]


async def unfiltered(house: House, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Without the application's own filter the database alone denies (S10)."""
    monkeypatch.setattr(Caller, "covers", lambda _, division: bool(division))
    wrong = []
    for operation in house.operations():
        outside = OUTSIDE["foreign" if operation.name in NEXT_DOOR else "sibling"]
        if (named(operation) and operation.access != "service") or "division" in fields(operation):
            status, told = await house.ask(operation, outside)
            is_empty = status == 200 and told.get("items") == []
            wrong += [f"{operation.name}: {status} {told}"] if status < 400 and not is_empty else []
    return wrong


@pytest.mark.parametrize("name", MAKERS)
async def test_divisions_are_closed(bench, monkeypatch, name):
    house = House(*await made_in_the_street(bench, name, monkeypatch))
    wrong, cases = [], [0, 0, 0, 0]
    for operation in house.operations():
        for kind, (concerned, check) in enumerate(checks(house, operation)):
            if concerned:
                wrong += await check(house, operation)
                cases[kind] += 1
    assert wrong == []
    assert all(count >= least for count, least in zip(cases, LEAST[name], strict=True)), cases
    assert await unfiltered(house, monkeypatch) == []


def checks(house: House, operation: Operation) -> list[tuple[bool, Callable[..., Any]]]:
    """What there is to ask about an operation."""
    is_list = operation.paged and not named(operation) and operation.name not in NOT_A_PLACES_LIST
    return [
        (bool(named(operation)) and operation.name not in OF_ITS_PERSON, addressed),
        (bool(mentioned(operation, house.objects)), referred),
        (is_list, listed),
        ("division" in fields(operation), written),
    ]
