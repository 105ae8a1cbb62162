"""Registering and checking volunteers and social workers, who are known here by person_id only."""

from collections.abc import Sequence
from uuid import UUID

from services.resources.clients import mint_person
from services.resources.domain import lifecycle
from services.resources.domain.booking import Slot
from services.resources.domain.lifecycle import Standing, Verb, VolunteerState
from services.resources.domain.parties import SELF_ROLES
from services.resources.domain.payout import PersonUnknown
from services.resources.models import Qualification, SocialWorker, Volunteer
from services.resources.repository import Linking, Supply
from services.resources.usecases import standing
from wushe import external
from wushe.db import uuid7
from wushe.errors import Refusal
from wushe.http import Siblings
from wushe.identity import Caller


class VolunteerKnown(Refusal):
    """The person is registered as a volunteer already."""

    zh = "此人已登记为志愿者。"
    en = "This person is already registered as a volunteer."
    toast = "已登记"


class SocialWorkerKnown(Refusal):
    """The person is registered as a social worker already."""

    zh = "此人已登记为社会工作者。"
    en = "This person is already registered as a social worker."
    toast = "已登记"


class OnlyYourself(Refusal):
    """People register themselves; others are registered by staff."""

    status = 403
    zh = "您只能为本人登记或办理。"
    en = "You may do this for yourself only."
    toast = "只能为本人办理"


async def register_volunteer(
    *,
    supply: Supply,
    division: str,
    skills: Sequence[str],
    availability: Sequence[Slot],
    person_id: UUID | None,
    synthetic: bool,
    external_ids: Sequence[external.Named],
) -> Volunteer:
    """Enter a volunteer: oneself, or somebody on whose behalf staff act."""
    volunteer = Volunteer(
        id=uuid7(),
        division=division,
        person_id=_person(supply, division, person_id),
        skills=sorted(set(skills)),
        availability=sorted(set(availability)),
        state=VolunteerState.REGISTERED,
        synthetic=synthetic,
    )
    await supply.insert(volunteer, clash=VolunteerKnown)
    await external.register(supply.work, "volunteers", external_ids, volunteer.id)
    supply.work.record(volunteer, "register")
    return volunteer


async def register_social_worker(
    *,
    supply: Supply,
    division: str,
    qualification: Qualification,
    org_id: UUID | None,
    person_id: UUID | None,
    synthetic: bool,
    external_ids: Sequence[external.Named],
) -> SocialWorker:
    """Enter a social worker with their qualification."""
    worker = SocialWorker(
        id=uuid7(),
        division=division,
        person_id=_person(supply, division, person_id),
        qualification=qualification,
        org_id=org_id,
        state=Standing.REGISTERED,
        synthetic=synthetic,
    )
    await supply.insert(worker, clash=SocialWorkerKnown)
    await external.register(supply.work, "social-workers", external_ids, worker.id)
    supply.work.record(worker, "register")
    return worker


async def mint(
    siblings: Siblings,
    *,
    caller: Caller,
    division: str,
    given: UUID | None,
    external_ids: Sequence[external.Named],
    synthetic: bool,
) -> UUID | None:
    """A new person for a registration that names none; asked before the registration's transaction opens."""
    if given or caller.role in SELF_ROLES or not caller.covers(division):
        return None
    label = _label(caller, external_ids, synthetic=synthetic)
    return await mint_person(siblings, division=division, label=label)


def _person(supply: Supply, division: str, given: UUID | None) -> UUID:
    """Whom a registration is about: the caller, a person already known, or one newly minted."""
    caller = supply.work.caller
    supply.work.claim(division)
    minted: UUID | None = supply.work.ahead
    person_id = caller.person_id if caller.role in SELF_ROLES else given or minted
    if person_id is None:
        raise PersonUnknown
    if given not in (None, person_id):
        raise OnlyYourself
    return person_id


def _label(caller: Caller, external_ids: Sequence[external.Named], *, synthetic: bool) -> str | None:
    """By what the registry may know the person again; sample people by their bare number, which is theirs alone."""
    if not external_ids:
        return None
    first = external_ids[0]
    return first.id if synthetic else f"{caller.client}/{first.system}/{first.id}"


async def verify_volunteer(*, supply: Supply, volunteer_id: UUID) -> Volunteer:
    """Confirm a volunteer's registration."""
    volunteer = await supply.lock(Volunteer, volunteer_id)
    volunteer.state = lifecycle.advance(lifecycle.VOLUNTEER, volunteer.state, Verb.VERIFY)
    supply.work.record(volunteer, Verb.VERIFY)
    return volunteer


async def suspend_volunteer(*, linking: Linking, volunteer_id: UUID, reason: str) -> Volunteer:
    """Take a volunteer out of every suggestion and booking until verified again."""
    await linking.get(Volunteer, volunteer_id)
    return await standing.end_volunteer(linking=linking, volunteer_id=volunteer_id, verb=Verb.SUSPEND, reason=reason)


async def leave(*, linking: Linking, volunteer_id: UUID) -> Volunteer:
    """End a volunteer's registration, on their own wish."""
    volunteer = await linking.get(Volunteer, volunteer_id)
    caller = linking.work.caller
    if caller.role in SELF_ROLES and caller.person_id != volunteer.person_id:
        raise OnlyYourself
    return await standing.end_volunteer(linking=linking, volunteer_id=volunteer_id, verb=Verb.LEAVE)


async def verify_social_worker(*, supply: Supply, worker_id: UUID) -> SocialWorker:
    """Confirm a social worker's qualification."""
    worker = await supply.lock(SocialWorker, worker_id)
    worker.state = lifecycle.advance(lifecycle.STANDING, worker.state, Verb.VERIFY)
    supply.work.record(worker, Verb.VERIFY)
    return worker


async def suspend_social_worker(*, supply: Supply, worker_id: UUID, reason: str) -> SocialWorker:
    """Suspend a social worker."""
    worker = await supply.lock(SocialWorker, worker_id)
    worker.state = lifecycle.advance(lifecycle.STANDING, worker.state, Verb.SUSPEND)
    supply.work.record(worker, Verb.SUSPEND, reason=reason)
    return worker
