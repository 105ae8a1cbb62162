"""One thing asked for twice: which needs become one, who stands behind it then, and who may leave again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.needs.domain.lifecycle import NeedState
from wushe.errors import FieldError, InvalidInput, Refusal


class MergeEnd(StrEnum):
    """How a merged need came to stand alone again."""

    SPLIT = "split"
    LEFT = "left"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"


class NeverMerged(Refusal):
    """A call for help and a complaint are each one person's own."""

    zh = "求助和投诉类的需求各自办理，不能合并。"
    en = "Calls for help and complaints are handled each on its own and never merged."
    toast = "不能合并"


class MergeChain(Refusal):
    """A need that was merged, or has others merged into it, does not go into a third."""

    zh = "其中一条需求已经合并过，请先拆分再合并。"
    en = "One of the needs is part of a merge already; split it first."
    toast = "请先拆分"


class ConcernsDiffer(Refusal):
    """A concern must not lose a voice by a merge."""

    zh = "该需求所在的共同关注点不包含目标需求，合并会使关注点少一个声音。"
    en = "The need speaks for a concern the other is no part of; merging would cost that concern a voice."
    toast = "关注点不同"


class OptOutWindowPassed(Refusal):
    """After the window only a worker splits."""

    zh = "退出合并的期限已于 {until} 届满，请联系社区工作者。"
    en = "Leaving the merge was possible until {until}; please ask a community worker."
    toast = "已过退出期"


class NotBehindThisNeed(Refusal):
    """Only who asked or co-signed leaves."""

    status = 403
    zh = "只有提出或附议这条需求的居民可以退出合并。"
    en = "Only those who raised or co-signed this need may leave the merge."
    toast = "只限相关居民"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two needs, as far as a merge cares."""

    need_id: UUID
    division: str
    state: NeedState
    apart: bool
    """It calls for help, complains, or is a matter that must not show on a family's screen."""
    has_merged: bool
    """Others were merged into it."""
    concerns: frozenset[UUID]
    """The open concerns it speaks for."""


def require_mergeable(need: Side, into: Side | None) -> None:
    """Refuse what must not or cannot become one; whether the states allow it, the table says."""
    if into is None or need.need_id == into.need_id or need.division != into.division:
        fault = ("须是同一社区的另一条需求。", "Another need of the same community is expected.")
        raise InvalidInput(errors=[FieldError("/into_id", "NOT_ANOTHER", *fault)])
    if need.apart or into.apart:
        raise NeverMerged
    if need.has_merged or NeedState.MERGED in (need.state, into.state):
        raise MergeChain
    if not need.concerns <= into.concerns:
        raise ConcernsDiffer


@dataclass(frozen=True, slots=True)
class Part:
    """A need and who stands behind it by itself: its author and its co-signers."""

    need_id: UUID
    into_id: UUID | None
    author: UUID | None
    left: frozenset[UUID] = frozenset()
    """Who took their voice out of the merge."""


def supporters(
    need_ids: Iterable[UUID], parts: Collection[Part], signed: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, frozenset[UUID]]:
    """Everybody behind each need as a set: its own people and those of the needs merged into it.

    Nothing is copied, so a person behind both counts once, and taking a need out again takes nobody else away.
    """
    people: dict[UUID, set[UUID]] = {need_id: set() for need_id in need_ids}
    own: dict[UUID, set[UUID]] = {part.need_id: {part.author} if part.author else set() for part in parts}
    for need_id, person_id in signed:
        own.setdefault(need_id, set()).add(person_id)
    for part in parts:
        if part.need_id in people:
            people[part.need_id] |= own[part.need_id]
        if part.into_id in people:
            people[part.into_id] |= own[part.need_id] - part.left
    return {need_id: frozenset(persons) for need_id, persons in people.items()}


def require_window(*, until: datetime, now: datetime) -> None:
    """Refuse to leave once the window has passed."""
    if now > until:
        raise OptOutWindowPassed(until=until)
