"""Tying an account to a resident by telephone or in person, and letting go again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.needs.domain import slips
from services.needs.domain.identity import Identity, read_identity
from services.needs.domain.lifecycle import RESIDENT_TRANSITIONS, ResidentState, ResidentVerb, advance
from services.needs.models import PhoneCode, Resident
from services.needs.repository import Residents
from wushe import clock
from wushe.errors import NotFound

CODE_MINUTES, CODE_TRIES, CODES_A_DAY = 10, 5, 5
"""How long six digits are good for, how often they may be guessed, and how often an account or a telephone gets new
ones: technical limits. New digits are new guesses; so a stranger has one chance in 40,000 a day, and nobody's
telephone rings all night.
"""


@dataclass(frozen=True, slots=True)
class SentCode:
    """Six digits on their way to a resident's telephone; nothing but a time where nobody was found."""

    expires_at: datetime
    person_id: UUID | None = None
    division: str | None = None
    code: str | None = None


class Answered(StrEnum):
    """What six digits came to."""

    LINKED = "linked"
    WRONG = "wrong"
    TAKEN = "taken"


async def send_code(
    *, residents: Residents, account: str, phone: str, id_number: str | None, test_region_allowed: bool
) -> SentCode:
    """Six digits for the one resident with this telephone; where family shares it the ID says who.

    Whether anybody was found, or has had enough digits for a day, is told to nobody: the answer is the same.
    """
    asked = read_identity(
        Identity(phone=phone, id_number=id_number), today=residents.today, test_region_allowed=test_region_allowed
    )
    expires_at = clock.now() + timedelta(minutes=CODE_MINUTES)
    await residents.void_phone_codes(account)
    found = await residents.found_by(phone=asked.phone)
    if asked.id_number:
        wanted = residents.work.vault.index("id_number", asked.id_number)
        found = [each for each in found if each.id_index == wanted]
    if len(found) != 1:
        return SentCode(expires_at)
    [resident], code = found, slips.fresh_digits()
    if await residents.phone_codes_since(clock.now() - timedelta(days=1), account, resident.id) >= CODES_A_DAY:
        return SentCode(expires_at)
    residents.add(
        PhoneCode(
            division=resident.division,
            resident_id=resident.id,
            account=account,
            fingerprint=_fingerprint(account, code),
            expires_at=expires_at,
            tries=0,
        )
    )
    residents.work.record(resident, "send_code")
    return SentCode(expires_at, resident.person_id, resident.division, code)


def _fingerprint(account: str, code: str) -> str:
    return slips.fingerprint(f"{account}{code}")


async def answer_code(*, residents: Residents, account: str, code: str) -> tuple[Answered, Resident | None]:
    """Six digits typed in: a wrong try is counted, and committed with its answer; one personal link per resident."""
    sent = await residents.take_phone_code(account)
    if sent is None or sent.used_at is not None or sent.expires_at <= clock.now() or sent.tries >= CODE_TRIES:
        return Answered.WRONG, None
    sent.tries += 1
    if sent.fingerprint != _fingerprint(account, code):
        return Answered.WRONG, None
    resident = await residents.lock(Resident, sent.resident_id)
    if resident.state is not ResidentState.REGISTERED:
        return Answered.TAKEN, None
    sent.used_at = clock.now()
    return Answered.LINKED, link(residents, resident)


def link(residents: Residents, resident: Resident) -> Resident:
    """An account speaks for the resident from now on."""
    resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.LINK)
    residents.work.record(resident, ResidentVerb.LINK)
    return resident


async def link_in_person(*, residents: Residents, resident_id: UUID) -> Resident:
    """A worker saw the person and their telephone; the account was tied at the gateway ahead."""
    return link(residents, await residents.lock(Resident, resident_id))


async def unlink(*, residents: Residents, person_id: UUID) -> Resident:
    """No account speaks for the resident any more; NOT_FOUND where there is no such resident."""
    found = await residents.of_person(person_id)
    if found is None:
        raise NotFound
    resident = await residents.lock(Resident, found.id)
    if resident.state is ResidentState.LINKED:
        resident.state = advance(RESIDENT_TRANSITIONS, resident.state, ResidentVerb.UNLINK)
        residents.work.record(resident, ResidentVerb.UNLINK)
    return resident
