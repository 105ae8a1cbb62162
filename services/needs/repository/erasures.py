"""What the registry lets go of when a person asks for it, and the requests themselves."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, or_, select, union_all, update

from services.needs.domain.forgetting import Key
from services.needs.domain.lifecycle import ProxyState
from services.needs.models import (
    Complaint,
    Consent,
    Correction,
    Cosignature,
    CrisisReporter,
    CrisisTicket,
    Erasure,
    FollowUp,
    LinkCode,
    Mediation,
    Need,
    NeedFile,
    NeedTerm,
    Outing,
    Person,
    PersonCall,
    PhoneCode,
    Proxy,
    Referral,
    RegisterObjection,
    Resident,
    Visit,
    VisitFile,
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
        Complaint.author_person_id,
        RegisterObjection.author_person_id,
        Proxy.person_id,
        Proxy.proxy_person_id,
        Erasure.person_id,
    )
)
"""What is told to a person of themselves."""
# Where the asker lives may be told by any of these.
_WORDS: dict[str, Any] = dict.fromkeys(
    (
        *("place", "place_id", "location", "lon", "lat"),
        *("answer", "outcome_expected", "close_reason", "asks", "ask_answers"),
    )
) | {"statement": ERASED_WORDS}
_REFERRED: dict[str, Any] = {"shared": ERASED_WORDS, "reason": ERASED_WORDS, "decline_reason": None, "result": None}
_MEDIATED: dict[str, Any] = {"application": ERASED_WORDS, "parties": [], "sessions": [], "agreement": None}
_COMPLAINED: dict[str, Any] = {"statement": ERASED_WORDS, "answer": None, "close_reason": None}
_OBJECTED: dict[str, Any] = {"reason": ERASED_WORDS, "answer": None}
# What was said at a visit goes with any one of those visited: nobody can tell whose words are whose.
_VISITED: dict[str, Any] = dict.fromkeys(
    ("sealed", "data_key", "key_version", "place", "place_id", "location", "lon", "lat")
)

_UNSEALABLE: dict[str, Any] = {"key_version": 0, "data_key": b"", "content": b""}
"""Who told of a crisis stays on record as somebody, whom nobody can name any more."""


class Erasures(Repository):
    """Requests to be erased or put right."""

    async def listed(self, page: PageRequest) -> Page[Erasure]:
        """One page of the requests to be erased in scope."""
        return await self.page(Erasure, page)

    async def corrections(self, page: PageRequest, filters: dict[str, Any]) -> Page[Correction]:
        """One page of the requests to put something right in scope."""
        return await self.page(Correction, page, **filters)

    async def let_go(self, person_id: UUID, residents: list[UUID]) -> int:
        """Redact what a person said, and forget by what other names they went; how many rows changed.

        ``residents`` is their entry, if they have one. It must be marked as erased before, or the request be on record:
        only then does the database let a statement be redacted.
        """
        needs = await self._needs_of(person_id, residents)
        label = update(Person).where(Person.id == person_id).values(label=None)
        changes = [
            update(Need).where(Need.id.in_(needs)).values(_WORDS),
            update(Correction).where(Correction.person_id == person_id).values(text=None, answer=None),
            delete(PersonCall).where(PersonCall.person_id == person_id),
            delete(NeedTerm).where(NeedTerm.need_id.in_(needs)),
            delete(NeedFile).where(NeedFile.need_id.in_(needs)),
            update(CrisisReporter).where(_told_of(residents, needs)).values(_UNSEALABLE),
            update(CrisisTicket).where(_of_crisis(residents, needs)).values(place=None, note=None),
            update(FollowUp).where(FollowUp.resident_id.in_(residents)).values(task=ERASED_WORDS, result=None),
            update(Referral).where(Referral.need_id.in_(needs)).values(_REFERRED),
            update(Mediation).where(Mediation.need_id.in_(needs)).values(_MEDIATED),
            update(Complaint).where(Complaint.author_person_id == person_id).values(_COMPLAINED),
            update(RegisterObjection).where(RegisterObjection.author_person_id == person_id).values(_OBJECTED),
            delete(VisitFile).where(VisitFile.visit_id.in_(_visits_to(residents))),
            update(Visit).where(Visit.id.in_(_visits_to(residents))).values(_VISITED),
            update(Outing).where(Outing.resident_id.in_(residents)).values(place=None, place_id=None),
            delete(LinkCode).where(LinkCode.resident_id.in_(residents)),
            delete(PhoneCode).where(PhoneCode.resident_id.in_(residents)),
            update(Proxy).where(_in_link(person_id)).values(end_reason=None),
            update(Proxy).where(_in_link(person_id), Proxy.state == ProxyState.ACTIVE).values(self._ended()),
            label.execution_options(synchronize_session=False),
            self._names([*residents, *needs]),
        ]
        done = [await self.session.execute(each) for each in changes]
        answers = await idempotency.forget(self.work, person_id, [str(each) for each in (*residents, *needs)])
        return answers + count(done)

    def _ended(self) -> dict[str, Any]:
        """Nobody asks for the forgotten any more, nor they for anybody."""
        return {"state": ProxyState.ENDED, "ended_at": self.work.now, "version": Proxy.version + 1}

    async def _needs_of(self, person_id: UUID, residents: list[UUID]) -> list[UUID]:
        """What they asked for, and what others asked for them (indexes on both columns)."""
        theirs = or_(Need.author_person_id == person_id, Need.resident_id.in_(residents))
        return await self.all(select(Need.id).where(theirs).order_by(Need.id).with_for_update())

    async def files_of(self, person_id: UUID, residents: list[UUID]) -> list[UUID]:
        """The files of what they asked for and of visits to them, which lie at the gateway whoever handed them in."""
        needs = await self._needs_of(person_id, residents)
        asked = select(NeedFile.file_id).where(NeedFile.need_id.in_(needs))
        visited = select(VisitFile.file_id).where(VisitFile.visit_id.in_(_visits_to(residents)))
        return sorted(await self.session.scalars(union_all(asked, visited)))

    async def ids_of(self, person_id: UUID, residents: list[UUID]) -> frozenset[str]:
        """What a person is called by us: their ids, and the name they were minted under."""
        label = await self.first(select(Person.label).where(Person.id == person_id, Person.label.is_not(None)))
        return frozenset([str(person_id), *map(str, residents), *([label] if label else [])])

    async def keys_of(self, person_id: UUID, residents: list[UUID]) -> frozenset[Key]:
        """What a person and their needs are called by other people's systems and tables (index on objects)."""
        named, idents = kit["external_id"].c, [*residents, *await self._needs_of(person_id, residents)]
        wanted = select(named.client, named.system, named.value)
        found = await self.session.execute(wanted.where(named.object_id.in_([str(ident) for ident in idents])))
        return frozenset((client, system, value) for client, system, value in found)

    def _names(self, idents: list[UUID]) -> Any:
        """The keys other people's systems gave them; an agency's key may be an ID number."""
        named = kit["external_id"]
        return delete(named).where(named.c.object_id.in_([str(ident) for ident in idents]))


def _in_link(person_id: UUID) -> ColumnElement[bool]:
    """The links somebody is part of (index on either)."""
    return or_(Proxy.person_id == person_id, Proxy.proxy_person_id == person_id)


def _visits_to(residents: list[UUID]) -> Select[UUID]:
    """The visits to somebody (GIN on residents)."""
    return select(Visit.id).where(Visit.resident_ids.overlap(residents))


def _of_crisis(residents: list[UUID], needs: list[UUID]) -> ColumnElement[bool]:
    return or_(CrisisTicket.resident_id.in_(residents), CrisisTicket.need_id.in_(needs))


def _told_of(residents: list[UUID], needs: list[UUID]) -> ColumnElement[bool]:
    tickets = select(CrisisTicket.id).where(_of_crisis(residents, needs))
    return CrisisReporter.ticket_id.in_(tickets)
