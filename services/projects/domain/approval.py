"""Who may say yes: the level the amount demands, and nobody who wrote, undertakes or is paid by the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.projects.domain.decision import UNREADABLE, RuleUnreadable
from wushe.errors import Refusal


class OwnProject(Refusal):
    """Nobody decides about what they wrote, undertake or are paid by; compared by person and by organisation."""

    status = 403
    zh = "您或您所在的机构参与了该项目的策划、承接或收款，不能作出此项决定。"
    en = "You or your organisation wrote, undertake or are paid by this project, so you cannot decide about it."
    toast = "须由他人决定"


class PersonUnknown(Refusal):
    """Own projects are recognised by person; an account without a person cannot be shown to be someone else."""

    status = 403
    zh = "您的账号尚未关联到本人，不能作出此项决定。"
    en = "Your account is not tied to a person, so it cannot take this decision."
    toast = "请先关联本人"


class LevelTooLow(Refusal):
    """The amount is decided at a higher level."""

    status = 403
    zh = "该项目须由“{level}”或其上级审批。"
    en = "This project is approved at level '{level}' or above."
    toast = "须由上级审批"


class NoEligibleApprover(Refusal):
    """Everyone who could approve takes part in the project, up to the highest level."""

    zh = "各级审批人都与该项目有关联，没有可以审批的人。"
    en = "Everyone who could approve this project, at every level, takes part in it."
    toast = "无人可审批"


@dataclass(frozen=True, slots=True)
class Person:
    """A human with the organisation they act for."""

    person_id: UUID | None
    org_id: UUID | None


@dataclass(frozen=True, slots=True)
class Interests:
    """Everyone with a stake in a project: its writers and team, their organisations, undertaker and payees."""

    persons: frozenset[UUID]
    orgs: frozenset[UUID]

    def touch(self, who: Person) -> bool:
        """Whether this human or their organisation has a stake."""
        return who.person_id in self.persons or (who.org_id is not None and who.org_id in self.orgs)


@dataclass(frozen=True, slots=True)
class Band:
    """Up to which amount, and for which kinds, a level decides."""

    level: str
    up_to_fen: int | None
    kinds: frozenset[str]

    def covers(self, kind: str, amount_fen: int) -> bool:
        """Whether this level decides about a project of this kind and amount."""
        within = self.up_to_fen is None or amount_fen <= self.up_to_fen
        return within and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Chain:
    """The levels from low to high, their bands, and where named the very persons who decide at a level."""

    levels: tuple[str, ...]
    bands: tuple[Band, ...]
    named: Mapping[str, frozenset[UUID]]

    def level_for(self, *, kind: str, amount_fen: int, interests: Interests) -> str:
        """The lowest level that may decide; a level whose named persons all have a stake is passed over."""
        lowest = next((band.level for band in self.bands if band.covers(kind, amount_fen)), self.levels[-1])
        for level in self.levels[self.levels.index(lowest) :]:
            named = self.named.get(level, frozenset())
            if not named or named - interests.persons:
                return level
        raise NoEligibleApprover

    def reaches(self, role: str, level: str) -> bool:
        """Whether ``role`` stands at ``level`` or above it."""
        return role in self.levels and self.levels.index(role) >= self.levels.index(level)


def parse_chain(value: Mapping[str, Any]) -> Chain:
    """Read the chain from its stored row; every band names one of the levels."""
    try:
        levels = tuple(value["levels"])
        return Chain(
            levels=levels,
            bands=tuple(_band(band, levels) for band in value["bands"]),
            named={level: frozenset(map(UUID, persons)) for level, persons in value.get("named", {}).items()},
        )
    except UNREADABLE as fault:
        raise RuleUnreadable(rule="approval_chain") from fault


def _band(value: Mapping[str, Any], levels: tuple[str, ...]) -> Band:
    level = levels[levels.index(value["level"])]
    return Band(level=level, up_to_fen=value.get("up_to_fen"), kinds=frozenset(value.get("kinds") or ()))


def require_disinterested(who: Person, interests: Interests) -> UUID:
    """Who decides; refuses someone with a stake, and someone nobody can name."""
    if who.person_id is None:
        raise PersonUnknown
    if interests.touch(who):
        raise OwnProject
    return who.person_id


def require_approver(who: Person, *, role: str, chain: Chain, kind: str, amount_fen: int, interests: Interests) -> UUID:
    """Who approves; refuses someone with a stake, below the level of the amount, or not named at that level."""
    approver = require_disinterested(who, interests)
    level = chain.level_for(kind=kind, amount_fen=amount_fen, interests=interests)
    if not chain.reaches(role, level):
        raise LevelTooLow(level=level)
    named = chain.named.get(role, frozenset())
    if named and approver not in named:
        raise LevelTooLow(level=level)
    return approver
