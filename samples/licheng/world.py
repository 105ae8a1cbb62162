"""What a play knows so far, and the people it plays."""

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from samples.licheng.client import Actor, Gateway, until

CHINA = timezone(timedelta(hours=8))
HERE = Path(__file__).parent
WHOLE, COUNTY, STREET, OTHER_STREET = "000000000000", "350502000000", "350502001000", "350502002000"
COMMUNITIES = [f"35050200100{number}" for number in range(1, 9)]


def rows(name: str) -> list[dict[str, str]]:
    """A table of the sample district."""
    with (HERE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass
class Resident:
    """A resident of the sample, as registered."""

    external: str
    division: str
    age_band: str
    resident_id: str
    person_id: str


@dataclass
class Undertaking:
    """One of the two projects, with everything that hangs on it."""

    code: str
    title: str
    kind: str
    themes: tuple[str, ...]
    goal_people: int
    lines: tuple[tuple[str, int, str], ...]
    place: str
    approver: str
    served: list[Resident] = field(default_factory=list)
    concerns: list[dict[str, Any]] = field(default_factory=list)
    project: dict[str, Any] = field(default_factory=dict)
    scheme: dict[str, Any] = field(default_factory=dict)
    contract: dict[str, Any] = field(default_factory=dict)
    activities: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    evaluation: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    lifecycle: dict[str, Any] = field(default_factory=dict)
    votes: int = 0

    @property
    def budget_fen(self) -> int:
        """The sum of its lines."""
        return sum(amount for _, amount, _ in self.lines)


@dataclass
class World:
    """Everything the steps share."""

    gateway: Gateway
    folder: Path
    residents: list[Resident] = field(default_factory=list)
    volunteers: dict[str, dict[str, Any]] = field(default_factory=dict)
    providers: list[dict[str, Any]] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    staff: dict[str, str] = field(default_factory=dict)
    agency: str = ""
    needs: dict[str, dict[str, Any]] = field(default_factory=dict)
    authors: dict[str, Resident] = field(default_factory=dict)
    refusals: list[tuple[str, str, int, str]] = field(default_factory=list)
    ahead: timedelta = timedelta()

    def acting(self, role: str, scope: str = STREET) -> Actor:
        """A member of staff: one person per role."""
        org = self.agency if role == "org_manager" else ""
        return self.gateway.acting(role, scope, person=self.staff.get(role, ""), org=org)

    def resident(self, who: Resident) -> Actor:
        """A resident speaking for themselves."""
        return self.gateway.acting("resident", STREET, person=who.person_id)

    @cached_property
    def neighbours(self) -> list[Resident]:
        """The adults of the street the play takes place in, oldest first."""
        order = {"80+": 0, "60-79": 1, "18-59": 2}
        adults = [each for each in self.residents if each.division in COMMUNITIES and each.age_band in order]
        return sorted(adults, key=lambda each: (order[each.age_band], each.external))

    def now(self) -> datetime:
        """The district's business time."""
        return datetime.now(UTC) + self.ahead  # noqa: TID251 -- a caller has its own clock

    def today(self) -> date:
        """The district's business day."""
        return self.now().astimezone(CHINA).date()

    def afternoon(self, days: int) -> datetime:
        """Two o'clock local time, some days from today."""
        return datetime.combine(self.today() + timedelta(days=days), time(14), CHINA)

    async def synchronise(self) -> None:
        """Read how far earlier plays have moved the district's clock."""
        found = await self.gateway.acting("operator", WHOLE).get("/v1/sandbox/clock", division=COUNTY)
        self.ahead = timedelta(seconds=found["offset_seconds"])

    async def forward(self, *, days: float) -> None:
        """Let windows pass by the sandbox clock, and wait until every service has heard of it."""
        operator = self.gateway.acting("operator", WHOLE)
        body = {"division": COUNTY, "advance_seconds": int(days * 86400) + 1}
        moved = await operator.post("/v1/sandbox/clock", body, key=f"{self.gateway.run}-clock-{self.ahead}")
        self.ahead = timedelta(seconds=moved["offset_seconds"])

        async def settled() -> bool:
            return bool((await operator.get("/v1/sandbox/clock", division=COUNTY))["settled"])

        await until(settled, "every service to hear of the clock")

    def note(self, zh: str, en: str, answer: tuple[int, str]) -> None:
        """Remember a refusal that had to happen."""
        self.refusals.append((zh, en, *answer))


def expect(answer: tuple[int, str], status: int, code: str) -> tuple[int, str]:
    """The refusal itself when it is the right one; what came instead otherwise."""
    if answer != (status, code):
        raise AssertionError(f"expected {status} {code}, got {answer[0]} {answer[1]}")
    return answer
