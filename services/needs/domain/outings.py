"""Somebody goes to a door alone: until when they are expected back, and who may say that they are."""

from datetime import datetime, timedelta
from uuid import UUID

from wushe.errors import Refusal

OVERDUE_KIND = "visitor_overdue"
"""The kind of danger a person on duty is called for when a visitor does not come back."""


class StillOut(Refusal):
    """One person is in one place: the first outing is ended or extended before another begins."""

    zh = "您还有一次外出没有报平安，请先报平安再开始新的外出。"
    en = "You are still checked in elsewhere; say that you are back before you go out again."
    toast = "请先报平安"


class OnlyTheVisitor(Refusal):
    """Whoever went out says themselves that they are back."""

    status = 403
    zh = "只有外出走访的本人可以报平安或延长时间。"
    en = "Only whoever went out may say that they are back, or ask for more time."
    toast = "只限本人操作"


class NotOnesOwnSafety(Refusal):
    """Somebody else vouches for a visitor who did not come back."""

    status = 403
    zh = "请由其他工作人员确认；本人请直接报平安。"
    en = "Somebody else confirms this; if it is you who was out, say that you are back."
    toast = "请由他人确认"


def require_visitor(person_id: UUID | None, visitor: UUID) -> None:
    """Refuse everybody but the one who went out."""
    if person_id != visitor:
        raise OnlyTheVisitor


def require_another(person_id: UUID | None, visitor: UUID) -> None:
    """Refuse the word of the one it is about."""
    if person_id is None or person_id == visitor:
        raise NotOnesOwnSafety


def later(due_at: datetime, now: datetime, minutes: int) -> datetime:
    """More time, counted from now for whoever is late already."""
    return max(due_at, now) + timedelta(minutes=minutes)
