"""Shapes of what was said without a network."""

import json
from hashlib import sha256
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.needs.domain.offline import Item, ItemKind
from services.needs.models import ItemState
from services.needs.schemas.needs import HelpLineOut, NeedIn
from services.needs.schemas.operations import RowErrorOut
from services.needs.schemas.shared import Moment
from services.needs.usecases.offline import Receipt
from wushe.errors import FieldError, InvalidInput
from wushe.routes import In, Out

ClientId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$"),
    Field(examples=["phone7-000123"]),
]


def fingerprint(said: In) -> str:
    """Of everything that was said."""
    return sha256(json.dumps(said.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


class ItemIn(In):
    """One thing said: a need, or a word on a need we know (``need_id``) or one that another item brings (``base``)."""

    client_id: ClientId
    kind: Literal[ItemKind.NEED, ItemKind.COSIGN, ItemKind.WITHDRAW]
    at: Moment
    base: ClientId | None = None
    need_id: UUID | None = None
    need: NeedIn | None = None

    def item(self, place: int) -> Item:
        """The item as the rules see it; its fingerprint is of everything it says."""
        if self.need is not None and self.need.external_ids:
            zh, en = "离线条目以 client_id 为准，不填外部编号", "an offline item is known by its client_id"
            raise InvalidInput(errors=[FieldError(f"/items/{place}/need/external_ids", "NOT_ALLOWED", zh, en)])
        return Item(
            client_id=self.client_id,
            kind=self.kind,
            at=self.at,
            fingerprint=fingerprint(self),
            said=self.need.submission() if self.need else None,
            need_id=self.need_id,
            base=self.base,
            content={"kind": self.kind},
        )


class BatchIn(In):
    """What a device has to say, in any order."""

    items: Annotated[list[ItemIn], Field(min_length=1, max_length=200)]


class ReceiptOut(Out):
    """What became of one item: applied to a need, held until another item comes, or refused for a reason."""

    client_id: str
    state: ItemState
    object_id: UUID | None
    code: str | None
    zh: str | None
    en: str | None
    errors: list[RowErrorOut]
    help_lines: list[HelpLineOut]

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """The receipt on the wire."""
        refusal = receipt.refusal
        return cls(
            client_id=receipt.client_id,
            state=receipt.state,
            object_id=receipt.object_id,
            code=refusal.code if refusal else None,
            zh=refusal.sentence("zh") if refusal else None,
            en=refusal.sentence("en") if refusal else None,
            errors=[RowErrorOut.model_validate(each, from_attributes=True) for each in refusal.errors]
            if refusal
            else [],
            help_lines=[HelpLineOut.model_validate(line) for line in receipt.help_lines],
        )


class BatchOut(Out):
    """A receipt for each item, in the order they were sent."""

    items: list[ReceiptOut]
