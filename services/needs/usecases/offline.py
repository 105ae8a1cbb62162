"""Batches of what was said without a network: any order, split and repetition end in the same state.

Three things make it so: a device's id is one thing said, what waits for another item is held until that one is
applied, and an item that was refused is judged again when it is sent again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.needs.domain.danger import HelpLine
from services.needs.domain.offline import ALONE, ClientIdReused, Item, ItemKind, require_whole
from services.needs.models import ItemState, OfflineItem
from services.needs.repository import Needs, Offline
from services.needs.usecases import needs as cases
from wushe import problems
from wushe.errors import Refusal
from wushe.work import Work


@dataclass(slots=True)
class Receipt:
    """What became of one item of a batch."""

    client_id: str
    state: ItemState
    object_id: UUID | None = None
    refusal: Refusal | None = None
    help_lines: tuple[HelpLine, ...] = ()


Apply = Callable[[Work, Item, UUID | None], Awaitable[Receipt]]
"""How an item takes effect, on the need it is about if it is about one."""


async def apply_to_needs(work: Work, item: Item, need_id: UUID | None) -> Receipt:
    """A need taken down, or a word on one."""
    needs = Needs(work)
    if item.said is not None:
        said = replace(item.said, client_ref=item.client_id, said_at=item.at)
        found = await cases.submit(needs=needs, said=said, external_ids=[])
        return Receipt(item.client_id, ItemState.APPLIED, found.need.id, help_lines=found.danger.lines)
    assert need_id is not None
    verb = cases.cosign if item.kind is ItemKind.COSIGN else cases.withdraw
    need = await verb(needs=needs, need_id=need_id)
    return Receipt(item.client_id, ItemState.APPLIED, need.id)


class _Batch:
    """One batch of one account, while it is taken in."""

    def __init__(self, work: Work, known: dict[str, OfflineItem], apply: Apply) -> None:
        self._work, self._known, self._apply = work, known, apply
        self._offline = Offline(work)
        self.receipts: dict[str, Receipt] = {}

    async def take(self, item: Item) -> None:
        """One item: applied, held until another comes, or refused; once applied, so is what waited for it."""
        before = self._known.get(item.client_id)
        if before is not None and before.fingerprint != item.fingerprint:
            refusal = ClientIdReused(client_id=item.client_id)
            self.receipts[item.client_id] = Receipt(item.client_id, ItemState.REFUSED, refusal=refusal)
        elif before is not None and before.state is ItemState.APPLIED:
            self._keep(item, before.object_id)
        else:
            await self._judge(item)

    def _keep(self, item: Item, object_id: UUID | None) -> None:
        lines = self.receipts[item.client_id].help_lines if item.client_id in self.receipts else ()
        self.receipts[item.client_id] = Receipt(item.client_id, ItemState.APPLIED, object_id, help_lines=lines)

    async def _judge(self, item: Item) -> None:
        row = self._row(item)
        try:
            async with self._work.attempt():
                require_whole(item, role=self._work.caller.role)
                need_id = item.need_id or (await self._offline.applied(item.base) if item.base else None)
                held = item.kind not in ALONE and need_id is None
                receipt = (
                    Receipt(item.client_id, ItemState.HELD) if held else await self._apply(self._work, item, need_id)
                )
        except Exception as fault:
            refusal = problems.of_part(fault)
            if refusal.status >= 500:
                raise
            receipt = Receipt(item.client_id, ItemState.REFUSED, refusal=refusal)
        row.state, row.object_id = receipt.state, receipt.object_id
        row.content = item.content if receipt.state is ItemState.HELD else None
        self.receipts[item.client_id] = receipt
        await self._work.session.flush()
        if receipt.state is ItemState.APPLIED:
            await self._release(item.client_id)

    async def _release(self, client_id: str) -> None:
        """Apply what waited for an item that is here now."""
        for row in await self._offline.waiting_for(client_id):
            self._known[row.client_id] = row
            kind = ItemKind((row.content or {})["kind"])
            await self._judge(Item(row.client_id, kind, row.said_at, row.fingerprint, base=row.base))

    def _row(self, item: Item) -> OfflineItem:
        row = self._known.get(item.client_id)
        if row is None:
            caller = self._work.caller
            row = OfflineItem(
                division=caller.scope,
                client=caller.client,
                subject=caller.subject,
                client_id=item.client_id,
                base=item.base,
                state=ItemState.REFUSED,
                fingerprint=item.fingerprint,
                said_at=item.at,
            )
            self._known[item.client_id] = self._offline.add(row)
        return row


async def take_in(*, offline: Offline, items: Sequence[Item], apply: Apply = apply_to_needs) -> list[Receipt]:
    """Take in a batch; a receipt for each item, as it stands once the whole batch is here."""
    await offline.alone()
    batch = _Batch(offline.work, await offline.known({item.client_id for item in items}), apply)
    for item in items:
        await batch.take(item)
    return [batch.receipts[item.client_id] for item in items]
