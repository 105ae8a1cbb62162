"""Answers to a questionnaire: checked against its types, choices, conditions and constraints, the same as on the phone.

Nothing is dropped silently: an answer nobody asked for is refused like a wrong one.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.needs.domain.authorship import Attached
from services.needs.domain.codes import FileKind
from services.needs.domain.expressions import Scope, Value, parse, text
from services.needs.domain.questionnaires import Item, questions
from wushe.errors import FieldError

LONGEST_TEXT, MOST_ROWS, LARGEST = 2000, 100, 2**53 - 1
CRS = frozenset({"wgs84", "gcj02", "bd09"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAYS_NOTHING = frozenset({"note", "calculate"})


@dataclass
class Checked:
    """Answers as they are kept, what is wrong with them, and what in them may mean danger."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: list[FieldError] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What was answered in words, for the crisis net."""
    flagged: list[str] = field(default_factory=list)
    """Question and choice, where the choice is one of danger."""
    files: dict[str, Attached] = field(default_factory=dict)
    """What is to belong to these answers, by where it was named."""


def check(definition: Mapping[str, Any], given: Mapping[str, Any], *, today: date) -> Checked:
    """Check one set of answers; ``today`` is the day the questionnaire was filled in."""
    checker = _Checker(str(definition["default_language"]), today.isoformat())
    checker.walk(definition["items"], given, {}, checker.found.answers, at="/answers")
    return checker.found


def as_value(item: Item, answer: Any) -> Value:
    """An answer as expressions see it."""
    if isinstance(answer, bool) or answer is None:
        return ""
    if isinstance(answer, int | float):
        return float(answer) if abs(answer) <= LARGEST else ""
    if isinstance(answer, list):
        return " ".join(map(str, answer))
    if isinstance(answer, Mapping):
        return f"{answer.get('lat')} {answer.get('lon')}" if item["type"] == "geopoint" else ""
    return str(answer)


def _is_text(answer: Any, _: Item) -> bool:
    return isinstance(answer, str) and 0 < len(answer) <= LONGEST_TEXT


def _is_integer(answer: Any, _: Item) -> bool:
    return isinstance(answer, int) and not isinstance(answer, bool) and abs(answer) <= LARGEST


def _is_decimal(answer: Any, _: Item) -> bool:
    return isinstance(answer, int | float) and not isinstance(answer, bool) and abs(answer) <= LARGEST


def _is_date(answer: Any, _: Item) -> bool:
    if not (isinstance(answer, str) and _DAY.fullmatch(answer)):
        return False
    try:
        date.fromisoformat(answer)
    except ValueError:
        return False
    return True


def _is_choice(answer: Any, item: Item) -> bool:
    return isinstance(answer, str) and any(answer == choice["name"] for choice in item["choices"])


def _are_choices(answer: Any, item: Item) -> bool:
    if not isinstance(answer, list) or not answer or len(answer) > len(item["choices"]):
        return False
    return all(_is_choice(each, item) for each in answer) and len(set(answer)) == len(answer)


def _is_point(answer: Any, _: Item) -> bool:
    if not isinstance(answer, Mapping) or set(answer) != {"lon", "lat", "crs"} or answer["crs"] not in CRS:
        return False
    sides = ((answer["lon"], 180), (answer["lat"], 90))
    return all(_is_decimal(side, {}) and abs(side) <= limit for side, limit in sides)


def _is_file(answer: Any, _: Item) -> bool:
    try:
        return isinstance(answer, str) and str(UUID(answer)) == answer
    except ValueError:
        return False


_FITS: dict[str, Callable[[Any, Item], bool]] = {
    "text": _is_text,
    "integer": _is_integer,
    "decimal": _is_decimal,
    "date": _is_date,
    "select_one": _is_choice,
    "select_multiple": _are_choices,
    "geopoint": _is_point,
    "image": _is_file,
    "audio": _is_file,
}
Answers = dict[str, Any]
Values = dict[str, Value]


