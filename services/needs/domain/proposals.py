"""Which needs may share a concern: the machine proposes with reasons, a person confirms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.needs.domain.similarity import Likeness, Reason, Statement, shared_words


@dataclass(frozen=True, slots=True)
class Proposal:
    """Needs that may share a concern, how many people stand behind them, and why they were put together."""

    need_ids: tuple[UUID, ...]
    theme: str | None
    field: str | None
    person_count: int
    likeness: float
    first_at: datetime | None
    last_at: datetime | None
    reasons: tuple[Reason, ...]


def propose(statements: Iterable[Statement], *, floor: float, labels: Mapping[str, str]) -> list[Proposal]:
    """Group needs of one theme, then add unthemed ones to the group they resemble; groups of one are not proposed.

    The order of the input does not matter: statements are taken by theme and id, groups come widest first. ``labels``
    names the themes in Chinese.
    """
    grouping = _Grouping(statements, floor)
    found = [
        _proposal([grouping.ordered[place] for place in group], grouping.cohesion(group), labels)
        for group in grouping.groups
        if len(group) > 1
    ]
    return sorted(found, key=lambda p: (-p.person_count, -len(p.need_ids), p.need_ids))


class _Grouping:
    """Statements in a fixed order, and the groups they fall into, as places in that order."""

    def __init__(self, statements: Iterable[Statement], floor: float) -> None:
        self.ordered = sorted(statements, key=lambda s: (s.theme is None, s.theme or "", s.need_id))
        self.groups: list[list[int]] = []
        self._likeness, self._floor = Likeness(statement.text for statement in self.ordered), floor
        for place in range(len(self.ordered)):
            home = self._home(place)
            if home is None:
                self.groups.append([place])
            else:
                home.append(place)

    def cohesion(self, group: Sequence[int]) -> float:
        """How alike the members of a group are, on average."""
        return _mean(self._likeness.of(a, b) for a in group for b in group if a < b)

    def _home(self, place: int) -> list[int] | None:
        """The group a statement joins: its theme's, or for one without a theme the most alike, if alike enough."""
        theme = self.ordered[place].theme
        if theme is not None:
            return next((group for group in self.groups if self.ordered[group[0]].theme == theme), None)
        alike = [_mean(self._likeness.of(place, member) for member in group) for group in self.groups]
        best = max(alike, default=0.0)
        return self.groups[alike.index(best)] if alike and best >= self._floor else None


def _proposal(members: Sequence[Statement], cohesion: float, labels: Mapping[str, str]) -> Proposal:
    times = sorted(member.submitted_at for member in members if member.submitted_at)
    theme = members[0].theme
    return Proposal(
        need_ids=tuple(sorted(member.need_id for member in members)),
        theme=theme,
        field=_common(member.field for member in members),
        person_count=len(frozenset().union(*(member.persons for member in members))),
        likeness=round(cohesion, 3),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        reasons=_reasons(theme, members, labels),
    )


def _reasons(theme: str | None, members: Sequence[Statement], labels: Mapping[str, str]) -> tuple[Reason, ...]:
    same = sum(1 for member in members if theme and member.theme == theme)
    alike = len(members) - same
    found = []
    if theme and same > 1:
        zh = f"{same} 条需求同属主题“{labels.get(theme, theme)}”"
        found.append(Reason("shared_theme", zh, f"{same} needs share the theme {theme}"))
    if alike:
        found.append(Reason("similar_words", f"{alike} 条需求表述相近", f"{alike} needs are worded alike"))
    return (*found, *shared_words([member.text for member in members]))


def _common(values: Iterable[str | None]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
