"""Seeing who a resident really is, and how they may be reached: each look is on record with its reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.needs.domain.contact import ContactKind, SafeContact
from services.needs.domain.identity import FIELDS, Identity
from services.needs.domain.unmasking import may_unmask
from services.needs.models import Resident
from services.needs.repository import HELD, Consents, Needs, Residents
from wushe.erasing import tell
from wushe.errors import NotFound, Refusal


class NothingSealed(Refusal):
    """Nobody entered who this resident is, or it was erased."""

    status = 409
    zh = "该居民没有登记身份信息，或信息已经注销。"
    en = "No identity was entered for this resident, or it was erased."
    toast = "没有身份信息"


async def unmask(*, residents: Residents, resident_id: UUID, fields: Collection[str], reason: str) -> Identity:
    """The named fields as they are, for the person, their guardian, or staff with a reason; on record either way."""
    resident = await residents.find(resident_id)
    caller = residents.work.caller
    may_unmask(
        role=caller.role,
        own=caller.person_id is not None and caller.person_id == resident.person_id,
        child=await _is_child_of(residents, resident, caller.person_id),
        at_work=await Needs(residents.work).is_anyone_at_work_for(resident.id),
    )
    identity = residents.identity(resident)
    if identity is None:
        raise NothingSealed
    told = f"{reason} [{' '.join(name for name in FIELDS if name in fields)}]"
    residents.work.witness("unmask", subject=f"residents/{resident.id}", division=resident.division, reason=told)
    return identity


async def _is_child_of(residents: Residents, resident: Resident, person_id: UUID | None) -> bool:
    child = resident.guardian_person_id is not None and resident.guardian_person_id == person_id
    return child and residents.age_band(resident).is_child


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person may be reached at a moment."""

    person_id: UUID
    phone: str | None
    call: bool
    text: bool
    leave_word: bool
    via_person_id: UUID | None


async def contact(*, residents: Residents, person_id: UUID, purpose: str) -> Contact:
    """The telephone of a person as far as they allow it now; whoever asks keeps nothing, and is on record."""
    resident = await residents.of_person(person_id)
    if resident is None:
        raise NotFound
    residents.work.witness("contact", subject=f"residents/{resident.id}", division=resident.division, reason=purpose)
    stopped = await Consents(residents.work).has_stopped(resident)
    ways = {kind: not stopped and contact_allowed(resident, kind, residents.work.now) for kind in ContactKind}
    identity = residents.identity(resident)
    phone = identity.phone if identity and any(ways.values()) else None
    via = SafeContact.read(resident.safe_contact).via_person_id
    return Contact(person_id, phone, ways[ContactKind.CALL], ways[ContactKind.TEXT], ways[ContactKind.LEAVE_WORD], via)


def contact_allowed(resident: Resident, kind: ContactKind, at: datetime) -> bool:
    """Whether a resident may be reached this way at this moment, as they asked for."""
    return SafeContact.read(resident.safe_contact).allows(kind, at)


async def told(*, residents: Residents, person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """All that is held of a person, for that person (PIPL 45); who they are stands under ``identity``."""
    work = residents.work
    division = work.caller.scope
    held = await tell(work, HELD, person_id)
    resident = await residents.of_person(person_id)
    identity = residents.identity(resident) if resident else None
    work.witness("export", subject=f"persons/{person_id}", division=division, reason=None)
    return {**held, "identity": [dict(identity.sealed())] if identity else []}
