"""What a caller already knows of the system, put into generated requests so that they get past 404 and 428."""

import json
from collections import defaultdict
from random import Random
from typing import Any
from uuid import UUID

import httpx
from schemathesis import Case

KEPT = 200
"""Ids remembered of one kind; the newest stay."""
RULES = [
    "help_lines",
    "reopen_days",
    "silence_days",
    "similarity",
    "themes",
    "approval_chain",
    "decision_owners_279",
    "project_publicity_days",
    "saga_minutes",
    "hold_hours",
    "match_weights",
    "offer_hours",
    "appeal_days",
    "ballot_days",
    "smallest_group",
]
"""Rules of each service, for no list names them."""


class Known:
    """Ids by the name fields and parameters call them, and the version each object was last seen in."""

    def __init__(self, document: dict[str, Any], *, division: str, seed: int) -> None:
        self.ids: dict[str, list[str]] = defaultdict(list, code=[*RULES, division])
        self._versions: dict[str, int] = {}
        self._division, self._seed = division, seed
        self._names = {
            path.rpartition("/{")[0]: path.rpartition("/{")[2].rstrip("}")
            for path in document["paths"]
            if path.endswith("}") and path.count("{") == 1
        }

    def look_around(self, client: httpx.Client) -> None:
        """Read the first page of every collection there is."""
        for path, name in self._names.items():
            answer = client.get(path, params={"limit": 100})
            if answer.is_success:
                self.learn(answer.json(), name)

    def hear(self, path: str, answer: Any) -> None:
        """Learn from the answer to a request."""
        self.learn(answer, self._names.get(path if path in self._names else path.rpartition("/{")[0], ""))

    def learn(self, found: Any, name: str = "") -> None:
        """Remember every id in an answer; ``name`` is what the objects of its collection are called by."""
        if isinstance(found, list):
            for item in found:
                self.learn(item, name)
        elif isinstance(found, dict):
            if isinstance(found.get("id"), str):
                self._remember(name, found["id"])
                self._versions[found["id"]] = found.get("version", 1)
            for field, value in found.items():
                if isinstance(value, list | dict):
                    self.learn(value, name if field == "items" else "")
                elif field.endswith("_id") and isinstance(value, str):
                    self._remember(field, value)

    def _remember(self, name: str, ident: str) -> None:
        if ident not in self.ids[name]:
            self.ids[name] = [*self.ids[name][1 - KEPT :], ident]

    def improve(self, case: Case) -> Case:
        """Put what is known into a generated case, most of the time; the same case is always changed the same way."""
        chance = Random(f"{self._seed}{case.operation.label}{case.path_parameters}{case.query}{case.body!r}")
        for part in (case.path_parameters, case.query):
            for name in part or ():
                part[name] = self._value(name, part[name], chance)
        case.body = self._deeper("", case.body, chance)
        declared = {parameter.name for parameter in case.operation.headers}
        if "Idempotency-Key" in declared and chance.random() < 0.95:
            case.headers["Idempotency-Key"] = str(UUID(int=chance.getrandbits(128)))
        if "If-Match" in declared and chance.random() < 0.9:
            version = max([self._versions.get(str(ident), 1) for ident in case.path_parameters.values()], default=1)
            case.headers["If-Match"] = f'"v{version}"'
        return case

    def _deeper(self, name: str, value: Any, chance: Random) -> Any:
        if isinstance(value, dict):
            return {field: self._deeper(field, inner, chance) for field, inner in value.items()}
        if isinstance(value, list):
            return [self._deeper(name.removesuffix("s"), inner, chance) for inner in value]
        return self._value(name, value, chance)

    def _value(self, name: str, value: Any, chance: Random) -> Any:
        known = [self._division] if name == "division" else self.ids.get(name)
        return chance.choice(known) if known and isinstance(value, str) and chance.random() < 0.6 else value


def read(content: bytes) -> Any:
    """A JSON answer, or nothing."""
    try:
        return json.loads(content)
    except ValueError:
        return None
