"""A dispute talked over: by consent of every party, registered, recorded, ended by an agreement or without one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.needs.domain.lifecycle import (
    MEDIATION_TRANSITIONS,
    NEED_TRANSITIONS,
    MediationState,
    MediationVerb,
    NeedState,
    NeedVerb,
    advance,
)
from services.needs.domain.roads import (
    AgreementForm,
    DisputeKind,
    FamilyService,
    PartiesTooFew,
    Road,
    all_agree,
    confirmable_until,
    party_at,
    require_free,
)
from services.needs.models import Mediation, Need
from services.needs.repository import Mediations, Needs
from services.needs.usecases.moves import move
from services.needs.usecases.needs import answered
from wushe import rules

TWO = 2


async def apply(
    *,
    needs: Needs,
    need_id: UUID,
    kind: DisputeKind,
    application: str,
    parties: Sequence[dict[str, Any]],
    services: Sequence[FamilyService],
) -> Mediation:
    """Enter an application into the register; nobody talks before every party has agreed to it."""
    work, need = needs.work, await needs.take(need_id)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.MEDIATE)
    require_free(road=need.road, danger=need.danger)
    if len(parties) < TWO:
        raise PartiesTooFew
    mediation = needs.add(
        Mediation(
            division=need.division,
            need_id=need.id,
            state=MediationState.APPLIED,
            kind=kind,
            application=application,
            parties=[{**party, "agrees": None} for party in parties],
            services=list(services),
            sessions=[],
            applied_at=work.now,
        )
    )
    need.road = Road.MEDIATE
    work.record(need, NeedVerb.MEDIATE)
    work.record(mediation, "apply")
    work.lead = mediation
    return mediation


async def consent(*, mediations: Mediations, mediation_id: UUID, party: int, agrees: bool) -> Mediation:
    """A party says yes or no: with the last yes the talks begin, with one no there is no mediation (17)."""
    mediation = await mediations.lock(Mediation, mediation_id)
    parties = [dict(each) for each in mediation.parties]
    party_at(parties, party)["agrees"] = agrees
    mediation.parties = parties
    if not agrees:
        return await _end(mediations, mediation, MediationVerb.REFUSE, reason="refused")
    verb = MediationVerb.BEGIN if all_agree(parties) else MediationVerb.CONSENT
    return _step(mediations, mediation, verb)


async def hold(*, mediations: Mediations, mediation_id: UUID, note: str) -> Mediation:
    """Put a session on record."""
    work, mediation = mediations.work, await mediations.lock(Mediation, mediation_id)
    who = work.caller.person_id
    session = {"at": work.now.isoformat(), "note": note, "mediator_person_id": str(who) if who else None}
    mediation.sessions = [*mediation.sessions, session]
    mediation.mediator_person_id = mediation.mediator_person_id or who
    return _step(mediations, mediation, MediationVerb.HOLD)


async def settle(*, mediations: Mediations, mediation_id: UUID, form: AgreementForm, agreement: str) -> Mediation:
    """An agreement, written or oral and noted; for thirty days both may ask the court to confirm it (28, 33)."""
    work, mediation = mediations.work, await mediations.lock(Mediation, mediation_id)
    days = await rules.value(work, "judicial_confirmation_days", mediation.division)
    mediation.form, mediation.agreement, mediation.settled_at = form, agreement, work.now
    mediation.confirmable_until = confirmable_until(work.now, days)
    _step(mediations, mediation, MediationVerb.SETTLE)
    needs = Needs(work)
    need = await needs.lock(Need, mediation.need_id)
    if need.road is Road.MEDIATE and need.state is NeedState.ACCEPTED:
        need.road = None
        await answered(needs=needs, need=need, answer=agreement)
        await move(needs, need, NeedVerb.RESPOND)
    return mediation


async def fail(*, mediations: Mediations, mediation_id: UUID, reason: str) -> Mediation:
    """No agreement: the parties are told of the other ways they have (26), the need is handled on."""
    mediation = await mediations.lock(Mediation, mediation_id)
    return await _end(mediations, mediation, MediationVerb.FAIL, reason=reason)


def _step(mediations: Mediations, mediation: Mediation, verb: MediationVerb) -> Mediation:
    mediation.state = advance(MEDIATION_TRANSITIONS, mediation.state, verb)
    mediations.work.record(mediation, verb)
    return mediation


async def _end(mediations: Mediations, mediation: Mediation, verb: MediationVerb, *, reason: str) -> Mediation:
    mediation.ended_reason = reason
    _step(mediations, mediation, verb)
    needs = Needs(mediations.work)
    need = await needs.lock(Need, mediation.need_id)
    if need.road is Road.MEDIATE:
        need.road = None
        mediations.work.record(need, "end_mediation")
    return mediation
