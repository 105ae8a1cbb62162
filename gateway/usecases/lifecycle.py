"""The whole chain of one project, joined from what each service says of it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.settings import SERVICES
from wushe.errors import NotFound, Unavailable
from wushe.http import Siblings

UNAVAILABLE: dict[str, Any] = {"status": "unavailable"}
_IDS_SHOWN = 50
_FUTURE = frozenset({"due_at", "expires_at", "closes_at"})
"""Deadlines say what may happen, not what did."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the five steps, and where in the services' answers it stands."""

    step: str
    zh: str
    en: str
    service: str
    keys: tuple[str, ...]


PARTS = (
    Part("collect_needs", "收集需求", "Collect needs", "needs", ("concerns", "needs")),
    Part("plan", "策划项目", "Plan", "projects", ("project", "deliberation", "contracts")),
    Part("implement", "组织实施", "Implement", "projects", ("activities", "service")),
    Part("link_resources", "链接资源", "Link resources", "resources", ("resources", "money")),
    Part("evaluate", "效果评价", "Evaluate", "evaluation", ("scheme", "evaluations", "payout_advices")),
)


@dataclass(slots=True)
class Step:
    """What is known of one step: when its first and last act was, which objects it has and in which states."""

    step: str
    zh: str
    en: str
    service: str
    status: str
    since: datetime | None = None
    until: datetime | None = None
    states: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)


async def join(*, siblings: Siblings, project_id: UUID) -> dict[str, Any]:
    """Every service's slice, asked at the same time; NOT_FOUND when projects says that there is no such project."""
    found = await asyncio.gather(*(_slice(siblings, service, project_id) for service in SERVICES))
    slices = dict(zip(SERVICES, found, strict=True))
    if slices["projects"] is None:
        raise NotFound
    return {name: piece or {} for name, piece in slices.items()}


async def _slice(siblings: Siblings, service: str, project_id: UUID) -> dict[str, Any] | None:
    try:
        found = await siblings.get(service, f"/internal/lifecycle/{project_id}")
    except NotFound:
        return None
    except Unavailable:
        return UNAVAILABLE
    return found if isinstance(found, dict) else UNAVAILABLE


def steps(slices: dict[str, Any]) -> list[Step]:
    """The five steps in their order."""
    return [_step(part, slices[part.service]) for part in PARTS]


def _step(part: Part, piece: dict[str, Any]) -> Step:
    named = (part.step, part.zh, part.en, part.service)
    if piece.get("status") == UNAVAILABLE["status"]:
        return Step(*named, status="unavailable")
    objects = [found for key in part.keys for found in _objects(piece.get(key))]
    times = sorted(moment for found in objects for moment in _times(found))
    known = [found for found in objects if "id" in found]
    return Step(
        *named,
        status="recorded" if times or known else "absent",
        since=times[0] if times else None,
        until=times[-1] if times else None,
        states=dict(Counter(str(found["state"]) for found in known if "state" in found)),
        ids=[str(found["id"]) for found in known][:_IDS_SHOWN],
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON, outer ones first."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def _times(found: dict[str, Any]) -> Iterator[datetime]:
    for name, value in found.items():
        if isinstance(value, str) and name not in _FUTURE and (name == "at" or name.endswith("_at")):
            moment = _instant(value)
            if moment is not None:
                yield moment


def _instant(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
