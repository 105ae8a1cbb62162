"""What can be done with a concern: the machine proposes, a person drafts, confirms, publishes, retires."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from services.needs.domain.evidence import Evidence, weigh
from services.needs.domain.lifecycle import (
    CONCERN_TRANSITIONS,
    LINKABLE,
    ConcernState,
    ConcernVerb,
    NeedState,
    NeedVerb,
    advance,
)
from services.needs.events import (
    ConcernAddressed,
    ConcernConfirmed,
    ConcernMoved,
    ConcernPublished,
    ConcernReleased,
    ConcernResolved,
    ConcernRetired,
)
from services.needs.models import Concern, ConcernNeed, Need
from services.needs.repository import Concerns, Needs
from services.needs.usecases import priorities
from services.needs.usecases.moderation import is_withheld
from services.needs.usecases.moves import move_all
from wushe import external
from wushe.errors import FieldError, Refusal
from wushe.identity import scope_range

Value = TypeVar("Value")

ANNOUNCED: dict[ConcernVerb, type[ConcernMoved]] = {
    ConcernVerb.CONFIRM: ConcernConfirmed,
    ConcernVerb.PUBLISH: ConcernPublished,
    ConcernVerb.ADDRESS: ConcernAddressed,
    ConcernVerb.RELEASE: ConcernReleased,
    ConcernVerb.RESOLVE: ConcernResolved,
    ConcernVerb.RETIRE: ConcernRetired,
}


class NeedsNotReady(Refusal):
    """A concern stands on needs that are known here, harmless and accepted; ``errors`` names the others."""

    zh = "有 {count} 条需求尚不能纳入共同关注点，请检查标出的条目。"
    en = "{count} of the needs cannot join a concern yet; see 'errors'."
    toast = "需求尚未受理"


async def draft(
    *,
    concerns: Concerns,
    title: str,
    division: str,
    need_ids: Sequence[UUID],
    external_ids: Sequence[external.Named],
) -> Concern:
    """Put needs together under a title; nothing is linked before a person confirms."""
    work = concerns.work
    work.claim(division)
    rows = await Needs(work).by_ids(need_ids)
    _require_ready(need_ids, {ident for ident, need in rows.items() if _may_join(need, division, LINKABLE)})
    evidence = weigh(await concerns.voices(rows.values()))
    concern = concerns.add(
        Concern(
            division=division,
            state=ConcernState.DRAFT,
            title=title,
            field=_common([need.field for need in rows.values()]),
            theme=_common([need.theme for need in rows.values()]),
            need_count=evidence.needs,
            person_count=evidence.persons,
            priority=0.0,
            state_at=work.now,
        )
    )
    await priorities.score(concerns=concerns, concern=concern, needs=rows.values())
    await concerns.session.flush()  # the links below refer to the row
    for need in rows.values():
        concerns.add(ConcernNeed(division=division, concern_id=concern.id, need_id=need.id))
    await external.register(work, "concerns", external_ids, concern.id)
    work.record(concern, "draft")
    return concern


def _may_join(need: Need, division: str, states: Collection[NeedState]) -> bool:
    low, high = scope_range(division)
    return low <= need.division <= high and not (need.danger or is_withheld(need)) and need.state in states


def _require_ready(need_ids: Sequence[UUID], ready: Collection[UUID]) -> None:
    faults = [
        FieldError(
            f"/need_ids/{place}",
            "NOT_READY",
            "该需求不存在、未受理或不在本地区。",
            "Unknown, not accepted or elsewhere.",
        )
        for place, ident in enumerate(need_ids)
        if ident not in ready
    ]
    if faults:
        raise NeedsNotReady(errors=faults, count=len(faults))


def _common(values: Sequence[Value]) -> Value | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


async def confirm(*, concerns: Concerns, concern_id: UUID) -> Concern:
    """A person confirms a concern: its needs are linked, and projects may answer it."""
    concern = await concerns.lock(Concern, concern_id)
    advance(CONCERN_TRANSITIONS, concern.state, ConcernVerb.CONFIRM)
    needs = await concerns.lock_needs([concern.id])
    # What was taken back or marked as danger since the draft is left out; with nothing left, all are named.
    need_ids = [need.id for need in needs] or await concerns.need_ids(concern.id)
    accepted = {NeedState.ACCEPTED}
    _require_ready(need_ids, {need.id for need in needs if _may_join(need, concern.division, accepted)})
    await move_all(Needs(concerns.work), needs, NeedVerb.LINK)
    await _count(concerns, concern, needs)
    move(concerns, concern, ConcernVerb.CONFIRM)
    return concern


async def publish(*, concerns: Concerns, concern_id: UUID) -> Concern:
    """Make a confirmed concern public, with the evidence as it stands today."""
    concern = await concerns.lock(Concern, concern_id)
    await _count(concerns, concern, await concerns.needs_of([concern.id]))
    move(concerns, concern, ConcernVerb.PUBLISH)
    return concern


async def retire(*, concerns: Concerns, concern_id: UUID, reason: str) -> Concern:
    """Take a concern back; needs that waited in it are handled on their own again."""
    concern = await concerns.lock(Concern, concern_id)
    concern.retire_reason = reason
    was_draft = concern.state is ConcernState.DRAFT
    move(concerns, concern, ConcernVerb.RETIRE, reason=reason)
    waiting = [] if was_draft else await concerns.lock_needs([concern.id], states=[NeedState.LINKED])
    await move_all(Needs(concerns.work), waiting, NeedVerb.UNLINK, reason=reason)
    return concern


async def read(*, concerns: Concerns, concern_id: UUID) -> tuple[Concern, list[UUID], Evidence]:
    """A concern with its needs and the evidence as it stands now."""
    concern = await concerns.find(concern_id)
    needs = await concerns.needs_of([concern.id])
    return concern, [need.id for need in needs], weigh(await concerns.voices(needs))


def move(concerns: Concerns, concern: Concern, verb: ConcernVerb, *, reason: str | None = None) -> None:
    """Advance one concern and announce it."""
    concern.state = advance(CONCERN_TRANSITIONS, concern.state, verb)
    concern.state_at = concerns.work.now
    announced = ANNOUNCED[verb](
        concern_id=concern.id,
        title=concern.title,
        state=concern.state,
        need_count=concern.need_count,
        person_count=concern.person_count,
    )
    concerns.work.record(concern, verb, announced, reason=reason)


async def recount(*, concerns: Concerns, standing: Iterable[Concern]) -> None:
    """Weigh concerns again after one of their needs was taken back."""
    for concern in standing:
        concerns.work.note(concern)
        counted = concern.need_count, concern.person_count
        await _count(concerns, concern, await concerns.needs_of([concern.id]))
        if (concern.need_count, concern.person_count) != counted:
            concerns.work.record(concern, "recount")


async def _count(concerns: Concerns, concern: Concern, needs: Collection[Need]) -> None:
    evidence = weigh(await concerns.voices(needs))
    concern.need_count, concern.person_count = evidence.needs, evidence.persons
    await priorities.score(concerns=concerns, concern=concern, needs=needs)
