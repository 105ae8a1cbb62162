"""Being forgotten (PIPL 47), having something put right (PIPL 46), and what the law keeps nevertheless."""

from uuid import UUID

from services.needs.domain.lifecycle import (
    CORRECTION_TRANSITIONS,
    ERASURE_TRANSITIONS,
    RESIDENT_TRANSITIONS,
    CorrectionState,
    CorrectionVerb,
    ErasureState,
    ErasureVerb,
    ResidentVerb,
    advance,
)
from services.needs.events import PersonErased
from services.needs.models import Correction, Erasure, Resident
from services.needs.repository import Erasures, Residents
from wushe.errors import NotFound

HERE = "needs"
OTHERS = ("projects", "resources", "evaluation", "gateway")


async def erase(*, erasures: Erasures, resident: Resident, reason: str | None) -> Erasure:
    """Destroy the key, redact the words, tell every service; under a legal hold stop processing instead."""
    held = resident.hold_reason
    erasure = erasures.add(
        Erasure(
            division=resident.division,
            resident_id=resident.id,
            person_id=resident.person_id,
            state=ErasureState.REFUSED if held else ErasureState.OPEN,
            reason=reason,
            refused_reason=held,
            receipts={},
        )
    )
    files = await erasures.files_of(resident)
    await (_restrict(erasures, resident) if held else _forget(erasures, resident, erasure))
    told = [] if held else [PersonErased(person_id=resident.person_id, erasure_id=erasure.id, file_ids=files)]
    erasures.work.lead = erasure
    erasures.work.record(erasure, "request", *told)
    return erasure


async def _restrict(erasures: Erasures, resident: Resident) -> None:
    resident.restricted_at = erasures.work.now
    erasures.work.record(resident, ResidentVerb.HOLD, reason=resident.hold_reason)


async def _forget(erasures: Erasures, resident: Resident, erasure: Erasure) -> None:
    work = erasures.work
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.ERASE)
    resident.sealed = resident.data_key = resident.key_version = None
    resident.phone_index = resident.id_index = resident.safe_contact = None
    resident.guardian_person_id = resident.guardian_relation = resident.household_id = None
    resident.group_periods, resident.target_groups = [], []
    await erasures.session.flush()  # the database lets only an erased resident's statements be redacted
    removed = await erasures.let_go(resident)
    erasure.receipts = {HERE: _receipt(erasures, removed), **dict.fromkeys(OTHERS)}
    work.record(resident, ResidentVerb.ERASE)


def _receipt(erasures: Erasures, removed: int) -> dict[str, object]:
    return {"at": erasures.work.now.isoformat(), "removed": removed}


async def erase_resident(*, residents: Residents, resident_id: UUID, reason: str) -> Erasure:
    """Erase a resident who asked staff for it."""
    await residents.find(resident_id)
    resident = await residents.lock(Resident, resident_id)
    advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.ERASE)
    return await erase(erasures=Erasures(residents.work), resident=resident, reason=reason)


async def erase_person(*, residents: Residents, person_id: UUID) -> Erasure:
    """Erase the person who asks for themselves, who owes no reason; NOT_FOUND for nobody's account."""
    resident = await _of_person(residents, person_id)
    return await erase(erasures=Erasures(residents.work), resident=resident, reason=None)


async def _of_person(residents: Residents, person_id: UUID) -> Resident:
    found = await residents.of_person(person_id)
    if found is None:
        raise NotFound
    return await residents.lock(Resident, found.id)


async def receive(*, erasures: Erasures, erasure_id: UUID, service: str, removed: int) -> None:
    """Keep a service's receipt; with the last one the erasure is complete."""
    work, erasure = erasures.work, await erasures.lock(Erasure, erasure_id)
    erasure.state = advance(ERASURE_TRANSITIONS, erasure.state, ErasureVerb.CONFIRM)
    erasure.receipts = {**erasure.receipts, service: _receipt(erasures, removed)}
    verb = ErasureVerb.CONFIRM
    if all(erasure.receipts.values()):
        verb, erasure.completed_at = ErasureVerb.COMPLETE, work.now
        erasure.state = advance(ERASURE_TRANSITIONS, erasure.state, verb)
    work.record(erasure, verb)


async def hold(*, residents: Residents, resident_id: UUID, reason: str) -> Resident:
    """Note that the law wants an entry kept, and why."""
    resident = await residents.lock(Resident, resident_id)
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.HOLD)
    resident.hold_reason = reason
    residents.work.record(resident, ResidentVerb.HOLD, reason=reason)
    return resident


async def release(*, residents: Residents, resident_id: UUID) -> Resident:
    """Lift a hold; whoever asked to be erased meanwhile asks again."""
    resident = await residents.lock(Resident, resident_id)
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.RELEASE)
    resident.hold_reason = resident.restricted_at = None
    residents.work.record(resident, ResidentVerb.RELEASE)
    return resident


async def ask_correction(*, residents: Residents, person_id: UUID, text: str) -> Correction:
    """Take down what a person says is wrong about them."""
    resident, erasures = await _of_person(residents, person_id), Erasures(residents.work)
    correction = erasures.add(
        Correction(
            division=resident.division,
            resident_id=resident.id,
            person_id=person_id,
            state=CorrectionState.OPEN,
            text=text,
        )
    )
    erasures.work.lead = correction
    erasures.work.record(correction, "ask")
    return correction


async def settle(*, erasures: Erasures, correction_id: UUID, answer: str) -> Correction:
    """Say what came of it; the entry itself is corrected in the registry."""
    correction = await erasures.lock(Correction, correction_id)
    correction.state = advance(CORRECTION_TRANSITIONS, correction.state, CorrectionVerb.SETTLE)
    correction.answer = answer
    erasures.work.record(correction, CorrectionVerb.SETTLE)
    return correction
