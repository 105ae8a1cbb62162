"""Which process answers a path, and which few requests are passed on without saying who sent them: data, not code."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.settings import SERVICES
from wushe.errors import NotFound

COLLECTIONS = {
    "needs": (
        "needs",
        "work-orders",
        "crisis-tickets",
        "referrals",
        "mediations",
        "complaints",
        "duty-rosters",
        "concerns",
        "residents",
        "triage-models",
        "places",
        "households",
        "division-merges",
        "survey-forms",
        "survey-plans",
        "call-list",
        "consents",
        "proxies",
        "visits",
        "follow-ups",
        "need-registers",
        "erasures",
        "corrections",
    ),
    "projects": ("projects", "deliberations", "contracts", "activities", "service-records"),
    "resources": (
        "providers",
        "volunteers",
        "social-workers",
        "resources",
        "resource-requests",
        "offers",
        "need-offers",
        "reservations",
        "deliveries",
        "funds",
        "donations",
        "disbursements",
        "ledger-entries",
    ),
    "evaluation": ("schemes", "evaluations", "reports", "appeals", "payout-advices"),
}
"""What each service owns before its own document has been read."""

# One spelling per address: no empty or dotted segments, and nothing encoded that could stand as it is (RFC 3986
# unreserved), or that is a slash, a backslash or a control character.
_NEVER_ENCODED = rb"[01]|2[D-Fd-f]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaCcFf]|6[1-9A-Fa-f]|7[0-9AaEeFf]"
_SEGMENT = rb"/(?!\.{1,2}(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%(?!" + _NEVER_ENCODED + rb")[0-9A-Fa-f]{2})+"
_PATH = re.compile(rb"/v1/(?P<collection>[a-z][a-z0-9-]*)(?P<rest>(?:" + _SEGMENT + rb")*)")


@dataclass(frozen=True, slots=True)
class Treatment:
    """How much of the sender is passed on and written down."""

    anonymous: bool = False
    """The caller's token is not even looked at, nor are address, user agent and request id passed on."""
    unlogged: bool = False
    """No log line names the request."""
    dear: bool = False
    """It may call somebody out of bed: counted apart from other requests."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Requests that are treated unlike the others."""

    method: str
    rest: re.Pattern[bytes]
    treatment: Treatment


# Collections every service has a share of; the address names the service.
SHARED = {
    b"operations": re.compile(rb"/(?P<service>[a-z]+)\..+"),
    b"rules": re.compile(rb"/(?P<service>[a-z]+)/.+"),
}
USUAL = Treatment()
_LOGIN = Treatment(anonymous=True)
MARKED = {
    # A ballot must not be tied to whoever sent it.
    b"evaluations": (Mark("POST", re.compile(rb"/[^/]+/ballots"), Treatment(anonymous=True, unlogged=True)),),
    # Whoever gives no name is not found out by their token or address.
    b"needs": (
        Mark("POST", re.compile(rb"/anonymous"), Treatment(anonymous=True, unlogged=True, dear=True)),
        Mark("POST", re.compile(rb"/track(/outcome)?"), Treatment(anonymous=True, unlogged=True)),
    ),
    # Whoever asks for a token has none yet, or an old one.
    b"oauth": (Mark("POST", re.compile(rb"/token"), _LOGIN),),
    b"auth": (Mark("POST", re.compile(rb"/[a-z]+"), _LOGIN),),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: a service, or ourselves."""

    collection: str
    service: str | None
    treatment: Treatment


class Routes:
    """The table of collections, taught by the services' own documents."""

    def __init__(self, own: Iterable[str]) -> None:
        self._own = frozenset(name.encode() for name in own) | SHARED.keys()
        self._service = {name.encode(): service for service, names in COLLECTIONS.items() for name in names}

    def learn(self, service: str, document: dict[str, Any]) -> None:
        """Take the collections a service says it answers; what is ours or already another's stays."""
        for path in document.get("paths", {}):
            found = _PATH.match(path.partition("{")[0].rstrip("/").encode())
            if found and found["collection"] not in self._own:
                self._service.setdefault(found["collection"], service)

    def find(self, method: str, path: bytes) -> Target:
        """The target of a request; NOT_FOUND for an address that is spelled in no accepted way."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise NotFound
        collection, rest = found["collection"], found["rest"]
        service = _named(SHARED[collection], rest) if collection in SHARED else self._service.get(collection)
        return Target(collection.decode(), service, _treatment(method, collection, rest))


def _treatment(method: str, collection: bytes, rest: bytes) -> Treatment:
    for mark in MARKED.get(collection, ()):
        if mark.method == method and mark.rest.fullmatch(rest):
            return mark.treatment
    return USUAL


def is_anonymous(method: str, template: str) -> bool:
    """Whether an operation, by the template of its path, is one that never hears who calls."""
    found = _PATH.fullmatch(re.sub(r"\{\w+\}", "x", template).encode())
    return found is not None and _treatment(method.upper(), found["collection"], found["rest"]).anonymous


def _named(address: re.Pattern[bytes], rest: bytes) -> str | None:
    found = address.fullmatch(rest)
    service = found["service"].decode() if found else ""
    return service if service in SERVICES else None
