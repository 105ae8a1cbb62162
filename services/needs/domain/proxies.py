"""Who may ask for somebody else, and who may end it."""

from uuid import UUID

from services.needs.domain.authorship import FAMILY, Asked
from services.needs.domain.codes import AgeBand
from wushe.errors import FieldError, InvalidInput, Refusal


class ProxyKnown(Refusal):
    """One person asks for another under one confirmation."""

    zh = "已登记此人为这位居民的代办人。"
    en = "This person may ask for the resident already."
    toast = "已登记代办"


def require_fit(asked: Asked, *, proxy: UUID, is_known: bool) -> None:
    """Refuse oneself, nobody's id, and for a child under 14 anybody but the registered guardian (PIPL 31)."""
    if not is_known:
        raise _wrong("UNKNOWN", "没有找到这个人。", "No such person.")
    if proxy == asked.person_id:
        raise _wrong("ONESELF", "本人不必登记代办。", "Nobody needs to ask for themselves as somebody else.")
    if asked.age_band is AgeBand.UNDER_14 and proxy != asked.guardian_person_id:
        raise _wrong("NOT_GUARDIAN", "不满 14 周岁的儿童只能由登记的监护人代办。", "Only the registered guardian.")


def _wrong(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError("/proxy_person_id", code, zh, en)])


def may_see(*, role: str, person_id: UUID | None, person: UUID, proxy: UUID) -> bool:
    """Residents see the links they are part of; for staff the place decides."""
    return role not in FAMILY or (person_id is not None and person_id in {person, proxy})
