"""The registry of persons and residents, and the slips that tie an account to one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain import slips
from services.needs.domain.codes import AgeBand, GuardianRelation, TargetGroup
from services.needs.domain.contact import SafeContact
from services.needs.domain.groups import Period, current, read_periods, replaced, since, write_periods
from services.needs.domain.identity import Identity, age_band, read_identity
from services.needs.domain.lifecycle import RESIDENT_TRANSITIONS, ResidentState, ResidentVerb, advance
from services.needs.models import LinkCode, Person, Resident
from services.needs.repository import Residents
from wushe import external, rules
from wushe.db import uuid7
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


class ResidentKnown(Refusal):
    """One person is one resident: an ID that is registered names them already."""

    zh = "该身份证号已登记为居民：{where}。请使用原有登记，不要重复登记。"
    en = "A resident with this ID is registered already: {where}. Use that entry."
    toast = "已有登记"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What staff enter of a resident."""

    age_band: AgeBand | None
    target_groups: Sequence[TargetGroup]
    periods: Sequence[Period] = ()
    guardian_person_id: UUID | None = None
    guardian_relation: GuardianRelation | None = None
    safe_contact: SafeContact | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A resident as of today; ``possible_duplicates`` share the telephone and may be family."""

    resident: Resident
    identity: Identity | None
    age_band: AgeBand
    groups: list[TargetGroup]
    periods: list[Period]
    safe_contact: SafeContact
    possible_duplicates: list[UUID]


async def register(
    *,
    residents: Residents,
    division: str,
    entered: Particulars,
    synthetic: bool,
    external_ids: Sequence[external.Named],
    test_region_allowed: bool,
) -> Seen:
    """Enter a resident into the registry, which mints the person's id; RESIDENT_KNOWN for an ID it has."""
    residents.work.claim(division)
    person = await mint(residents=residents, division=division, label=None)
    await residents.session.flush()  # the resident refers to the person
    resident = Resident(
        id=uuid7(),
        division=division,
        person_id=person.id,
        state=ResidentState.REGISTERED,
        synthetic=synthetic,
        target_groups=[],
        group_periods=[],
    )
    await _enter(residents, resident, entered, test_region_allowed=test_region_allowed)
    residents.add(resident)
    await external.register(residents.work, "residents", external_ids, resident.id)
    residents.work.record(resident, "register")
    return await seen(residents, resident)


async def correct(*, residents: Residents, resident_id: UUID, entered: Particulars, test_region_allowed: bool) -> Seen:
    """Correct an entry (PIPL 46); an identity or safe contact left out stays, ended groups stay as history."""
    await residents.find(resident_id)
    resident = await residents.lock(Resident, resident_id)
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.CORRECT)
    await _enter(residents, resident, entered, test_region_allowed=test_region_allowed)
    residents.work.record(resident, ResidentVerb.CORRECT)
    return await seen(residents, resident)


async def _enter(residents: Residents, resident: Resident, entered: Particulars, *, test_region_allowed: bool) -> None:
    today, identity = residents.today, residents.identity(resident)
    if entered.identity is not None:
        identity = read_identity(entered.identity, today=today, test_region_allowed=test_region_allowed)
        await _require_unknown(residents, resident, identity)
        residents.seal(resident, identity)
    resident.age_band = age_band(identity, today=today, declared=entered.age_band)
    before = read_periods(resident.group_periods, resident.target_groups)
    wanted = [*entered.periods, *since(before, entered.target_groups, today)]
    periods = replaced(before, wanted, today)
    resident.group_periods, resident.target_groups = write_periods(periods), list(current(periods, today))
    resident.guardian_person_id, resident.guardian_relation = entered.guardian_person_id, entered.guardian_relation
    if entered.safe_contact is not None:
        resident.safe_contact = _kept(entered.safe_contact)


def _kept(wish: SafeContact) -> dict[str, object]:
    return {**asdict(wish), "via_person_id": str(wish.via_person_id) if wish.via_person_id else None}


async def _require_unknown(residents: Residents, resident: Resident, identity: Identity) -> None:
    """Refuse an ID that is registered: which entry in one's own scope, elsewhere in the county only that there is."""
    work = residents.work
    if identity.id_number is None:
        return
    granted = work.caller
    await work.widen()
    known = await residents.with_id(identity.id_number)
    await work.within(granted)
    if known is not None and known.id != resident.id:
        raise ResidentKnown(where=known.id if granted.covers(known.division) else known.division[:6])


async def seen(residents: Residents, resident: Resident) -> Seen:
    """One resident with those who share the telephone."""
    found = _seen(residents, resident)
    phone = found.identity.phone if found.identity else None
    others = [other.id for other in await residents.found_by(phone=phone) if other.id != resident.id]
    found.possible_duplicates.extend(others)
    return found


def _seen(residents: Residents, resident: Resident) -> Seen:
    identity, today = residents.identity(resident), residents.today
    periods = read_periods(resident.group_periods, resident.target_groups)
    return Seen(
        resident=resident,
        identity=identity,
        age_band=age_band(identity, today=today, declared=resident.age_band),
        groups=current(periods, today),
        periods=periods,
        safe_contact=SafeContact.read(resident.safe_contact),
        possible_duplicates=[],
    )


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


async def read(*, residents: Residents, resident_id: UUID) -> Seen:
    """One resident; whoever looks is on record, since target groups are sensitive."""
    resident = await residents.find(resident_id)
    residents.work.witness("read", subject=f"residents/{resident.id}", division=resident.division, reason=None)
    return await seen(residents, resident)


async def listed(*, residents: Residents, page: PageRequest) -> Page[Seen]:
    """One page of the residents in scope; the look is on record, once for the whole page."""
    found = await residents.listed(page)
    residents.work.witness("read", subject="residents", division=residents.work.caller.scope, reason=None)
    return Page[Seen](items=[_seen(residents, row) for row in found.items], next_cursor=found.next_cursor)


async def search(
    *, residents: Residents, phone: str | None, id_number: str | None, test_region_allowed: bool
) -> list[Seen]:
    """The residents in scope with a telephone or an ID; the look is on record, what was looked for is not."""
    asked = read_identity(
        Identity(phone=phone, id_number=id_number), today=residents.today, test_region_allowed=test_region_allowed
    )
    found = await residents.found_by(phone=asked.phone, id_number=asked.id_number)
    residents.work.witness("search", subject="residents", division=residents.work.caller.scope, reason=None)
    return [_seen(residents, row) for row in found]


async def own(*, residents: Residents) -> Seen:
    """The caller's own registration; NOT_FOUND before an account is tied to one."""
    resident = await residents.of_person(residents.work.caller.person_id)
    if resident is None:
        raise NotFound
    residents.work.lead = resident
    return _seen(residents, resident)


async def print_code(*, residents: Residents, resident_id: UUID) -> Slip:
    """Print a slip for a resident (rule ``link_code_days``); slips printed before stop working."""
    resident = await residents.lock(Resident, resident_id)
    advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.LINK)
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
