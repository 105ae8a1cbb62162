"""Needs become one without anybody losing their voice, and two again exactly as they were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.needs.domain.authorship import require_reopenable
from services.needs.domain.codes import UNSOLVED, Outcome
from services.needs.domain.lifecycle import NEED_TRANSITIONS, NeedState, NeedVerb, advance, allowed
from services.needs.domain.merging import MergeEnd, NotBehindThisNeed, Side, require_mergeable, require_window
from services.needs.domain.notices import OF_NEED
from services.needs.events import About, NeedMerged, NeedSplit
from services.needs.models import Concern, MergeLeaver, Need, NeedMerge
from services.needs.repository import Concerns, Merges
from services.needs.usecases import following
from services.needs.usecases import outcomes as words
from services.needs.usecases.concerns import recount
from services.needs.usecases.moves import hearers, notices
from wushe import rules
from wushe.errors import CHINA, ActionNotAllowed
from wushe.outbox import Event


async def merge(*, merges: Merges, need_id: UUID, into_id: UUID, reason: str) -> Need:
    """Let one need go on as part of another: everybody behind it is told, and may leave within the window.

    Rule ``merge_opt_out_days``. The concerns are locked before the needs, as everywhere.
    """
    work, concerns = merges.work, Concerns(merges.work)
    await merges.find(need_id)
    await work.widen()  # what either speaks for may be of the whole street
    standing = await concerns.lock_standing_on(need_id, into_id)
    need, into = await merges.take_pair(need_id, into_id)
    require_mergeable(await _side(merges, need), await _side(merges, into) if into else None)
    assert into is not None
    former, need.state = need.state, advance(NEED_TRANSITIONS, need.state, NeedVerb.MERGE)
    advance(NEED_TRANSITIONS, into.state, NeedVerb.ABSORB)
    people = await hearers(merges, [need, into])
    until = work.now + timedelta(days=await rules.value(work, "merge_opt_out_days", need.division))
    need.merged_into_id = into.id
    merges.add(
        NeedMerge(
            division=need.division,
            need_id=need.id,
            into_id=into.id,
            former_state=former,
            reason=reason,
            merged_at=work.now,
            merged_by=work.caller.role,
            opt_out_until=until,
        )
    )
    merged = NeedMerged(need_id=need.id, state=need.state, into_id=into.id)
    asked = _told(merges, need, NeedVerb.MERGE, people[need.id], until=until)
    joined = _told(merges, into, NeedVerb.ABSORB, people[into.id] - people[need.id])
    work.record(need, NeedVerb.MERGE, merged, *asked, reason=reason)
    work.record(into, NeedVerb.ABSORB, *joined, reason=reason)
    await recount(concerns=concerns, standing=standing)
    return need


async def _side(merges: Merges, need: Need) -> Side:
    has_merged, concerns = await merges.has_merged(need.id), await merges.concerns_of(need.id)
    apart = need.danger or need.theme in await rules.value(merges.work, "quiet_themes", need.division)
    return Side(need.id, need.division, need.state, apart, has_merged, concerns)


def _told(
    merges: Merges, need: Need, verb: NeedVerb, people: Iterable[UUID], *, until: datetime | None = None
) -> list[Event]:
    day = f"{until.astimezone(CHINA):%Y-%m-%d}" if until else ""
    about = About(collection="needs", id=need.id)
    return notices(merges.work, OF_NEED[verb].filled(until=day), people, about=about)


async def split(*, merges: Merges, need_id: UUID, reason: str) -> Need:
    """Two needs again, each as it was before they became one."""
    need = await merges.find(need_id)
    await merges.work.widen()  # as above
    need, standing = await _take(merges, need)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.SPLIT)
    await _stand_alone(merges, need, MergeEnd.SPLIT, reason=reason)
    await recount(concerns=Concerns(merges.work), standing=standing)
    return need


async def _take(merges: Merges, need: Need) -> tuple[Need, list[Concern]]:
    """A merged need and the one it is part of, and what both speak for."""
    into_id = need.merged_into_id or need.id
    standing = await Concerns(merges.work).lock_standing_on(need.id, into_id)
    need, _ = await merges.take_pair(need.id, into_id)
    return need, standing


async def _stand_alone(
    merges: Merges, need: Need, end: MergeEnd, *, reason: str | None = None, more: Sequence[Event] = ()
) -> None:
    former = await _end(merges, need, end, reason=reason)
    need.state = former
    people = await hearers(merges, [need])
    apart = NeedSplit(need_id=need.id, state=need.state)
    told = _told(merges, need, NeedVerb.SPLIT, people[need.id])
    verb = NeedVerb.LEAVE_MERGE if end is MergeEnd.LEFT else NeedVerb.SPLIT
    merges.work.record(need, verb, apart, *told, *more, reason=reason)


async def _end(merges: Merges, need: Need, end: MergeEnd, *, reason: str | None = None) -> NeedState:
    found, work = await merges.present(need.id), merges.work
    found.end, found.ended_at, found.ended_by, found.end_reason = end, work.now, work.caller.role, reason
    need.merged_into_id = None
    await merges.session.flush()  # who stands behind either is asked of the table
    return NeedState(found.former_state)


async def leave(*, merges: Merges, need_id: UUID) -> Need:
    """Leave a merge within the window: an author takes the need out again, a co-signer their own voice."""
    need = await merges.find(need_id)
    await merges.work.widen()  # as above
    need, standing = await _take(merges, need)
    advance(NEED_TRANSITIONS, need.state, NeedVerb.LEAVE_MERGE)
    work, found = merges.work, await merges.present(need.id)
    person = work.caller.person_id
    if person is None or not (person == need.author_person_id or await merges.has_cosigned(need.id, person)):
        raise NotBehindThisNeed
    require_window(until=found.opt_out_until, now=work.now)
    if person == need.author_person_id:
        await _stand_alone(merges, need, MergeEnd.LEFT)
    elif not await merges.has_left(found.id, person):
        merges.add(MergeLeaver(division=need.division, merge_id=found.id, person_id=person, left_at=work.now))
        await merges.session.flush()
        work.record(need, NeedVerb.LEAVE_MERGE)
    await recount(concerns=Concerns(work), standing=standing)
    return need


async def judge(*, merges: Merges, need: Need, outcome: Outcome, asks_solved: list[int] | None) -> Need:
    """The word of whoever asked for what was merged, once the other is answered: theirs is not the other author's.

    "Not" or "worse" takes the need out again, as it stood before, and goes to a supervisor.
    """
    await merges.work.widen()
    need, standing = await _take(merges, need)
    await _require_answered(merges, need)
    now = merges.work.now
    words.require_asks(asks_solved, len(need.asks or ()))
    words.keep(needs=merges, need=need, outcome=outcome, at=now, asks_solved=asks_solved)
    need.outcome, need.outcome_at = outcome, now
    again = outcome in UNSOLVED
    await following.follow(needs=merges, rows=[need], verb=NeedVerb.REOPEN if again else NeedVerb.OUTCOME)
    if again:
        await _stand_alone(merges, need, MergeEnd.LEFT, more=words.escalate(need, now))
        await recount(concerns=Concerns(merges.work), standing=standing)
    else:
        merges.work.record(need, NeedVerb.OUTCOME)
    return need


async def _require_answered(merges: Merges, need: Need) -> None:
    """There is something to judge, it is not too late, and nobody says twice that they are content."""
    advance(NEED_TRANSITIONS, need.state, NeedVerb.SPLIT)
    found, work = await merges.present(need.id), merges.work
    into = await merges.get(Need, found.into_id)
    said = need.outcome_at is not None and need.outcome_at >= found.merged_at
    if said or into.state not in {NeedState.RESPONDED, NeedState.CLOSED}:
        verbs = allowed(NEED_TRANSITIONS, need.state)
        raise ActionNotAllowed(allowed=verbs, state=need.state, verb=NeedVerb.OUTCOME)
    days = await rules.value(work, "reopen_days", need.division)
    require_reopenable(closed_at=into.closed_at, now=work.now, days=days)


async def forget(*, merges: Merges, need: Need) -> None:
    """A merged need is taken back by its author: the merge ends with it."""
    if need.merged_into_id is not None:
        await _end(merges, need, MergeEnd.WITHDRAWN)


async def release(*, merges: Merges, merged: Sequence[Need]) -> None:
    """What others were merged into does not go on: each of them stands alone again, for a person to look at."""
    for need in merged:
        await _stand_alone(merges, need, MergeEnd.RELEASED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: a merge, its end, or somebody leaving it."""

    kind: str
    at: datetime
    role: str
    need_id: UUID
    into_id: UUID
    reason: str | None = None
    opt_out_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """How a need became one with others and apart again, and how many stand behind it now."""

    need: Need
    supporter_count: int
    steps: list[Step]


async def trace(*, merges: Merges, need_id: UUID) -> Trace:
    """Everything that was merged and split around a need, in the order of time."""
    need = await merges.find(need_id)
    found, leavers = await merges.history(need.id)
    by_id = {each.id: each for each in found}
    steps = [_began(each) for each in found] + [_ended(each) for each in found if each.ended_at]
    for each in leavers:
        merge_of = by_id[each.merge_id]
        steps.append(Step("left", each.left_at, "resident", merge_of.need_id, merge_of.into_id))
    people = await merges.persons_behind([need])
    return Trace(need, len(people[need.id]), sorted(steps, key=lambda step: step.at))


def _began(found: NeedMerge) -> Step:
    end = found.opt_out_until
    return Step("merged", found.merged_at, found.merged_by, found.need_id, found.into_id, found.reason, end)


def _ended(found: NeedMerge) -> Step:
    at, role = found.ended_at or found.merged_at, found.ended_by or ""
    return Step(str(found.end), at, role, found.need_id, found.into_id, found.end_reason)
