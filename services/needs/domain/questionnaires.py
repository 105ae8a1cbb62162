"""A questionnaire as we keep it: made from what pyxform understood of an XLSForm, refusing what we cannot keep to.

Every refusal names the cell it speaks of, so that whoever wrote the table finds it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.needs.domain.expressions import parse
from services.needs.domain.patterns import Unsupported
from wushe.errors import FieldError

Sheets = Mapping[str, Sequence[Sequence[str]]]
Item = dict[str, Any]
MOST_QUESTIONS, MOST_CHOICES = 500, 2000

TYPES = {
    "text": "text",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "geopoint": "geopoint",
    "note": "note",
    "photo": "image",
    "audio": "audio",
    "calculate": "calculate",
}
KNOWN_BY_THE_VISIT = frozenset({"start", "end", "today"})
"""What a visit records anyway: such rows are left out, not refused, for most tables begin with them."""
_PLAIN = frozenset({"type", "name", "label", "hint", "bind", "choices", "list_name", "itemset", "default", "children"})
_HARMLESS = {"control": {"appearance"}, "parameters": {"max-pixels"}}
_COLUMNS = {
    "relevant": ("relevant", "relevance"),
    "constraint": ("constraint",),
    "calculate": ("calculation", "calculate"),
    "required": ("required",),
    "readonly": ("read_only", "readonly"),
    "jr:constraintMsg": ("constraint_message",),
    "jr:requiredMsg": ("required_message",),
    "jr:count": ("repeat_count", "count"),
    "choice_filter": ("choice_filter",),
    "default": ("default",),
}
_YES, _NO = frozenset({"yes", "true", "true()", "1"}), frozenset({"", "no", "false", "false()", "0"})
CRISIS = "wushe:crisis"
"""A column of the sheet of choices: whoever chooses this is in danger."""


@dataclass
class Built:
    """A questionnaire, or what is wrong with it."""

    definition: dict[str, Any]
    errors: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: its position in the table, and the repeat around it."""

    order: int
    repeat: str
    calculated: bool


def build(form: Mapping[str, Any], sheets: Sheets) -> Built:
    """Our questionnaire from pyxform's reading of the table; ``sheets`` are its cells, to name them."""
    builder = _Builder(sheets)
    items = builder.items(form["children"], repeat="")
    builder.judge()
    default = _language(str(form.get("default_language", "default")))
    definition = {
        "form_id": str(form["id_string"])[:100],
        "title": str(form["title"])[:200],
        "label": str(form.get("version", ""))[:40],
        "default_language": default,
        "languages": sorted(builder.languages | {default}),
        "items": items,
    }
    return Built(definition, builder.errors)


def questions(items: Sequence[Item]) -> Iterator[Item]:
    """Every question, those in groups and repeats included."""
    for item in items:
        if item["kind"] == "question":
            yield item
        else:
            yield from questions(item["items"])


def _language(name: str) -> str:
    """``中文 (zh)`` is zh; a table without languages speaks Chinese."""
    code = name[name.rfind("(") + 1 : -1] if name.endswith(")") and "(" in name else name
    return "zh" if code == "default" else code.strip()[:20]


