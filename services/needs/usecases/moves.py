"""The one way a need changes its state: table, row, audit, announcement, and a word to the people behind it."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from services.needs.domain.lifecycle import NEED_TRANSITIONS, NeedVerb, advance
from services.needs.domain.notices import BY_OUTCOME, OF_NEED, Notice
from services.needs.events import OF_VERB, About, NoticeIssued
from services.needs.models import Need
from services.needs.repository import Needs
from services.needs.usecases import following, sla
from wushe import rules
from wushe.outbox import Event
from wushe.work import Work


async def move(
    needs: Needs, need: Need, verb: NeedVerb, *, reason: str | None = None, more: Sequence[Event] = ()
) -> None:
    """Advance one need and tell the people behind it; ``more`` is announced with it."""
    await move_all(needs, [need], verb, reason=reason, more=more)


async def move_all(
    needs: Needs, rows: Collection[Need], verb: NeedVerb, *, reason: str | None = None, more: Sequence[Event] = ()
) -> None:
    """Advance several needs by the same verb, and their clocks; people are read once for all of them."""
    people = await hearers(needs, rows)
    for need in rows:
        before, need.state = need.state, advance(NEED_TRANSITIONS, need.state, verb)
        await sla.follow(work=needs.work, need=need, before=before)
        told = announcements(needs.work, need, verb, people[need.id], reason=reason)
        needs.work.record(need, verb, *told, *more, reason=reason)
    await following.follow(needs=needs, rows=rows, verb=verb)


async def hearers(needs: Needs, rows: Collection[Need]) -> dict[UUID, frozenset[UUID]]:
    """Everybody to be told of each need; nobody of a matter that must not show on a family's screen."""
    people = await needs.people_to_tell(rows)
    for need in rows:
        if need.theme is not None and need.theme in await rules.value(needs.work, "quiet_themes", need.division):
            people[need.id] = frozenset()
    return people


def announcements(
    work: Work, need: Need, verb: NeedVerb, people: Iterable[UUID], *, reason: str | None = None
) -> list[Event]:
    """The public event and the notices of a move; danger is never public and never in an inbox."""
    if need.danger:
        return []
    moved = OF_VERB[verb](need_id=need.id, state=need.state)
    notice = BY_OUTCOME.get((verb, reason or "")) or OF_NEED.get(verb)
    return [moved, *(notices(work, notice, people, about=About(collection="needs", id=need.id)) if notice else [])]


def notices(work: Work, notice: Notice, people: Iterable[UUID], *, about: About) -> list[Event]:
    """One message per person, none to the one who acts."""
    told = sorted(set(people) - {work.caller.person_id})
    return [NoticeIssued(person_id=p, code=notice.code, zh=notice.zh, en=notice.en, about=about) for p in told]
