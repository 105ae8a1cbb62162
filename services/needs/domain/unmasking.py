"""Who may see a resident's real identity; an operator never."""

from services.needs.domain.authorship import FAMILY, GUARDIAN, RESIDENT
from services.needs.domain.lifecycle import NeedState
from wushe.errors import NotFound, Refusal

_ON_A_MATTER = frozenset({"social_worker", "supervisor"})

OVER = frozenset({NeedState.CLOSED, NeedState.REJECTED, NeedState.WITHDRAWN})
"""States in which nobody works on a need any more."""


class NotYourMatter(Refusal):
    """A social worker sees whom they work for, a supervisor whom their agency works for: an open need says so."""

    status = 403
    zh = "只有正在为这位居民办理需求时，才能查看其真实身份。"
    en = "This identity is shown only while a need of this resident is being worked on."
    toast = "无在办事项"


def may_unmask(*, role: str, own: bool, child: bool, at_work: bool) -> None:
    """Refuse whoever has no matter with the resident; to strangers the entry does not exist."""
    if role in FAMILY and not (own and role == RESIDENT) and not (child and role == GUARDIAN):
        raise NotFound
    if role in _ON_A_MATTER and not at_work:
        raise NotYourMatter
