"""What a device says once it has a network again, in any order and however often."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.needs.domain.authorship import FAMILY, RESIDENT, Submission
from wushe.errors import FieldError, InvalidInput, Refusal, RoleNotAllowed


class ItemKind(StrEnum):
    """What was said."""

    NEED = "need"
    COSIGN = "cosign"
    WITHDRAW = "withdraw"
    VISIT = "visit"


ALONE = frozenset({ItemKind.NEED, ItemKind.VISIT})
"""What waits for nothing else."""


class ClientIdReused(Refusal):
    """One id of a device is one thing it said."""

    status = 422
    zh = "编号 {client_id} 已用于另一条内容。"
    en = "Client id {client_id} was used for something else before."
    toast = "编号重复"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing said, under the device's own id; about a need we know, or one that another item brings."""

    client_id: str
    kind: ItemKind
    at: datetime
    fingerprint: str
    said: Submission | None = None
    need_id: UUID | None = None
    base: str | None = None
    content: dict[str, Any] = field(default_factory=dict)


def require_whole(item: Item, *, role: str) -> None:
    """Refuse an item that says too little or too much for its kind, or that this role does not say."""
    if item.kind is ItemKind.VISIT:  # its shape says all of it
        return
    asks = item.kind is ItemKind.NEED
    about = sum(each is not None for each in (item.need_id, item.base))
    if asks != (item.said is not None):
        raise _wrong("need", "REQUIRED" if asks else "NOT_ALLOWED")
    if about != (0 if asks else 1):
        raise _wrong("base", "NOT_ALLOWED" if asks or about else "REQUIRED")
    if item.kind is ItemKind.COSIGN and role != RESIDENT:
        raise RoleNotAllowed(role=role)
    if item.kind is ItemKind.WITHDRAW and role not in FAMILY:
        raise RoleNotAllowed(role=role)


def _wrong(name: str, code: str) -> InvalidInput:
    zh, en = ("必填", "required") if code == "REQUIRED" else ("不接受此字段", "not accepted here")
    return InvalidInput(errors=[FieldError(f"/{name}", code, zh, en, "item")])
