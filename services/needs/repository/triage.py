"""Queries of triage help: versions, what they know, and the labels people confirmed."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update

from services.needs.domain import triage
from services.needs.domain.lifecycle import TriageModelState
from services.needs.domain.triage import Example, Model, unpack
from services.needs.models import Need, NeedLabel, TriageModel, TriageParameters
from services.needs.repository.areas import inside
from wushe.identity import county
from wushe.repository import Repository

SHIPPED = Path(triage.__file__).with_name("shipped.model")
LEARNED_AT_MOST, KEPT = 20_000, 4
_known: OrderedDict[str, Model] = OrderedDict()


class Triage(Repository):
    """The versions of triage help in scope; those of the caller's county once the unit of work is widened."""

    async def active(self, division: str) -> TriageModel | None:
        """The version a county uses, or None: then the one the product comes with (index uq_triage_models_active)."""
        return await self.first(_active(county(division)))

    async def known(self, row: TriageModel | None) -> Model:
        """What a version knows; the last few are kept unpacked by their fingerprints."""
        name = (row.sha256 or "") if row else "shipped"
        if name not in _known:
            _known[name] = unpack(await self._bytes(row) if row else SHIPPED.read_bytes())
            while len(_known) > KEPT:
                _known.popitem(last=False)
        _known.move_to_end(name)
        return _known[name]

    async def _bytes(self, row: TriageModel) -> bytes:
        found = select(TriageParameters.parameters).where(TriageParameters.model_id == row.id)
        return bytes((await self.session.execute(found)).scalar_one())

    async def lock_active(self, division: str) -> TriageModel | None:
        """The version in use, locked."""
        row = await self.first(
            _active(division).with_for_update(key_share=True).execution_options(populate_existing=True)
        )
        if row is not None:
            self.work.note(row)
        return row

    async def next_number(self, division: str) -> int:
        """The number of a county's next version; two at once are told apart by the unique index."""
        newest = select(func.coalesce(func.max(TriageModel.number), 0)).where(TriageModel.division == division)
        return int((await self.session.execute(newest)).scalar_one()) + 1

    async def training(self, division: str) -> TriageModel | None:
        """The version of a county that is being made."""
        state = TriageModelState.TRAINING
        return await self.first(select(TriageModel).where(TriageModel.division == division, TriageModel.state == state))

    async def labelled(self, division: str) -> list[Example]:
        """What people confirmed in a county, the newest first; danger is nothing to learn from here (INV-N4)."""
        wanted = and_(inside(NeedLabel.division, division), NeedLabel.theme.is_not(None), Need.danger.is_(False))
        columns = (Need.statement, NeedLabel.theme, NeedLabel.target_group, NeedLabel.urgency)
        found = select(*columns).join(Need, Need.id == NeedLabel.need_id).where(wanted)
        rows = await self.session.execute(found.order_by(NeedLabel.id.desc()).limit(LEARNED_AT_MOST))
        return [Example(text, theme or "", group, urgency) for text, theme, group, urgency in rows]

    async def placed(self, division: str) -> dict[str, int | None]:
        """Where the right theme of statements filed since the last version had been proposed, counted from zero."""
        new = and_(inside(NeedLabel.division, division), NeedLabel.learned.is_(False), NeedLabel.theme.is_not(None))
        found = select(Need.statement, NeedLabel.rank).join(Need, Need.id == NeedLabel.need_id)
        rows = await self.session.execute(found.where(new, Need.danger.is_(False)))
        return {text: None if rank is None else rank - 1 for text, rank in rows}

    async def mark_learned(self, division: str) -> None:
        """Note that what was confirmed so far has been learned from."""
        new = and_(inside(NeedLabel.division, division), NeedLabel.learned.is_(False))
        await self.session.execute(update(NeedLabel).where(new).values(learned=True))

    async def unlearned(self) -> Sequence[tuple[str, int]]:
        """Counties and how many labels they confirmed since the last version (index ix_need_labels_unlearned)."""
        tenant = func.left(NeedLabel.division, 6)
        found = select(tenant, func.count()).where(NeedLabel.learned.is_(False)).group_by(tenant)
        return [(f"{code}000000", int(count)) for code, count in await self.session.execute(found)]

    async def label_of(self, need_id: UUID) -> NeedLabel | None:
        """How a need was filed last."""
        return await self.first(select(NeedLabel).where(NeedLabel.need_id == need_id))


def _active(division: str) -> Select[Any]:
    return select(TriageModel).where(TriageModel.division == division, TriageModel.state == TriageModelState.ACTIVE)
