"""How residents are asked: who must be on the team, whom a sample holds, and which cell a visit counts for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from wushe.errors import FieldError, InvalidInput, Refusal


class TeamRole(StrEnum):
    """What somebody is on a survey team."""

    COMMUNITY_WORKER = "community_worker"
    SOCIAL_WORKER = "social_worker"
    VOLUNTEER = "volunteer"
    GRID_WORKER = "grid_worker"
    COMMITTEE = "committee"


NAMES = {
    TeamRole.COMMUNITY_WORKER: ("社区工作者", "a community worker"),
    TeamRole.SOCIAL_WORKER: ("社会工作者", "a social worker"),
    TeamRole.VOLUNTEER: ("志愿者", "a volunteer"),
    TeamRole.GRID_WORKER: ("网格员", "a grid worker"),
    TeamRole.COMMITTEE: ("社区“两委”成员", "a committee member"),
}


class SampleMethod(StrEnum):
    """How those to be asked are chosen."""

    CENSUS = "census"
    QUOTA = "quota"
    RANDOM = "random"


class SurveyTeamIncomplete(Refusal):
    """Fielding begins with every role of the rule on the team (A0 L67-69)."""

    zh = "调研团队还缺：{missing[0]}；人员到齐后才能开始。"
    en = "The survey team still lacks {missing[1]}; fielding begins once everybody is there."
    toast = "团队未到齐"


def require_team(present: Collection[str], wanted: Iterable[str]) -> None:
    """Refuse to begin while a role of the rule ``survey_team_roles`` is missing."""
    missing = [NAMES[TeamRole(role)] for role in wanted if role not in present]
    if missing:
        raise SurveyTeamIncomplete(missing=("、".join(zh for zh, _ in missing), ", ".join(en for _, en in missing)))


def draw(seed: str, frame: Sequence[UUID], size: int) -> list[UUID]:
    """A simple random sample anybody can repeat: the frame by SHA-256 of seed and id, however it was ordered."""
    return sorted(frame, key=lambda each: sha256(f"{seed}|{each}".encode()).digest())[:size]


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the sample with its target: an area, a group of people, or both."""

    target: int
    name: str
    division: str | None = None
    target_group: str | None = None
    place_id: UUID | None = None

    def holds(self, *, division: str, groups: Collection[str], places: Collection[UUID]) -> bool:
        """Whether somebody who lives there and belongs to these groups counts for it."""
        if self.division and not _within(division, self.division):
            return False
        if self.target_group and self.target_group not in groups:
            return False
        return self.place_id is None or self.place_id in places


def _within(division: str, area: str) -> bool:
    level = next(level for level in _LEVELS if not area[level:].strip("0"))
    return division[:level] == area[:level]


_LEVELS = (0, 2, 4, 6, 9, 12)


def cell_of(cells: Sequence[Cell], **known: Any) -> int | None:
    """The number of the first cell somebody counts for; None outside all of them."""
    return next((number for number, cell in enumerate(cells) if cell.holds(**known)), None)


def require_sample(*, method: SampleMethod, cells: Sequence[Any], frame: Sequence[UUID], size: int | None) -> None:
    """Refuse a quota without cells, and a random sample larger than the list it is drawn from."""
    if method is SampleMethod.QUOTA and not cells:
        raise _odd("/cells", "REQUIRED", "配额抽样须写明各类的目标数。", "A quota names its cells.")
    if method is not SampleMethod.RANDOM and (frame or size is not None):
        raise _odd("/frame", "NOT_ALLOWED", "只有随机抽样才有名单和样本量。", "Only random samples have them.")
    if method is SampleMethod.RANDOM and not 0 < (size or 0) <= len(set(frame)):
        raise _odd("/size", "OUT_OF_RANGE", "样本量须在 1 和名单人数之间。", "The size lies between 1 and the frame's.")


def require_period(starts_on: date, ends_on: date) -> None:
    """Refuse a survey that ends before it begins."""
    if ends_on < starts_on:
        raise _odd("/ends_on", "OUT_OF_RANGE", "结束日期不能早于开始日期。", "It ends on or after its first day.")


def _odd(pointer: str, code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(errors=[FieldError(pointer, code, zh, en)])


def on_team(team: Iterable[Mapping[str, str]], person_id: UUID | None) -> bool:
    """Whether somebody is on a team."""
    return person_id is not None and any(member["person_id"] == str(person_id) for member in team)
