"""What this service asks of others: the gateway, to send a page through the channels that it owns."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wushe.errors import NotFound
from wushe.http import SiblingRefused, Siblings, understanding
from wushe.identity import Caller

URGENT = "urgent_matter"
"""The template of a page, "有一件紧急事项请立即处理，编号 {number}": no name, no words, never what it is about."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the gateway says of a page: its name for it, and what became of it."""

    outside_id: UUID | None
    state: str


class Pager:
    """Asks the gateway to page people by SMS or voice; a message that needs a quota is no page."""

    siblings: Siblings
    """Given by the application once it is put together."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def page(
        self, page_id: UUID, *, division: str, kind: str, number: str, person_id: UUID | None, phone: str | None
    ) -> Told:
        """Send one page, once for its id however often it is asked; UNAVAILABLE when the gateway does not answer."""
        body: dict[str, Any] = {
            "division": division,
            # Behind a number of last resort stands nobody in particular.
            "person_id": str(person_id or page_id),
            "number": phone,
            "kind": kind,
            "template": URGENT,
            "params": {"number": number},
            "key": str(page_id),
        }
        try:
            return _told(await self._acting(page_id).post("gateway", "/internal/pages", body, step="page"))
        except (SiblingRefused, NotFound):
            return Told(None, "failed")

    async def look(self, page_id: UUID, outside_id: UUID) -> Told:
        """What became of a page sent before."""
        try:
            return _told(await self._acting(page_id).get("gateway", f"/internal/pages/{outside_id}"))
        except NotFound:
            return Told(outside_id, "failed")

    def _acting(self, page_id: UUID) -> Siblings:
        return self.siblings.acting(self._caller, str(page_id))


def _told(answer: Any) -> Told:
    with understanding():
        return Told(UUID(answer["id"]), str(answer["state"]))
