"""The registry of persons and residents, and the slips that tie an account to one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain import slips
from services.needs.domain.codes import AgeBand, TargetGroup
from services.needs.domain.lifecycle import RESIDENT_TRANSITIONS, ResidentState, ResidentVerb, advance
from services.needs.models import LinkCode, Person, Resident
from services.needs.repository import Residents
from wushe import external, rules
from wushe.errors import NotFound, Refusal
from wushe.pages import Page, PageRequest


class LinkCodeInvalid(Refusal):
    """A slip that was never printed, was used, was replaced or is too old; which, is nobody's business."""

    status = 422
    zh = "关联码无效或已过期，请向社区工作者索取新的关联码。"
    en = "This code is not valid any more; ask a community worker for a new slip."
    toast = "关联码无效"


class ExternalIdAmbiguous(Refusal):
    """An id is unique for one client and system only; without these it must not pick one of several people."""

    zh = "有多人使用编号“{value}”，请同时写明 system 和 client。"
    en = "Several people are called '{value}'; name the system and the client as well."
    toast = "编号不唯一"


@dataclass(frozen=True, slots=True)
class Slip:
    """A code to print, shown once, and its last moment."""

    code: str
    expires_at: datetime


async def register(
    *,
    residents: Residents,
    division: str,
    target_groups: Sequence[TargetGroup],
    age_band: AgeBand,
    guardian_person_id: UUID | None,
    synthetic: bool,
    external_ids: Sequence[external.Named],
) -> Resident:
    """Enter a resident into the registry, which mints the person's id."""
    person = await mint(residents=residents, division=division, label=None)
    await residents.session.flush()  # the resident refers to the person
    resident = residents.add(
        Resident(
            division=division,
            person_id=person.id,
            state=ResidentState.REGISTERED,
            age_band=age_band,
            target_groups=list(target_groups),
            guardian_person_id=guardian_person_id,
            synthetic=synthetic,
        )
    )
    await external.register(residents.work, "residents", external_ids, resident.id)
    residents.work.record(resident, "register")
    return resident


async def mint(*, residents: Residents, division: str, label: str | None) -> Person:
    """A new person id; the same one again for a label already known."""
    return await residents.labelled(label) or residents.add(Person(division=division, label=label))


async def person_called(*, residents: Residents, external: str, system: str | None, client: str | None) -> UUID:
    """The one person called by this id; a label belongs to no system, so it counts only while none is named."""
    found = await residents.called(external, system=system, client=client)
    if system is None and client is None:
        found |= {person.id for person in (await residents.labelled(external),) if person}
    if len(found) > 1:
        raise ExternalIdAmbiguous(value=external)
    if not found:
        raise NotFound
    return found.pop()


async def read(*, residents: Residents, resident_id: UUID) -> Resident:
    """One resident; whoever looks is on record, since target groups are sensitive."""
    resident = await residents.find(resident_id)
    residents.work.witness("read", subject=f"residents/{resident.id}", division=resident.division, reason=None)
    return resident


async def listed(*, residents: Residents, page: PageRequest) -> Page[Resident]:
    """One page of the residents in scope; the look is on record, once for the whole page."""
    found = await residents.listed(page)
    residents.work.witness("read", subject="residents", division=residents.work.caller.scope, reason=None)
    return found


async def own(*, residents: Residents) -> Resident:
    """The caller's own registration; NOT_FOUND before an account is tied to one."""
    resident = await residents.of_person(residents.work.caller.person_id)
    if resident is None:
        raise NotFound
    residents.work.lead = resident
    return resident


async def print_code(*, residents: Residents, resident_id: UUID) -> Slip:
    """Print a slip for a resident (rule ``link_code_days``); slips printed before stop working."""
    resident = await residents.lock(Resident, resident_id)
    days = await rules.value(residents.work, "link_code_days", resident.division)
    await residents.void_codes(resident.id)
    slip = Slip(slips.fresh(), residents.work.now + timedelta(days=days))
    residents.add(
        LinkCode(
            division=resident.division,
            resident_id=resident.id,
            fingerprint=slips.fingerprint(slip.code),
            expires_at=slip.expires_at,
        )
    )
    residents.work.record(resident, "print_code")
    return slip


async def redeem(*, residents: Residents, code: str) -> Resident:
    """Use a slip once: whoever presents it speaks for the resident from now on."""
    work, slip = residents.work, await residents.take_code(slips.fingerprint(code))
    if slip is None or slip.used_at is not None or slip.expires_at <= work.now:
        raise LinkCodeInvalid
    slip.used_at = work.now
    resident = await residents.lock(Resident, slip.resident_id)
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.LINK)
    work.record(resident, ResidentVerb.LINK)
    return resident
