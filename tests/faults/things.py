"""Requests to the producer, as callers under load send them."""

import json

from tests.faults.load import Request
from tests.faults.stage import headers
from tests.harness import COMMUNITY

THINGS, READY = "/v1/things", "/health/ready"


def identity() -> dict[str, str]:
    return {name: value for name, value in headers("").items() if name != "idempotency-key"}


def reading() -> Request:
    return Request("GET", THINGS, identity())


def writing() -> Request:
    return Request("POST", THINGS, identity(), json.dumps({"name": "灯", "division": COMMUNITY}).encode())


def probing() -> Request:
    return Request("GET", READY, {})
