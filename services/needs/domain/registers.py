"""What a needs register may show: no cell, and no difference between two of them, speaks of fewer than k residents."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.needs.domain.lifecycle import RegisterState
from wushe.errors import Refusal

CHINA = timezone(timedelta(hours=8))
REST = "rest"
"""The class of every field no other class names."""


class PublicityRunning(Refusal):
    """A register is published once its publicity has lasted its days (rule ``register_publicity_days``)."""

    status = 409
    zh = "公示期到 {until} 结束，期满后方可发布。"
    en = "Publicity lasts until {until}; the register may be published after it."
    toast = "公示期未满"


class ObjectionsOpen(Refusal):
    """Every objection is settled before a register is published."""

    status = 409
    zh = "还有 {count} 条异议没有答复，请先处理。"
    en = "{count} objections are not settled yet."
    toast = "异议未处理"


class PublicityOver(Refusal):
    """Objections are raised while a register stands in publicity."""

    status = 409
    zh = "公示期已过，不能再提异议；可以提交一条新的需求。"
    en = "Publicity is over; an objection can no longer be raised."
    toast = "公示期已过"


@dataclass(frozen=True, slots=True)
class Said:
    """One open need as a register counts it: no words, no name."""

    need_id: UUID
    division: str
    field: str | None
    concern_id: UUID | None
    title: str | None
    persons: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a register; counts are lower bounds, multiples of k."""

    key: str
    kind: str
    title: str
    division: str
    field: str | None
    klass: str
    needs: int
    persons: int


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of fields and what the lines in it add up to; made of published numbers alone."""

    code: str
    zh: str
    en: str
    rows: int
    needs: int
    persons: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a register says otherwise than the one before it."""

    added: tuple[dict[str, Any], ...]
    removed: tuple[dict[str, Any], ...]
    changed: tuple[dict[str, Any], ...]


Classes = Sequence[Mapping[str, Any]]
"""Rule ``field_classes``: ``{code, zh, en, fields}``; one of them is ``rest``."""


def lines(said: Iterable[Said], *, division: str, k: int, classes: Classes) -> list[Row]:
    """The lines of a register, widest first; what fewer than ``k`` residents stand behind joins a wider line.

    A need is counted in one line only: its concern's, else its field's in the community, in the street, in the whole
    division, else its class's; what is still too rare to be shown is left out, and nothing tells how much that was.
    """
    waiting, found = list(said), list[Row]()
    for level in _levels(division, classes):
        groups = defaultdict[tuple[str, str, str, str | None, str], list[Said]](list)
        for each in waiting:
            if home := level(each):
                groups[home].append(each)
        placed = set[UUID]()
        for home, members in groups.items():
            if row := _row(home, members, k, classes):
                found.append(row)
                placed |= {each.need_id for each in members}
        waiting = [each for each in waiting if each.need_id not in placed]
    return sorted(found, key=lambda row: (-row.persons, -row.needs, row.key))


Home = tuple[str, str, str, str | None, str]
"""Kind, division, title or key, field, class."""


def _levels(division: str, classes: Classes) -> list[Callable[[Said], Home | None]]:
    def concern(said: Said) -> Home | None:
        return ("concern", division, str(said.concern_id), None, "") if said.concern_id else None

    def within(length: int) -> Callable[[Said], Home | None]:
        def field(said: Said) -> Home | None:
            place = max(said.division[:length].ljust(12, "0"), division)
            return ("field", place, "", said.field, _class(said.field, classes)) if said.field else None

        return field

    def klass(said: Said) -> Home | None:
        return ("class", division, "", None, _class(said.field, classes))

    return [concern, within(12), within(9), within(6), klass]


def _class(field: str | None, classes: Classes) -> str:
    return next((str(each["code"]) for each in classes if field in each["fields"]), REST)


def _row(home: Home, members: Sequence[Said], k: int, classes: Classes) -> Row | None:
    kind, division, concern, field, klass = home
    persons = frozenset[UUID]().union(*(each.persons for each in members))
    if len(persons) < k:
        return None
    field = field or _only(members)
    key = f"concern:{concern}" if concern else f"{kind}:{division}:{field if kind == 'field' else klass}"
    title = members[0].title or "" if concern else ""
    counts = _floor(len(members), k), _floor(len(persons), k)
    return Row(key, kind, title, division, field, klass or _class(field, classes), *counts)


def _only(members: Sequence[Said]) -> str | None:
    fields = {each.field for each in members}
    return fields.pop() if len(fields) == 1 else None


def _floor(count: int, k: int) -> int:
    """The multiple of k below a count: two published numbers then differ by nothing, or by k at least."""
    return count - count % k


def rolled_up(rows: Sequence[Row], classes: Classes) -> list[ClassRow]:
    """The lines by class of fields, in the order of the rule."""
    found = []
    for each in classes:
        own = [row for row in rows if row.klass == each["code"]]
        needs, persons = sum(row.needs for row in own), sum(row.persons for row in own)
        found.append(ClassRow(each["code"], each["zh"], each["en"], len(own), needs, persons))
    return found


def content(*, division: str, as_of: datetime, k: int, rows: Sequence[Row], classes: Classes) -> dict[str, Any]:
    """What is published and hashed, as plain JSON."""
    return {
        "division": division,
        "as_of": as_of.astimezone(CHINA).isoformat(timespec="seconds"),
        "k": k,
        "rows": [asdict(row) for row in rows],
        "classes": [asdict(each) for each in rolled_up(rows, classes)],
    }


def canonical(found: Mapping[str, Any]) -> bytes:
    """The bytes whose SHA-256 is the hash of a register: sorted keys, no spaces, UTF-8."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(found: Mapping[str, Any]) -> str:
    """SHA-256 of a register's canonical JSON, in hexadecimal."""
    return sha256(canonical(found)).hexdigest()


def difference(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Difference:
    """Lines that came, went and changed since the register before; all of them came when there was none."""
    old = {row["key"]: row for row in before["rows"]} if before else {}
    new = {row["key"]: row for row in after["rows"]}
    return Difference(
        added=tuple(new[key] for key in new if key not in old),
        removed=tuple(old[key] for key in old if key not in new),
        changed=tuple(
            {"key": key, "before": old[key], "after": new[key]} for key in new if key in old and old[key] != new[key]
        ),
    )


def local_year(moment: datetime) -> int:
    """The year on a calendar in China."""
    return moment.astimezone(CHINA).year


def require_publishable(*, until: datetime | None, now: datetime, open_objections: int) -> None:
    """Refuse to publish before the window is over and every objection settled."""
    if open_objections:
        raise ObjectionsOpen(count=open_objections)
    if until is not None and now < until:
        raise PublicityRunning(until=until)


def require_objectionable(*, state: RegisterState, until: datetime | None, now: datetime) -> None:
    """Refuse an objection outside the window."""
    if state is not RegisterState.PUBLICITY or until is None or now >= until:
        raise PublicityOver
