"""The whole system with the play of the sample district under way, so that requests find something there."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from samples.licheng import district, play, steps_needs, steps_projects, world
from samples.licheng.client import Gateway
from wushe.commands import tokens
from wushe.commands.stack import Stack, forget_data
from wushe.commands.up import THROW_AWAY

UNLIMITED = {f"WUSHE_GATEWAY_{name}REQUESTS_PER_MINUTE": "1000000000" for name in ("", "INTEGRATION_", "ANONYMOUS_")}


@dataclass
class Town:
    """A running system and who lives there."""

    stack: Stack
    known: world.World

    @property
    def url(self) -> str:
        """The gateway."""
        return self.stack.url()

    def people(self, roles: tuple[str, ...]) -> Iterator[dict[str, str]]:
        """Who acts in some roles of the sample district, each with a token."""
        for role, division, _ in district.CAST:
            if role in roles:
                person = self.known.staff.get(role) or self.known.neighbours[0].person_id
                org = self.known.agency if role in {"org_manager", "social_worker"} else None
                token = tokens.issue(f"{role}@{division}", person=person, org=org, folder=self.stack.folder)
                yield {"role": role, "division": division, "token": token}


def nearby(name: str) -> list[dict[str, str]]:
    """Of a table of the sample district, what concerns the street and the two projects of the play."""
    found = world.rows(name)
    if "theme" in found[0] and "text" in found[0]:
        return [row for row in found if row["theme"] in steps_needs.SHARED or row["id"] in {"N001", "N018"}]
    place = next((column for column in ("community_code", "street_code12") if column in found[0]), "")
    return [row for row in found if not place or row[place].startswith(world.STREET[:9])]


@contextmanager
def played(folder: Path, monkeypatch: pytest.MonkeyPatch, *, steps: int | None) -> Iterator[Town]:
    """The system without limits of rate, and so many steps of the play; all of them for None."""
    for name, value in UNLIMITED.items():
        monkeypatch.setenv(name, value)
    for module in (district, steps_needs):
        monkeypatch.setattr(module, "rows", nearby)
    with Stack(folder, port=lambda _: 0, settings=THROW_AWAY) as stack:
        known = world.World(Gateway(stack.url(), run=str(uuid4())), folder)
        asyncio.run(_perform(known, steps))
        yield Town(stack, known)
    forget_data(folder)  # for root it lies elsewhere


async def _perform(known: world.World, steps: int | None) -> None:
    try:
        for step in play.script(known, steps_projects.both())[:steps]:
            await step.run()
    finally:
        await known.gateway.http.aclose()