class _Checker:
    """Walks a questionnaire in its order; what is calculated is there for whatever comes after."""

    def __init__(self, language: str, today: str) -> None:
        self.found, self._language, self._today = Checked(), language, today

    def walk(self, items: Sequence[Item], given: Any, outer: Values, kept: Answers, *, at: str) -> None:
        """The questions of the form, or of one row of a repeat; ``kept`` receives what holds."""
        if not isinstance(given, Mapping):
            self._refuse(at, "WRONG_TYPE", "须是一组“题目: 答案”。", "an object of answers is expected")
            return
        values = outer | {item["name"]: as_value(item, given.get(item["name"])) for item in _flat(items)}
        self._level(items, given, values, kept, at=at)
        known = _names(items)
        for name in given:
            if name not in known:
                self._refuse(f"{at}/{name[:100]}", "UNKNOWN", "问卷里没有这道题。", "no such question")

    def _level(
        self, items: Sequence[Item], given: Mapping[str, Any], values: Values, kept: Answers, *, at: str
    ) -> None:
        for item in items:
            if item["relevant"] and not parse(item["relevant"]).holds(Scope(values, "", self._today)):
                self._refuse_answered(item, given, at=at)
            elif item["kind"] == "group":
                self._level(item["items"], given, values, kept, at=at)
            elif item["kind"] == "repeat":
                self._rows(item, given.get(item["name"], []), values, kept, at=f"{at}/{item['name']}")
            else:
                self._question(item, given.get(item["name"]), values, kept, at=f"{at}/{item['name']}")

    def _refuse_answered(self, item: Item, given: Mapping[str, Any], *, at: str) -> None:
        for name in sorted(_names([item])):
            if given.get(name) is not None:
                self._refuse(f"{at}/{name}", "NOT_ASKED", "按前面的回答，这道题不用答。", "not asked, given the rest")

    def _rows(self, item: Item, rows: Any, values: Values, kept: Answers, *, at: str) -> None:
        if not isinstance(rows, list) or len(rows) > MOST_ROWS:
            self._refuse(at, "WRONG_TYPE", f"须是最多 {MOST_ROWS} 行。", f"a list of at most {MOST_ROWS} rows")
            return
        found: list[Answers] = [{} for _ in rows]
        for number, (row, into) in enumerate(zip(rows, found, strict=True)):
            self.walk(item["items"], row, values, into, at=f"{at}/{number}")
        if found:
            kept[item["name"]] = found

    def _question(self, item: Item, answer: Any, values: Values, kept: Answers, *, at: str) -> None:
        if item["type"] in _SAYS_NOTHING or item["read_only"]:
            self._given_by_the_form(item, answer, values, kept, at=at)
        elif answer is None:
            self._missing(item, values, at=at)
        elif not _FITS[item["type"]](answer, item):
            self._refuse(at, "WRONG_TYPE", f"答案不符合题型“{item['type']}”。", f"not an answer of type {item['type']}")
        else:
            self._fitting(item, answer, values, kept, at=at)

    def _given_by_the_form(self, item: Item, answer: Any, values: Values, kept: Answers, *, at: str) -> None:
        """Notes ask nothing; what is calculated or fixed is worked out here, whatever a telephone came to."""
        if answer is not None:
            self._refuse(at, "NOT_ASKED", "这一项由系统填写，不用提交。", "filled in by the form itself")
        if item["calculation"]:
            values[item["name"]] = worked_out = parse(item["calculation"]).run(Scope(values, "", self._today))
            kept[item["name"]] = _plain(worked_out)
        elif item["read_only"] and item["default"] is not None:
            kept[item["name"]] = values[item["name"]] = item["default"]

    def _missing(self, item: Item, values: Values, *, at: str) -> None:
        when = item["required_when"]
        if item["required"] or (when and parse(when).holds(Scope(values, "", self._today))):
            self._refuse(at, "REQUIRED", "这道题必须回答。", "an answer is required")

    def _fitting(self, item: Item, answer: Any, values: Values, kept: Answers, *, at: str) -> None:
        scope = Scope(values, as_value(item, answer), self._today)
        if item["constraint"] and not parse(item["constraint"]).holds(scope):
            words = item["constraint_message"]
            zh = words.get("zh") or words.get(self._language) or "答案不在允许的范围内。"
            self._refuse(at, "CONSTRAINT", zh, words.get("en") or "the answer is outside what is allowed")
            return
        kept[item["name"]] = answer
        self._notice(item, answer, at=at)

    def _notice(self, item: Item, answer: Any, *, at: str) -> None:
        """Words for the crisis net, choices that mean danger, files that now belong to these answers."""
        if item["type"] == "text":
            self.found.texts.append(answer)
        elif item["type"] in {"image", "audio"}:
            self.found.files[at] = Attached(UUID(answer), FileKind(item["type"]))
        chosen = answer if isinstance(answer, list) else [answer]
        for choice in item["choices"]:
            if choice["crisis"] and choice["name"] in chosen:
                self.found.flagged.append(f"{self._said(item)}：{self._said(choice)}")

    def _said(self, labelled: Item) -> str:
        words = labelled["label"]
        return str(words.get(self._language) or next(iter(words.values()), labelled["name"]))

    def _refuse(self, pointer: str, code: str, zh: str, en: str) -> None:
        self.found.errors.append(FieldError(pointer, code, zh, en))


def _flat(items: Sequence[Item]) -> list[Item]:
    """The questions outside any repeat below."""
    return list(questions([item for item in _opened(items) if item["kind"] == "question"]))


def _opened(items: Sequence[Item]) -> list[Item]:
    return [each for item in items for each in (_opened(item["items"]) if item["kind"] == "group" else [item])]


def _names(items: Sequence[Item]) -> set[str]:
    return {item["name"] for item in _opened(items)}


def _plain(value: Value) -> Any:
    """What was calculated, as JSON can say it."""
    if isinstance(value, float):
        return (int(value) if value.is_integer() else value) if math.isfinite(value) else None
    return value if isinstance(value, bool) else text(value)