class _Builder:
    """Walks the form once; errors are collected, so that one upload tells them all."""

    def __init__(self, sheets: Sheets) -> None:
        self.errors: list[FieldError] = []
        self.languages: set[str] = set()
        self._survey = sheets.get("survey", ())
        self._places: dict[str, Place] = {}
        self._expressions: list[tuple[str, str, str]] = []
        self._choices = 0

    def items(self, children: Sequence[Mapping[str, Any]], *, repeat: str) -> list[Item]:
        """The items below one group, repeat or the form itself."""
        found = []
        for child in children:
            if child["name"] == "meta" or child["type"] in KNOWN_BY_THE_VISIT:
                continue
            self._refuse_unknown(child)
            found.append(self._item(child, repeat=repeat))
        return found

    def _item(self, child: Mapping[str, Any], *, repeat: str) -> Item:
        name, bind = str(child["name"]), child.get("bind", {})
        if name in self._places:
            self._refuse(name, "name", "NAME_REPEATED", "这个名称用了不止一次。", "This name is used more than once.")
        self._places[name] = Place(len(self._places), repeat, child["type"] == "calculate")
        item = {"name": name, "label": self._words(child.get("label")), "relevant": self._expression(child, "relevant")}
        if child["type"] not in {"group", "repeat"}:
            return {"kind": "question", **item, **self._question(child, bind)}
        if child["type"] == "repeat" and repeat:
            self._refuse(name, "type", "NESTED_REPEAT", "重复组里不能再有重复组。", "No repeat inside a repeat.")
        inside = name if child["type"] == "repeat" else repeat
        return {"kind": child["type"], **item, "items": self.items(child.get("children", ()), repeat=inside)}

    def _question(self, child: Mapping[str, Any], bind: Mapping[str, Any]) -> Item:
        required = str(bind.get("required", "")).strip()
        conditional = required.lower() not in _YES | _NO
        return {
            "type": self._type(child),
            "hint": self._words(child.get("hint")),
            "required": required.lower() in _YES,
            "required_when": self._expression(child, "required") if conditional else None,
            "constraint": self._expression(child, "constraint"),
            "constraint_message": self._words(bind.get("jr:constraintMsg")),
            "read_only": self._read_only(child, bind),
            "default": self._default(child),
            "calculation": self._expression(child, "calculate"),
            "appearance": child.get("control", {}).get("appearance"),
            "choices": [self._choice(choice) for choice in child.get("choices", ())],
        }

    def _type(self, child: Mapping[str, Any]) -> str:
        known = TYPES.get(child["type"], "")
        if not known:
            zh, en = f"不支持题型“{child['type']}”。", f"The type '{child['type']}' is not supported."
            self._refuse(child["name"], "type", "TYPE_UNSUPPORTED", zh, en)
        return known

    def _read_only(self, child: Mapping[str, Any], bind: Mapping[str, Any]) -> bool:
        found = str(bind.get("readonly", "")).strip().lower()
        if found not in _YES | _NO:
            self._refuse(child["name"], "readonly", *_CONDITION)
        return found in _YES

    def _default(self, child: Mapping[str, Any]) -> str | None:
        found = child.get("default")
        if found is not None and ("${" in str(found) or "(" in str(found)):
            self._refuse(child["name"], "default", *_CONDITION)
        return None if found is None else str(found)

    def _choice(self, choice: Mapping[str, Any]) -> Item:
        self._choices += 1
        crisis = str(choice.get(CRISIS, "")).strip().lower() in _YES
        return {"name": str(choice["name"]), "label": self._words(choice.get("label")), "crisis": crisis}

    def _words(self, found: Any) -> dict[str, str]:
        """A text in each of its languages."""
        if not found:
            return {}
        by_language = found if isinstance(found, Mapping) else {"default": found}
        words = {_language(str(name)): str(said)[:2000] for name, said in by_language.items()}
        self.languages |= set(words)
        return words

    def _expression(self, child: Mapping[str, Any], column: str) -> str | None:
        found = child.get("bind", {}).get(column)
        if found is None:
            return None
        self._expressions.append((str(child["name"]), column, str(found)))
        return str(found)

    def _refuse_unknown(self, child: Mapping[str, Any]) -> None:
        """What we do not know how to keep to is refused, never dropped."""
        odd = set(child) - _PLAIN - set(_HARMLESS)
        odd |= {name for part, known in _HARMLESS.items() for name in set(child.get(part, {})) - known}
        odd |= set(child.get("bind", {})) - set(_COLUMNS)
        if str(child.get("itemset", "")).startswith("$"):
            odd.add("itemset")
        for name in sorted(odd):
            zh, en = f"不支持“{name}”。", f"'{name}' is not supported."
            self._refuse(child["name"], name, "COLUMN_UNSUPPORTED", zh, en)

    def judge(self) -> None:
        """What can be said only once every question is known: sizes, and whether expressions can be evaluated."""
        if len(self._places) > MOST_QUESTIONS or self._choices > MOST_CHOICES:
            zh, en = f"最多 {MOST_QUESTIONS} 题、{MOST_CHOICES} 个选项。", "Too many questions or choices."
            self.errors.append(FieldError("survey", "TOO_LONG", zh, en, location="file"))
        for name, column, source in self._expressions:
            self._judge(name, column, source)

    def _judge(self, name: str, column: str, source: str) -> None:
        try:
            names = parse(source).names
        except Unsupported as fault:
            zh, en = f"表达式不能使用：{fault.zh}。", f"This expression is not supported: {fault.en}."
            self._refuse(name, column, "EXPRESSION_UNSUPPORTED", zh, en)
            return
        here = self._places[name]
        for other in sorted(names):
            if not self._sees(here, self._places.get(other)):
                zh, en = f"这里不能引用“{other}”。", f"'{other}' cannot be referred to here."
                self._refuse(name, column, "REFERENCE_UNKNOWN", zh, en)

    @staticmethod
    def _sees(here: Place, other: Place | None) -> bool:
        """A question sees those of its own repeat and those outside any; what is calculated, only afterwards."""
        if other is None or other.repeat not in {"", here.repeat}:
            return False
        return other.order < here.order or not other.calculated

    def _refuse(self, name: str, column: str, code: str, zh: str, en: str) -> None:
        self.errors.append(FieldError(self._cell(name, column), code, zh, en, location="file"))

    def _cell(self, name: str, column: str) -> str:
        """``survey!F7``: the row of a question, the column of one of its properties."""
        heads = [head.split("::")[0].strip().lower() for head in (self._survey[0] if self._survey else ())]
        wanted = _COLUMNS.get(column, (column,))
        at = next((heads.index(head) for head in wanted if head in heads), None)
        at = heads.index("type") if at is None and "type" in heads else at
        named = heads.index("name") if "name" in heads else -1
        row = next((n for n, cells in enumerate(self._survey, 1) if named >= 0 and cells[named].strip() == name), 0)
        return f"survey!{_letters(at or 0)}{row}" if row else f"survey/{name}"


_CONDITION = ("EXPRESSION_UNSUPPORTED", "这里只能写固定的值。", "Only a fixed value may stand here.")


def _letters(column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
