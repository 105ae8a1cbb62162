"""Words looked at by the gateway, which has the way to whoever looks."""

from collections.abc import Sequence
from uuid import UUID

from services.needs.domain.moderation import Moderation, strictest
from wushe.errors import NotFound
from wushe.http import SiblingRefused, Siblings, understanding
from wushe.identity import Caller

Verdict = tuple[str, str | None]


class Moderator:
    """Asks the gateway whether something may be shown to others."""

    siblings: Siblings
    """Given by the application once it is put together."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def look(self, need_id: UUID, *, text: str, person_id: UUID | None, file_ids: Sequence[UUID] = ()) -> Verdict:
        """The strictest verdict on the words and files of a need, and why; UNAVAILABLE while nobody answers."""
        author = str(person_id) if person_id else None
        found = [await self._ask(need_id, {"text": text, "person_id": author}, step="text")]
        found += [await self._ask(need_id, {"file_id": str(file)}, step=str(file)) for file in file_ids]
        verdict = strictest([each for each, _ in found])
        return next(each for each in found if each[0] == verdict)

    async def _ask(self, need_id: UUID, body: dict[str, str | None], *, step: str) -> Verdict:
        calling = self.siblings.acting(self._caller, str(need_id))
        try:
            answer = await calling.post("gateway", "/internal/moderation", body, step=step)
        except (SiblingRefused, NotFound):
            return Moderation.REVIEW, "not_taken"  # asking the same again would be refused again
        with understanding():
            return str(answer["verdict"]), answer["reason"]
