"""Who a resident is: what is kept sealed, how it is read in, and how little of it is shown."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services.needs.domain.codes import AgeBand
from services.needs.domain.identifiers import ResidentId, read_id, read_phone
from wushe.errors import FieldError, InvalidInput

FIELDS = ("name", "phone", "id_number", "address", "birth_date")
_COMMUNITY = re.compile(r".*?(?:社区|居委会|村委会|村)")
_BANDS = (
    (14, AgeBand.UNDER_14),
    (18, AgeBand.FROM_14),
    (60, AgeBand.FROM_18),
    (80, AgeBand.FROM_60),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is known of a person; all of it may be missing."""

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None
    address: str | None = None
    birth_date: date | None = None

    def sealed(self) -> dict[str, Any]:
        """As it goes under the seal."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    @classmethod
    def opened(cls, fields: Mapping[str, Any]) -> "Identity":
        """As it comes from under the seal; a field of a later version is left there."""
        known = {name: fields[name] for name in FIELDS if name in fields}
        if "birth_date" in known:
            known["birth_date"] = date.fromisoformat(known["birth_date"])
        return cls(**known)


def read_identity(given: Identity, *, today: date, test_region_allowed: bool) -> Identity:
    """Identity in one spelling; the ID tells the birthday, and one given beside it must be the same."""
    phone = read_phone(given.phone) if given.phone else None
    number = read_id(given.id_number, today=today, test_region_allowed=test_region_allowed) if given.id_number else None
    wrong = [found for found in (phone, number) if isinstance(found, FieldError)]
    born = number.born if isinstance(number, ResidentId) else given.birth_date
    if given.birth_date is not None and (given.birth_date != born or given.birth_date > today):
        wrong.append(_bad_birthday())
    if wrong:
        raise InvalidInput(errors=wrong)
    return Identity(
        name=given.name,
        phone=phone if isinstance(phone, str) else None,
        id_number=number.number if isinstance(number, ResidentId) else None,
        address=given.address,
        birth_date=born,
    )


def _bad_birthday() -> FieldError:
    zh, en = "出生日期与身份证号不符，或在今天之后。", "The birth date contradicts the ID, or lies in the future."
    return FieldError("/identity/birth_date", "BAD_DATE", zh, en)


def age_band(identity: Identity | None, *, today: date, declared: AgeBand | None) -> AgeBand:
    """The band a birthday falls into today; without a birthday the one that was declared."""
    born = identity.birth_date if identity else None
    if born is None:
        return declared or _no_band()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next((band for limit, band in _BANDS if years < limit), AgeBand.FROM_80)


def _no_band() -> AgeBand:
    missing = FieldError(
        "/age_band", "REQUIRED", "请填写年龄段或出生日期。", "Give an age band, or a birth date it follows from."
    )
    raise InvalidInput(errors=[missing])


def masked(identity: Identity, *, listed: bool) -> dict[str, str | None]:
    """What everybody with access to the registry sees: enough to tell two people apart, not to find one."""
    return {
        "name": f"{identity.name[0]}**" if identity.name else None,
        "phone": _mask_phone(identity.phone) if identity.phone else None,
        "id_number": _mask_id(identity.id_number, listed=listed) if identity.id_number else None,
        "address": _mask_address(identity.address) if identity.address else None,
        "birth_date": f"{identity.birth_date.year}-**-**" if identity.birth_date else None,
    }


def plain(identity: Identity, fields: frozenset[str]) -> dict[str, str | None]:
    """The named fields as they are, nothing else."""
    return {name: identity.sealed().get(name) if name in fields else None for name in FIELDS}


def _mask_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}"


def _mask_id(number: str, *, listed: bool) -> str:
    return f"{number[0]}{'*' * 16}{number[-1]}" if listed else f"{number[:6]}{'*' * 8}{number[-4:]}"


def _mask_address(address: str) -> str:
    community = _COMMUNITY.match(address)
    return f"{community[0]}***" if community else "***"
