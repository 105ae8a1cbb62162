"""Communities become one: first a plan that only counts, then what is open moves in batches; history stays."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.needs.domain.lifecycle import (
    DIVISION_MERGE_TRANSITIONS,
    DivisionMergeState,
    DivisionMergeVerb,
    advance,
)
from services.needs.events import DivisionMerged, DivisionRemapped
from services.needs.models import DivisionMerge, Place
from services.needs.repository import Divisions, Places
from services.needs.usecases.places import remap
from wushe.errors import FieldError, InvalidInput
from wushe.identity import county


async def plan(*, divisions: Divisions, from_codes: Sequence[str], to_code: str, reason: str) -> DivisionMerge:
    """Count what would move; the merge stands ready and nothing has moved."""
    work, codes = divisions.work, sorted(set(from_codes))
    for code in (county(to_code), *codes):
        work.claim(code)
    if to_code in codes or {county(code) for code in codes} != {county(to_code)}:
        fault = ("须是同一区县的另一个代码。", "Another code of the same county is expected.")
        raise InvalidInput(errors=[FieldError("/to_code", "NOT_ANOTHER", *fault)])
    merge = DivisionMerge(
        division=county(to_code),
        state=DivisionMergeState.PLANNED,
        from_codes=codes,
        to_code=to_code,
        reason=reason,
        planned=await divisions.count(codes),
        moved={},
    )
    divisions.add(merge)
    work.record(merge, "plan", reason=reason)
    return merge


async def run(*, divisions: Divisions, merge_id: UUID) -> DivisionMerge:
    """Let a planned merge begin; a job carries it through."""
    merge = await divisions.lock(DivisionMerge, merge_id)
    merge.state = advance(DIVISION_MERGE_TRANSITIONS, merge.state, DivisionMergeVerb.RUN)
    divisions.work.record(merge, DivisionMergeVerb.RUN)
    return merge


async def carry_on(*, divisions: Divisions, limit: int) -> int:
    """One batch of one merge: whatever still stands under an old code is next, however the last one ended.

    What was closed stayed where it was; opened again it follows, for nobody works under the old code any more.
    """
    merge = await divisions.running() or await divisions.overtaken()
    if merge is None:
        return 0
    divisions.work.note(merge)
    name, rows = await divisions.take(merge.from_codes, limit)
    if not rows:
        return _finish(divisions, merge)
    for row in rows:
        await _move(divisions, merge, row)
    await divisions.follow(name, [row.id for row in rows], merge.from_codes, merge.to_code)
    merge.moved = {**merge.moved, name: merge.moved.get(name, 0) + len(rows)}
    divisions.work.record(merge, "carry_on")
    return len(rows)


async def _move(divisions: Divisions, merge: DivisionMerge, row: Any) -> None:
    work, reason = divisions.work, f"division {row.division} → {merge.to_code}"
    work.note(row)
    if isinstance(row, Place):
        places = Places(work)
        if row.parent_id is None and await places.named(merge.to_code, None, row.kind, row.name):
            row.name = f"{row.name}（原 {row.division}）"
        await remap(places=places, place=row, division=merge.to_code, reason=reason)
    else:
        row.division = merge.to_code
        work.record(row, "remap", reason=reason)


def _finish(divisions: Divisions, merge: DivisionMerge) -> int:
    merge.state = advance(DIVISION_MERGE_TRANSITIONS, merge.state, DivisionMergeVerb.FINISH)
    merge.finished_at = divisions.work.now
    codes = {"from_codes": merge.from_codes, "to_code": merge.to_code}
    divisions.work.record(merge, DivisionMergeVerb.FINISH, DivisionMerged(**codes), DivisionRemapped(**codes))
    return 1
