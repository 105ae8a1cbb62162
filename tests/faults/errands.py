"""What callers of the real services ask for under load."""

import json
from collections.abc import Callable
from typing import Any

from tests.faults.house import House
from tests.faults.load import Request
from tests.harness import COMMUNITY, TRUST
from wushe.db import uuid7
from wushe.identity import HEADER, Caller, sign

MAKING: dict[str, tuple[str, str, Callable[[], dict[str, Any]]]] = {
    "needs": ("residents", "community_worker", lambda: {"age_band": "60-79", "target_groups": [], "synthetic": True}),
    "projects": (
        "projects",
        "social_worker",
        lambda: {"title": "陪伴", "kind": "public_service", "summary": "每周", "concern_ids": [str(uuid7())]},
    ),
    "resources": (
        "providers",
        "community_worker",
        lambda: {"name": str(uuid7()), "registration": "informal", "kinds": ["goods"], "synthetic": True},
    ),
    "evaluation": ("schemes", "social_worker", lambda: {"title": "评价", "project_id": str(uuid7())}),
}
"""Of each service a collection, who may write to it, and what."""


Errands = list[Callable[[], Request]]


def requests_of(name: str, headers: Callable[[], dict[str, str]]) -> Errands:
    """Look at a collection, and add to it."""
    collection, _, make = MAKING[name]
    path = f"/v1/{collection}"

    def writing() -> Request:
        return Request("POST", path, headers(), json.dumps({"division": COMMUNITY, **make()}).encode())

    return [lambda: Request("GET", path, headers()), writing]


def directly_at(name: str) -> Errands:
    """Requests as the gateway would pass them on."""
    caller = Caller(
        subject="worker", client="test", person_id=uuid7(), role=MAKING[name][1], scope=COMMUNITY, issuer="gateway"
    )
    return requests_of(name, lambda: {HEADER: sign(caller, issuer="gateway", audience=name, trust=TRUST)})


def through_the_gateway(house: House, name: str) -> Errands:
    """The same from outside, with a token."""
    who = {"role": MAKING[name][1], "scope": COMMUNITY, "person_id": str(uuid7())}
    signed_in = house.http.post(f"{house.url('gateway')}/v1/auth/development", json=who)
    token = signed_in.raise_for_status().json()["access_token"]
    return requests_of(name, lambda: {"authorization": f"Bearer {token}"})
