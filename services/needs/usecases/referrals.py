"""A need handed to somebody else, followed until the person confirms the result."""

from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain.authorship import require_author
from services.needs.domain.consents import ConsentType
from services.needs.domain.lifecycle import (
    NEED_TRANSITIONS,
    REFERRAL_TRANSITIONS,
    NeedState,
    NeedVerb,
    ReferralState,
    ReferralVerb,
    advance,
)
from services.needs.domain.notices import REFERRAL_OVERDUE
from services.needs.domain.roads import ReceiverKind, Road, require_free, require_provided
from services.needs.events import About, CaseRequested
from services.needs.models import Need, Referral, Resident
from services.needs.repository import Consents, Needs, Referrals
from services.needs.usecases.moves import move, notices
from services.needs.usecases.needs import answered
from wushe import rules
from wushe.jobs import each


async def refer(
    *,
    needs: Needs,
    need_id: UUID,
    to_kind: ReceiverKind,
    to_name: str,
    to_division: str,
    to_org_id: UUID | None,
    shared: str,
    contract: str | None,
    reason: str,
) -> Referral:
    """Hand a need to another organisation, with a day by which an answer is due (rule ``referral_days``)."""
    work, need = needs.work, await needs.take(need_id)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.REFER)
    require_free(road=need.road, danger=need.danger)
    person = await _person_of(needs, need)
    consents = person is not None and await Consents(work).has(person, ConsentType.SEPARATE_PROVIDE)
    require_provided(named=person is not None, consents=consents, contract=contract)
    days = await rules.value(work, "referral_days", need.division)
    referral = needs.add(
        Referral(
            division=need.division,
            need_id=need.id,
            state=ReferralState.SENT,
            to_kind=to_kind,
            to_name=to_name,
            to_division=to_division,
            to_org_id=to_org_id,
            shared=shared,
            contract=contract,
            reason=reason,
            sent_by_person_id=work.caller.person_id,
            sent_at=work.now,
            due_at=work.now + timedelta(days=days),
        )
    )
    need.road = Road.REFER
    await move(needs, need, NeedVerb.REFER)
    work.record(referral, "send")
    work.lead = referral
    return referral


async def _person_of(needs: Needs, need: Need) -> UUID | None:
    known = await needs.session.get(Resident, need.resident_id) if need.resident_id else None
    return known.person_id if known else need.author_person_id


async def receive(*, referrals: Referrals, referral_id: UUID) -> Referral:
    """The receiver has it before them."""
    referral = await referrals.take(referral_id)
    referral.received_at = referrals.work.now
    return _step(referrals, referral, ReferralVerb.RECEIVE)


async def accept(*, referrals: Referrals, referral_id: UUID) -> Referral:
    """The receiver takes it on."""
    referral = await referrals.take(referral_id)
    referral.accepted_at = referrals.work.now
    referral.received_at = referral.received_at or referrals.work.now
    return _step(referrals, referral, ReferralVerb.ACCEPT)


async def decline(*, referrals: Referrals, referral_id: UUID, reason: str) -> Referral:
    """The receiver does not take it, or gives it back; the need is handled here again."""
    referral = await referrals.take(referral_id)
    referral.decline_reason = reason
    _step(referrals, referral, ReferralVerb.DECLINE)
    await _give_back(referrals, referral, reason="declined")
    return referral


async def finish(*, referrals: Referrals, referral_id: UUID, result: str) -> Referral:
    """What the receiver made of it: the need is answered with it, its author is asked what came of it."""
    referral = await referrals.take(referral_id)
    referral.result, referral.result_at = result, referrals.work.now
    _step(referrals, referral, ReferralVerb.FINISH)
    needs = Needs(referrals.work)
    need = await needs.lock(Need, referral.need_id)
    if need.state is NeedState.REFERRED:
        need.road = None
        await answered(needs=needs, need=need, answer=result)
        await move(needs, need, NeedVerb.RESPOND)
    return referral


async def confirm(*, referrals: Referrals, referral_id: UUID) -> Referral:
    """The person says that the result reached them; whether it helped they say of their need."""
    referral = await referrals.take(referral_id)
    need = await referrals.get(Need, referral.need_id)
    require_author(person_id=referrals.work.caller.person_id, author=need.author_person_id)
    referral.confirmed_at = referrals.work.now
    return _step(referrals, referral, ReferralVerb.CONFIRM)


def _step(referrals: Referrals, referral: Referral, verb: ReferralVerb) -> Referral:
    referral.state = advance(REFERRAL_TRANSITIONS, referral.state, verb)
    referrals.work.record(referral, verb)
    return referral


async def _give_back(referrals: Referrals, referral: Referral, *, reason: str) -> None:
    needs = Needs(referrals.work)
    need = await needs.lock(Need, referral.need_id)
    if need.state is NeedState.REFERRED:
        need.road = None
        await move(needs, need, NeedVerb.RETURN, reason=reason)


async def flag_overdue(*, referrals: Referrals, limit: int) -> int:
    """Past the day: what nobody took comes back, and whoever sent it is told, once."""

    async def flag(due: tuple[Referral, datetime]) -> None:
        referral, now = due
        referral.overdue_at = now
        sender = [referral.sent_by_person_id] if referral.sent_by_person_id else []
        notice = REFERRAL_OVERDUE.filled(name=referral.to_name)
        told = notices(referrals.work, notice, sender, about=About(collection="referrals", id=referral.id))
        if referral.state is ReferralState.ACCEPTED:
            referrals.work.record(referral, "flag_overdue", *told)
            return
        referral.state = advance(REFERRAL_TRANSITIONS, referral.state, ReferralVerb.LAPSE)
        referrals.work.record(referral, ReferralVerb.LAPSE, *told)
        await _give_back(referrals, referral, reason="overdue")

    return await each(referrals.work, await referrals.overdue(limit), flag)


async def request_case(*, needs: Needs, need_id: UUID, reason: str) -> Need:
    """Ask projects to open a case for the person; who it is goes along as an opaque id, no word of the need does."""
    need = await needs.take(need_id)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.CASE)
    require_free(road=need.road, danger=need.danger)
    need.road = Road.CASE
    asked = CaseRequested(
        need_id=need.id,
        resident_id=need.resident_id,
        field=need.field,
        target_group=need.target_group,
        urgency=need.urgency,
    )
    needs.work.record(need, NeedVerb.CASE, asked, reason=reason)
    return need
