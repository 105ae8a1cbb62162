"""Being forgotten (PIPL 47), having something put right (PIPL 46), and what the law keeps nevertheless."""

from uuid import UUID

from services.needs.domain.forgetting import Traces
from services.needs.domain.identity import Identity
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
from services.needs.repository import Erasures, Operations, Residents
from services.needs.usecases import imports
from wushe.erasing import reach_everywhere
from wushe.errors import NotFound

HERE = "needs"
OTHERS = ("projects", "resources", "evaluation", "gateway")


async def erase(*, erasures: Erasures, resident: Resident, reason: str | None) -> Erasure:
    """Destroy the key, redact the words, tell every service; under a legal hold stop processing instead."""
    held = resident.hold_reason
    await reach_everywhere(erasures.work)  # wherever they spoke or were spoken of
    erasure = _asked(erasures, resident.person_id, resident.division, resident=resident, reason=reason)
    if held:
        await _restrict(erasures, resident)
        erasures.work.record(erasure, "request")
        return erasure
    identity = Residents(erasures.work).identity(resident)
    files = await erasures.files_of(resident.person_id, [resident.id])
    lines = await _lines(erasures, resident.person_id, resident.division, [resident.id], identity)
    _unname(resident)
    await _forget(erasures, erasure, files, lines)
    erasures.work.record(resident, ResidentVerb.ERASE)
    return erasure


def _asked(
    erasures: Erasures, person_id: UUID, division: str, *, resident: Resident | None = None, reason: str | None = None
) -> Erasure:
    """The request, as it stands from the first moment."""
    held = resident.hold_reason if resident else None
    erasure = erasures.add(
        Erasure(
            division=division,
            resident_id=resident.id if resident else None,
            person_id=person_id,
            state=ErasureState.REFUSED if held else ErasureState.OPEN,
            reason=reason,
            refused_reason=held,
            receipts={},
        )
    )
    erasures.work.lead = erasure
    return erasure


async def _restrict(erasures: Erasures, resident: Resident) -> None:
    resident.restricted_at = erasures.work.now
    erasures.work.record(resident, ResidentVerb.HOLD, reason=resident.hold_reason)


def _unname(resident: Resident) -> None:
    """Destroy the key and everything that tells who a resident is."""
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.ERASE)
    resident.sealed = resident.data_key = resident.key_version = None
    resident.phone_index = resident.id_index = resident.safe_contact = None
    resident.guardian_person_id = resident.guardian_relation = resident.household_id = None
    resident.group_periods, resident.target_groups = [], []


async def _lines(
    erasures: Erasures, person_id: UUID, division: str, residents: list[UUID], identity: Identity | None
) -> int:
    """Take the person out of tables that are still being taken in, while it is known what names them."""
    ids, keys = await erasures.ids_of(person_id, residents), await erasures.keys_of(person_id, residents)
    traces = Traces(ids, keys, division, identity or Identity())
    return await imports.forget(operations=Operations(erasures.work), traces=traces)


async def _forget(erasures: Erasures, erasure: Erasure, files: list[UUID], lines: int) -> None:
    """Redact the words, and tell every service."""
    residents = [erasure.resident_id] if erasure.resident_id else []
    await erasures.session.flush()  # the database lets only the statements of the erased be redacted
    removed = lines + await erasures.let_go(erasure.person_id, residents)
    erasure.receipts = {HERE: _receipt(erasures, removed), **dict.fromkeys(OTHERS)}
    told = PersonErased(person_id=erasure.person_id, erasure_id=erasure.id, file_ids=files)
    erasures.work.record(erasure, "request", told)


def _receipt(erasures: Erasures, removed: int) -> dict[str, object]:
    return {"at": erasures.work.now.isoformat(), "removed": removed}


async def erase_resident(*, residents: Residents, resident_id: UUID, reason: str) -> Erasure:
    """Erase a resident who asked staff for it."""
    await residents.find(resident_id)
    resident = await residents.lock(Resident, resident_id)
    advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.ERASE)
    return await erase(erasures=Erasures(residents.work), resident=resident, reason=reason)


async def erase_person(*, residents: Residents, person_id: UUID) -> Erasure:
    """Erase the person who asks for themselves, in the register or not; they owe no reason."""
    division, erasures = residents.work.caller.scope, Erasures(residents.work)
    await reach_everywhere(residents.work)
    known = await residents.of_person(person_id)
    if known is not None:
        resident = await residents.lock(Resident, known.id)
        return await erase(erasures=erasures, resident=resident, reason=None)
    erasure = _asked(erasures, person_id, division)
    files = await erasures.files_of(person_id, [])
    await _forget(erasures, erasure, files, await _lines(erasures, person_id, division, [], None))
    return erasure


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
