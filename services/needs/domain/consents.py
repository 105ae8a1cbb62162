"""Who may say yes for whom, to what, and on which ground (PIPL 13-16, 23, 29, 31)."""

from enum import StrEnum
from uuid import UUID

from services.needs.domain.authorship import GUARDIAN, RESIDENT
from wushe.errors import FieldError, InvalidInput, NotFound


class ConsentType(StrEnum):
    """What is consented to; each purpose has a consent of its own."""

    GENERAL = "general"
    SEPARATE_SENSITIVE = "separate_sensitive"
    SEPARATE_PROVIDE = "separate_provide"
    SEPARATE_PUBLISH = "separate_publish"
    GUARDIAN = "guardian"


class LegalBasis(StrEnum):
    """The ground of PIPL 13 that processing stands on."""

    CONSENT = "consent"
    CONTRACT = "contract"
    STATUTORY = "statutory"
    EMERGENCY = "emergency"
    NEWS = "news"
    PUBLIC_INFO = "public_info"
    OTHER_LAW = "other_law"


class Giver(StrEnum):
    """Who said yes."""

    SELF = "self"
    GUARDIAN = "guardian"
    PROXY = "proxy"


def giver_of(*, role: str, said: Giver | None) -> Giver:
    """Who says yes: residents and guardians for themselves and their child, staff write down whoever did."""
    if role == RESIDENT:
        return _only(Giver.SELF, said)
    if role == GUARDIAN:
        return _only(Giver.GUARDIAN, said)
    if said is None:
        missing = FieldError("/given_by", "REQUIRED", "请写明由谁同意。", "Say who gave it.")
        raise InvalidInput(errors=[missing])
    return said


def _only(giver: Giver, said: Giver | None) -> Giver:
    if said not in (None, giver):
        wrong = FieldError("/given_by", "NOT_ALLOWED", "只能以本人身份同意。", "You can only speak for yourself here.")
        raise InvalidInput(errors=[wrong])
    return giver


def require_fit(purpose: ConsentType, giver: Giver, *, child: bool) -> None:
    """A child under 14 consents through a guardian, and nobody else needs one (PIPL 31)."""
    if child != (giver is Giver.GUARDIAN) or (purpose is ConsentType.GUARDIAN and not child):
        zh, en = (
            "不满 14 周岁须由监护人同意，满 14 周岁由本人同意。",
            "Under 14 a guardian consents, from 14 the person.",
        )
        raise InvalidInput(errors=[FieldError("/given_by", "NOT_ALLOWED", zh, en)])


def require_concerned(*, role: str, caller: UUID | None, person: UUID, guardian: UUID | None, child: bool) -> None:
    """To a resident only their own consents exist, to a guardian those of their child under 14."""
    theirs = {RESIDENT: person, GUARDIAN: guardian if child else None}
    if role in theirs and (caller is None or caller != theirs[role]):
        raise NotFound
