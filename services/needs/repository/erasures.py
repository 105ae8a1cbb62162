"""What the registry lets go of when a person asks for it, and the requests themselves."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from services.needs.models import (
    Consent,
    Correction,
    Cosignature,
    Erasure,
    LinkCode,
    Need,
    Person,
    PersonCall,
    Resident,
    kit,
)
from wushe import idempotency
from wushe.erasing import ERASED_WORDS, Holdings, count
from wushe.pages import Page, PageRequest
from wushe.repository import Repository

HELD = Holdings(
    kept=(
        Resident.person_id,
        Need.author_person_id,
        Cosignature.person_id,
        Consent.person_id,
        Correction.person_id,
        Erasure.person_id,
    )
)
"""What is told to a person of themselves."""
# Where the asker lives may be told by any of these.
_WORDS: dict[str, Any] = dict.fromkeys(
    ("place", "place_id", "location", "lon", "lat", "answer", "outcome_expected", "close_reason")
) | {"statement": ERASED_WORDS}


class Erasures(Repository):
    """Requests to be erased or put right."""

    async def listed(self, page: PageRequest) -> Page[Erasure]:
        """One page of the requests to be erased in scope."""
        return await self.page(Erasure, page)

    async def corrections(self, page: PageRequest, filters: dict[str, Any]) -> Page[Correction]:
        """One page of the requests to put something right in scope."""
        return await self.page(Correction, page, **filters)

    async def let_go(self, resident: Resident) -> int:
        """Redact what an erased resident said, and forget by what other names they went; how many rows changed.

        The resident must be marked as erased before: only then does the database let a statement be redacted.
        """
        person_id, needs = resident.person_id, await self._needs_of(resident)
        label = update(Person).where(Person.id == person_id).values(label=None)
        changes = [
            update(Need).where(Need.id.in_(needs)).values(_WORDS),
            update(Correction).where(Correction.person_id == person_id).values(text=None, answer=None),
            delete(PersonCall).where(PersonCall.person_id == person_id),
            delete(LinkCode).where(LinkCode.resident_id == resident.id),
            label.execution_options(synchronize_session=False),
            self._names([resident.id, *needs]),
        ]
        done = [await self.session.execute(each) for each in changes]
        named = [str(each) for each in (person_id, resident.id, *needs)]
        answers = await idempotency.forget(self.work, named)
        return answers + count(done)

    async def _needs_of(self, resident: Resident) -> list[UUID]:
        """What they asked for, and what others asked for them (indexes on both columns)."""
        theirs = or_(Need.author_person_id == resident.person_id, Need.resident_id == resident.id)
        return await self.all(select(Need.id).where(theirs).order_by(Need.id).with_for_update())

    def _names(self, idents: list[UUID]) -> Any:
        """The keys other people's systems gave them; an agency's key may be an ID number."""
        named = kit["external_id"]
        return delete(named).where(named.c.object_id.in_([str(ident) for ident in idents]))
