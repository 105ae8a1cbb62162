"""One round: generated requests to every operation as one role, and the tally of what came back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.engine import events, from_schema

from tests.fuzz import promises
from tests.fuzz.known import Known, read

PHASES = ("examples", "coverage", "fuzzing", "stateful")
Failure = tuple[str, str, str]


@dataclass(frozen=True)
class Round:
    """Who sends what: a role with its token, the phases of generation, and how many examples of each operation."""

    url: str
    role: str
    division: str
    token: str
    seed: int
    examples: int
    phases: tuple[str, ...]
    only: str = ""
    deterministic: bool = False
    seconds: int | None = None
    """After so long the rest is left out."""


@dataclass
class Tally:
    """What was sent and answered, and every kind of failure with the first request that showed it."""

    role: str
    operations: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    failures: Counter[Failure] = field(default_factory=Counter)
    shown: dict[Failure, str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        """How many were sent."""
        return sum(self.answers.values())

    def __str__(self) -> str:
        classes = Counter(f"{status // 100}xx" for status in self.answers for _ in range(self.answers[status]))
        counted = " ".join(f"{name} {number}" for name, number in sorted(classes.items()))
        return (
            f"{self.role:<18}{self.operations} operations, {self.requests} requests: {counted};"
            f" {len(self.accepted)} operations accepted something; failures {self.failures.total()}"
        )

    def told(self) -> Iterator[str]:
        """Every kind of failure, with the request that first showed it."""
        for kind, shown in sorted(self.shown.items()):
            yield f"\n✗ {self.role} · {' · '.join(kind)} ({self.failures[kind]} times)\n    {shown}"

    def fail(self, kind: Failure, shown: str) -> None:
        """Count a failure, and keep how it was first seen."""
        self.failures[kind] += 1
        self.shown.setdefault(kind, shown)


def play(wanted: Round) -> Tally:
    """Send a whole round."""
    headers = {"Authorization": f"Bearer {wanted.token}"}
    with httpx.Client(base_url=wanted.url, headers=headers, trust_env=False, timeout=30) as client:
        document = client.get("/openapi.json").raise_for_status().json()
        known = Known(document, division=wanted.division, seed=wanted.seed)
        known.look_around(client)
    _teach(document)
    schema = schemathesis.openapi.from_dict(document, config=_configured(wanted, headers))
    tally = Tally(wanted.role)

    @schema.hook("map_case")
    def improve(context: HookContext, case: Case) -> Case:
        return known.improve(case)

    @schema.hook("after_call")
    def hear(context: HookContext, case: Case, response: Response) -> None:
        if response.status_code < 300:
            tally.accepted.add(case.operation.label)
            known.hear(case.path, read(response.content))

    chosen = schema.include(operation_id_regex=wanted.only) if wanted.only else schema
    tally.operations = sum(1 for _ in chosen.get_all_operations())
    for event in from_schema(chosen).execute():
        _count(event, tally)
    return tally


def _teach(document: dict[str, Any]) -> None:
    """Files are sent as the bytes they are, whatever they are called."""
    operations = [each for item in document["paths"].values() for each in item.values() if "requestBody" in each]
    called = {media for each in operations for media in each["requestBody"]["content"]}
    for media in called - {"application/json", "multipart/form-data", "application/octet-stream"}:
        schemathesis.serializer.alias(media, "application/octet-stream")


def _configured(wanted: Round, headers: dict[str, str]) -> schemathesis.Config:
    checks = {name: {"enabled": True} for name in (*promises.BUILT_IN, *promises.OURS)}
    return schemathesis.Config.from_dict(
        {
            "seed": wanted.seed,
            "base-url": wanted.url,
            "headers": headers,
            "continue-on-failure": True,
            **({"max-time": wanted.seconds} if wanted.seconds else {}),
            "request-timeout": 30,
            "generation": {
                "max-examples": wanted.examples,
                "deterministic": wanted.deterministic,
                "no-shrink": wanted.deterministic,
            },
            "phases": {phase: {"enabled": phase in wanted.phases} for phase in PHASES},
            "checks": {"enabled": False, **checks},
        }
    )


def _count(event: Any, tally: Tally) -> None:
    if isinstance(event, events.ScenarioFinished):
        for sent in event.recorder.interactions.values():
            tally.answers[sent.response.status_code if sent.response else 0] += 1
        for kind, shown in _failures(event.recorder):
            tally.fail(kind, shown)
    elif isinstance(event, events.NonFatalError):
        tally.fail((event.label, "not sent", type(event.value).__name__), str(event.value))
    elif isinstance(event, events.FatalError):
        raise event.exception


def _failures(recorder: Any) -> Iterator[tuple[Failure, str]]:
    for ident, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                found, sent = check.failure_info, recorder.interactions[ident]
                status = sent.response.status_code if sent.response else 0
                said = sent.response.content[:1000].decode(errors="replace") if sent.response else ""
                told = "\n    ".join((found.code_sample, found.failure.message, said))
                yield (recorder.label, check.name, f"{found.failure.title} {status}"), told
