"""Giving consent and taking it back; what was taken back stops there, what was done before stays lawful."""

from uuid import UUID

from services.needs.domain.authorship import FAMILY, RESIDENT
from services.needs.domain.codes import Channel
from services.needs.domain.consents import ConsentType, Giver, LegalBasis, giver_of, require_concerned, require_fit
from services.needs.domain.lifecycle import CONSENT_TRANSITIONS, ConsentState, ConsentVerb, advance
from services.needs.models import Consent, Resident
from services.needs.repository import Consents, Residents
from wushe.errors import NotFound


async def give(
    *,
    consents: Consents,
    resident_id: UUID | None,
    purpose: ConsentType,
    policy_version: str,
    legal_basis: LegalBasis,
    given_by: Giver | None,
    channel: Channel,
) -> Consent:
    """Note a yes to one purpose under one version of the policy; an earlier one for the purpose is replaced."""
    work = consents.work
    resident = await _concerned(consents, resident_id)
    giver = giver_of(role=work.caller.role, said=given_by)
    child = Residents(work).age_band(resident).is_child
    require_fit(purpose, giver, child=child)
    earlier = await consents.given(resident.person_id, purpose)
    if earlier is not None:
        await _end(consents, earlier, ConsentVerb.REPLACE)
        await consents.session.flush()
    consent = consents.add(
        Consent(
            division=resident.division,
            resident_id=resident.id,
            person_id=resident.person_id,
            state=ConsentState.GIVEN,
            purpose=purpose,
            policy_version=policy_version,
            legal_basis=legal_basis,
            given_by=giver,
            given_by_person_id=resident.guardian_person_id if giver is Giver.GUARDIAN else None,
            channel=channel,
            given_at=work.now,
        )
    )
    work.record(consent, "give")
    work.lead = consent
    return consent


async def withdraw(*, consents: Consents, consent_id: UUID) -> Consent:
    """Take a consent back (PIPL 15): its purpose stops now, what was done under it before stays lawful."""
    consent = await find(consents=consents, consent_id=consent_id)
    consent = await consents.lock(Consent, consent.id)
    await _end(consents, consent, ConsentVerb.WITHDRAW)
    return consent


async def find(*, consents: Consents, consent_id: UUID) -> Consent:
    """A consent the caller is concerned with; NOT_FOUND otherwise."""
    consent = await consents.get(Consent, consent_id)
    await _require_concerned(consents, await consents.get(Resident, consent.resident_id))
    consents.work.lead = consent
    return consent


async def _concerned(consents: Consents, resident_id: UUID | None) -> Resident:
    residents, caller = Residents(consents.work), consents.work.caller
    own = caller.role == RESIDENT and resident_id is None
    found = await (residents.of_person(caller.person_id) if own else residents.seen(resident_id))
    if found is None:
        raise NotFound
    await _require_concerned(consents, found)
    return found


async def _require_concerned(consents: Consents, resident: Resident) -> None:
    caller = consents.work.caller
    if caller.role in FAMILY:
        require_concerned(
            role=caller.role,
            caller=caller.person_id,
            person=resident.person_id,
            guardian=resident.guardian_person_id,
            child=Residents(consents.work).age_band(resident).is_child,
        )


async def _end(consents: Consents, consent: Consent, verb: ConsentVerb) -> None:
    consents.work.note(consent)
    consent.state = advance(CONSENT_TRANSITIONS, consent.state, verb)
    consent.ended_at = consents.work.now
    consents.work.record(consent, verb)
