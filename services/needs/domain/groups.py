"""Which target groups a resident belongs to, since when and until when; what is over stays on record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.needs.domain.codes import TargetGroup


@dataclass(frozen=True, slots=True)
class Period:
    """Belonging to a group from a day until a day, both included; None is open."""

    group: TargetGroup
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the resident belongs to the group on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def read_periods(rows: Sequence[dict[str, Any]] | None, groups: Sequence[str]) -> list[Period]:
    """The periods of a row; one from before periods were kept has its groups without dates."""
    if rows is None:
        return [Period(TargetGroup(group)) for group in groups]
    return [Period(TargetGroup(row["group"]), _day(row["from"]), _day(row["to"])) for row in rows]


def write_periods(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """The periods as a row keeps them."""
    return [{"group": each.group, "from": _text(each.valid_from), "to": _text(each.valid_to)} for each in periods]


def current(periods: Iterable[Period], day: date) -> list[TargetGroup]:
    """The groups a resident belongs to on a day, each once."""
    return list(dict.fromkeys(each.group for each in periods if each.holds(day)))


def replaced(before: Sequence[Period], wanted: Sequence[Period], day: date) -> list[Period]:
    """The periods after a correction: what is wanted, and what held until now as ended yesterday."""
    kept = {each.group for each in wanted}
    yesterday = day - timedelta(days=1)
    past = [
        Period(each.group, each.valid_from, yesterday) if each.holds(day) else each
        for each in before
        if each not in wanted and not (each.holds(day) and each.group in kept)
    ]
    return [*past, *wanted]


def since(before: Sequence[Period], groups: Sequence[TargetGroup], day: date) -> list[Period]:
    """Groups named without dates: those already held go on as they are, new ones begin on the day."""
    held = {each.group: each for each in before if each.holds(day)}
    return [held.get(group, Period(group, day)) for group in dict.fromkeys(groups)]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
